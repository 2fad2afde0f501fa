// Command probe is the pod of the cluster's own test: it serves HTTP on :8080 (GET / answers "ok", GET /burn keeps one core
// busy for a second) and, called as "probe lookup NAME", resolves a name with the pod's own DNS settings.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "lookup" {
		canonical, err := net.LookupCNAME(os.Args[2])
		addresses, _ := net.LookupHost(os.Args[2])
		fmt.Println(canonical, addresses, err)
		if err != nil {
			os.Exit(1)
		}
		return
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	http.HandleFunc("/burn", func(w http.ResponseWriter, _ *http.Request) {
		for end := time.Now().Add(time.Second); time.Now().Before(end); {
		}
		io.WriteString(w, "burnt\n")
	})
	fmt.Println("serving")
	fmt.Fprintln(os.Stderr, http.ListenAndServe(":8080", nil))
	os.Exit(1)
}
