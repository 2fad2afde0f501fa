package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// At the same time so many run, each for a while; the others wait here.
type place struct {
	once sync.Once
	free chan struct{}
}

var places place

func limited(w http.ResponseWriter, r *http.Request) {
	places.once.Do(func() {
		count, err := strconv.Atoi(r.FormValue("places"))
		if err != nil {
			count = 4
		}
		places.free = make(chan struct{}, count)
	})
	places.free <- struct{}{}
	defer func() { <-places.free }()
	millis, err := strconv.Atoi(r.FormValue("millis"))
	if err != nil {
		millis = 50
	}
	time.Sleep(time.Duration(millis) * time.Millisecond)
	io.WriteString(w, "{}")
}

// What became of requests with one status, in milliseconds.
type spread struct {
	N                  int
	P50, P95, P99, Max float64
}

type outcome struct {
	status      string
	began, took time.Duration
	wrong       bool
}

type report struct {
	Sent     int
	Wrong    int
	Statuses map[string]spread
	Errors   map[string]int
	Goodput  []int     // of each second: those of status 200 that ended in it
	Slowest  []float64 // of each second: of those of status 200 that began in it, in milliseconds
}

// GET /load?to=URL&rate=800&seconds=10     so many a second, whatever comes back
// GET /load?to=URL&crowd=10000             so many at once
//
//	[&echo=true]   the server is /echo: each must get its own body back
//	[&body=TEXT]   all send the same
//
// Tells, as JSON, what came of them.
func load(w http.ResponseWriter, r *http.Request) {
	crowd, _ := strconv.Atoi(r.FormValue("crowd"))
	rate, _ := strconv.Atoi(r.FormValue("rate"))
	seconds, _ := strconv.Atoi(r.FormValue("seconds"))
	count := crowd
	if crowd == 0 {
		count = rate * seconds
	}
	to, body, echoes := r.FormValue("to"), r.FormValue("body"), r.FormValue("echo") == "true"
	client := clientOf(count)
	outcomes := make([]outcome, count)
	var running sync.WaitGroup
	began := time.Now()
	for i := range count {
		if crowd == 0 {
			time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		}
		running.Add(1)
		go func() {
			defer running.Done()
			own := body
			if own == "" {
				own = fmt.Sprintf("request %d", i)
			}
			outcomes[i] = ask(client, to, own, echoes, began)
		}()
	}
	running.Wait()
	client.CloseIdleConnections()
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(summary(outcomes))
}

func clientOf(most int) *http.Client {
	dialling := make(chan struct{}, 256) // more at once than a listener takes would come a second late
	dialer := net.Dialer{Timeout: 30 * time.Second}
	return &http.Client{Timeout: 2 * time.Minute, Transport: &http.Transport{
		MaxIdleConns: most, MaxIdleConnsPerHost: most,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialling <- struct{}{}
			defer func() { <-dialling }()
			return dialer.DialContext(ctx, network, address)
		},
	}}
}

func ask(client *http.Client, to, body string, echoes bool, since time.Time) outcome {
	began := time.Now()
	result := outcome{began: began.Sub(since)}
	answer, err := client.Post(to, "text/plain", strings.NewReader(body))
	if err == nil {
		var text []byte
		text, err = io.ReadAll(answer.Body)
		answer.Body.Close()
		result.status = strconv.Itoa(answer.StatusCode)
		if echoes && answer.StatusCode == http.StatusOK {
			var said struct{ Body string }
			result.wrong = json.Unmarshal(text, &said) != nil || said.Body != body
		}
	}
	if err != nil {
		result.status = "error: " + err.Error()[max(0, len(err.Error())-60):]
	}
	result.took = time.Since(began)
	return result
}

func summary(outcomes []outcome) report {
	told := report{Sent: len(outcomes), Statuses: map[string]spread{}, Errors: map[string]int{}, Goodput: []int{}, Slowest: []float64{}}
	byStatus := map[string][]float64{}
	for _, each := range outcomes {
		if each.wrong {
			told.Wrong++
		}
		if strings.HasPrefix(each.status, "error") {
			told.Errors[each.status]++
			continue
		}
		byStatus[each.status] = append(byStatus[each.status], float64(each.took.Microseconds())/1000)
		if each.status == "200" {
			second := int((each.began + each.took) / time.Second)
			for len(told.Goodput) <= second {
				told.Goodput = append(told.Goodput, 0)
			}
			told.Goodput[second]++
			second = int(each.began / time.Second)
			for len(told.Slowest) <= second {
				told.Slowest = append(told.Slowest, 0)
			}
			told.Slowest[second] = max(told.Slowest[second], float64(each.took.Microseconds())/1000)
		}
	}
	for status, millis := range byStatus {
		sort.Float64s(millis)
		at := func(share float64) float64 { return millis[min(len(millis)-1, int(float64(len(millis))*share))] }
		told.Statuses[status] = spread{len(millis), at(0.5), at(0.95), at(0.99), millis[len(millis)-1]}
	}
	return told
}
