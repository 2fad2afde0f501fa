package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
)

const mostRequests = 1 << 28

// counts[id]: how often it was executed, 255 at most.
type counts struct {
	sync.Mutex
	of []byte
}

// GET /counts answers a byte a request, in base64; servers tell on a port of their own, eight bytes an execution.
func count() http.Handler {
	seen := &counts{}
	listener, err := net.Listen("tcp", counterPort)
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		for {
			server, err := listener.Accept()
			if err != nil {
				log.Fatal(err)
			}
			go seen.hear(server)
		}
	}()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /counts", func(w http.ResponseWriter, r *http.Request) {
		seen.Lock()
		defer seen.Unlock()
		io.WriteString(w, base64.StdEncoding.EncodeToString(seen.of))
	})
	return mux
}

func (c *counts) hear(server net.Conn) {
	defer server.Close()
	in := bufio.NewReader(server)
	var id [8]byte
	for {
		if _, err := io.ReadFull(in, id[:]); err != nil {
			return
		}
		c.add(binary.BigEndian.Uint64(id[:]))
	}
}

func (c *counts) add(id uint64) {
	c.Lock()
	defer c.Unlock()
	if id >= mostRequests {
		log.Fatal("no request's number: ", id)
	}
	for uint64(len(c.of)) <= id {
		c.of = append(c.of, 0)
	}
	if c.of[id] < 255 {
		c.of[id]++
	}
}
