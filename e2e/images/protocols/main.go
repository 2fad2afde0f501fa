// Command protocols is a server of the protocols that Reveille forwards, and a client of each, for the tests:
//
//	protocols http   HTTP/1.1 and HTTP/2 in clear text: /echo, /events with /ack, /chat (WebSocket), /healthz
//	protocols grpc   a gRPC server, HTTP/2 only: unary, streaming, health
//	protocols call   GET /KIND?to=HOST calls such a server and tells what it got: 200, or 500 with what was wrong
package main

import (
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const port = ":8080"

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() {
		<-stop
		time.Sleep(time.Second) // requests on their way are still answered
		os.Exit(0)
	}()
	switch os.Args[1] {
	case "http":
		log.Fatal(serve(plain()))
	case "grpc":
		listener, err := net.Listen("tcp", port)
		if err != nil {
			log.Fatal(err)
		}
		log.Fatal(grpcServer().Serve(listener))
	case "call":
		log.Fatal(serve(calls()))
	}
}

func serve(handler http.Handler) error {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	return (&http.Server{Addr: port, Handler: handler, Protocols: &protocols}).ListenAndServe()
}
