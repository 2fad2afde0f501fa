package main

import (
	"fmt"
	"io"
	"net/http"

	"github.com/coder/websocket"
)

const bigMessage = 1 << 20

func plain() http.Handler {
	mux := http.NewServeMux()
	acks := make(chan string)
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/events", func(w http.ResponseWriter, r *http.Request) { events(w, r, acks) })
	mux.HandleFunc("/ack", func(w http.ResponseWriter, r *http.Request) {
		select {
		case acks <- r.FormValue("event"):
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("/chat", chat)
	return mux
}

// The body back, and its length behind it.
func echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Trailer", "Echo-Length")
	w.Header().Set("Seen-Proto", r.Proto)
	w.Header().Set("Seen-Host", r.Host)
	n, _ := io.Copy(w, r.Body)
	w.Header().Set("Echo-Length", fmt.Sprint(n))
}

// Server-sent events, each only when the one before was acknowledged.
func events(w http.ResponseWriter, r *http.Request, acks <-chan string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for i := range 5 {
		fmt.Fprintf(w, "data: %d\n\n", i)
		w.(http.Flusher).Flush()
		select {
		case ack := <-acks:
			if ack != fmt.Sprint(i) {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}

// Each message back.
func chat(w http.ResponseWriter, r *http.Request) {
	socket, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer socket.CloseNow()
	socket.SetReadLimit(2 * bigMessage)
	for {
		kind, message, err := socket.Read(r.Context())
		if err != nil || socket.Write(r.Context(), kind, message) != nil {
			return
		}
	}
}
