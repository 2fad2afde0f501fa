package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync"
	"syscall"
	"time"
)

type question struct {
	ID int64 `json:"id"`
	X  int64 `json:"x"`
}

// The answer names who gave it and who asked: the activator that the request came through.
type answer struct {
	ID       int64  `json:"id"`
	Y        int64  `json:"y"`
	Endpoint string `json:"endpoint"`
	Pod      string `json:"pod"`
	Peer     string `json:"peer"`
}

// POST /work[?ms=5] answers a question after a while, GET /who only names, GET /healthz says 200.
func serve(endpoint, counter string) {
	told, err := net.Dial("tcp", counter)
	if err != nil {
		log.Fatal(err)
	}
	pod, _ := os.Hostname()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /who", func(w http.ResponseWriter, r *http.Request) { tell(w, r, answer{Endpoint: endpoint, Pod: pod}) })
	var line sync.Mutex
	mux.HandleFunc("POST /work", func(w http.ResponseWriter, r *http.Request) {
		var asked question
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		// Written at once: what is in the socket is delivered even if this process is killed now.
		line.Lock()
		_, err := told.Write(binary.BigEndian.AppendUint64(nil, uint64(asked.ID)))
		line.Unlock()
		if err != nil {
			log.Fatal("the counter is gone: ", err)
		}
		if ms, err := strconv.Atoi(r.FormValue("ms")); err == nil {
			time.Sleep(time.Duration(ms) * time.Millisecond)
		}
		tell(w, r, answer{ID: asked.ID, Y: asked.X*31 + 7, Endpoint: endpoint, Pod: pod})
	})
	server := http.Server{Addr: port, Handler: mux}
	go func() {
		if err := server.ListenAndServe(); err != http.ErrServerClosed {
			log.Fatal(err)
		}
	}()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	time.Sleep(time.Second)               // a stopping pod may still be sent to, until everybody knows that it stops
	server.Shutdown(context.Background()) // waits for what runs
}

func tell(w http.ResponseWriter, r *http.Request, a answer) {
	a.Peer, _, _ = net.SplitHostPort(r.RemoteAddr)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(a)
}
