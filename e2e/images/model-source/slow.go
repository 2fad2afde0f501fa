package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What a slow client does a byte at a time.
var slownesses = []string{"head", "body", "read"}

const dripEvery = 1500 * time.Millisecond

type slowReport struct {
	Connected int            // at the same time, at most
	Ended     map[string]int // by what was slow: by the other side, before its time
	Statuses  map[string]int // that they were told when it ended them
}

type slowClients struct {
	to     *url.URL
	until  time.Time
	lock   sync.Mutex
	open   int
	report slowReport
}

// GET /slow-clients?to=URL&count=5000&seconds=20   so many clients, each with a slow head, a slow body or slow to read in turn
//
// URL answers with much. One that is cut off comes back. Tells, as JSON, what became of them.
func slow(w http.ResponseWriter, r *http.Request) {
	to, err := url.Parse(r.FormValue("to"))
	count, _ := strconv.Atoi(r.FormValue("count"))
	seconds, _ := strconv.Atoi(r.FormValue("seconds"))
	if err != nil || count < 1 || seconds < 1 {
		http.Error(w, "to, count and seconds are needed", http.StatusBadRequest)
		return
	}
	clients := slowClients{
		to:     to,
		until:  time.Now().Add(time.Duration(seconds) * time.Second),
		report: slowReport{Ended: map[string]int{}, Statuses: map[string]int{}},
	}
	dialling := make(chan struct{}, 64)
	var running sync.WaitGroup
	for i := range count {
		running.Add(1)
		go func() {
			defer running.Done()
			for time.Now().Before(clients.until) {
				clients.one(slownesses[i%len(slownesses)], dialling)
				time.Sleep(time.Second) // slow, not a storm
			}
		}()
	}
	running.Wait()
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(clients.report)
}

// One connection, until it is ended or time is over.
func (c *slowClients) one(what string, dialling chan struct{}) {
	dialling <- struct{}{}
	host := c.to.Host
	if c.to.Port() == "" {
		host += ":80"
	}
	conn, err := net.DialTimeout("tcp", host, 10*time.Second)
	<-dialling
	if err != nil {
		time.Sleep(100 * time.Millisecond)
		return
	}
	defer conn.Close()
	c.count(1)
	defer c.count(-1)
	conn.SetDeadline(c.until)
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\n", map[string]string{"head": "GET", "body": "POST", "read": "GET"}[what],
		c.to.RequestURI(), c.to.Host)
	switch what {
	case "body":
		head += "Content-Length: 1000\r\n\r\n"
	case "read":
		conn.(*net.TCPConn).SetReadBuffer(4096)
		head += "\r\n"
	}
	io.WriteString(conn, head)
	if what == "read" {
		c.drain(conn)
		return
	}
	go func() {
		for time.Now().Before(c.until) {
			time.Sleep(dripEvery)
			if _, err := io.WriteString(conn, "x"); err != nil {
				return
			}
		}
	}()
	line, err := bufio.NewReader(conn).ReadString('\n')
	if words := strings.Fields(line); len(words) > 1 {
		c.told(what, words[1])
	} else if time.Now().Before(c.until) {
		c.told(what, err.Error()[strings.LastIndex(err.Error(), ":")+1:])
	}
}

func (c *slowClients) drain(conn net.Conn) {
	some := make([]byte, 1)
	for time.Now().Before(c.until) {
		if _, err := conn.Read(some); err != nil {
			if time.Now().Before(c.until) {
				c.told("read", "cut")
			}
			return
		}
		time.Sleep(dripEvery)
	}
}

func (c *slowClients) count(by int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.open += by
	c.report.Connected = max(c.report.Connected, c.open)
}

func (c *slowClients) told(what, status string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.report.Ended[what]++
	c.report.Statuses[strings.TrimSpace(status)]++
}
