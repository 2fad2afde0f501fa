package main

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// What servers do that mean no good, or cannot help it.
func poison() {
	http.HandleFunc("/garbage", func(w http.ResponseWriter, r *http.Request) {
		taken(w, func(to net.Conn) { io.WriteString(to, "SSH-2.0-nothing_of_http\r\n\x00\x01\x02\r\n\r\n") })
	})
	http.HandleFunc("/close", func(w http.ResponseWriter, r *http.Request) { taken(w, func(net.Conn) {}) })
	http.HandleFunc("/short", func(w http.ResponseWriter, r *http.Request) {
		taken(w, func(to net.Conn) { io.WriteString(to, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf") })
	})
	http.HandleFunc("/hang", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // else nobody notices that the other side leaves
		<-r.Context().Done()
	})
	http.HandleFunc("/fill", fill)
	http.HandleFunc("/zeros", zeros)
	http.HandleFunc("/drip", drip)
}

// The connection, which is closed afterwards.
func taken(w http.ResponseWriter, with func(net.Conn)) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer connection.Close()
	with(connection)
}

var filled [][]byte

// All the memory there is.
func fill(http.ResponseWriter, *http.Request) {
	for {
		block := make([]byte, 1<<20)
		for i := 0; i < len(block); i += 512 {
			block[i] = 1
		}
		filled = append(filled, block)
	}
}

func zeros(w http.ResponseWriter, r *http.Request) {
	bytes, err := strconv.ParseInt(r.FormValue("bytes"), 10, 64)
	if err != nil {
		http.Error(w, "bytes=NUMBER", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Length", strconv.FormatInt(bytes, 10))
	block := make([]byte, 1<<16)
	for bytes > 0 {
		n, err := w.Write(block[:min(int64(len(block)), bytes)])
		if err != nil {
			return
		}
		bytes -= int64(n)
	}
}

func drip(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		w.Write([]byte{0})
		w.(http.Flusher).Flush()
		time.Sleep(time.Second)
	}
}
