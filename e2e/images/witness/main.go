// Command witness is what the chaos run is checked with:
//
//	witness serve    a server whose answers can be checked, which tells the counter of each request that it executes
//	witness count    the counter: how often each request was executed, by whatever process, dead ones included
//	witness strike   sends signals to the processes of this node, and tells what they use
package main

import (
	"log"
	"net/http"
	"os"
)

const (
	port        = ":8080"
	counterPort = ":9000"
)

func main() {
	switch os.Args[1] {
	case "serve":
		serve(os.Getenv("ENDPOINT"), os.Getenv("COUNTER"))
	case "count":
		log.Fatal(http.ListenAndServe(port, count()))
	case "strike":
		log.Fatal(http.ListenAndServe(port, strike()))
	}
}
