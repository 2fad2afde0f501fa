// Command model-source is a plain HTTP server for demo and tests: it hands out the models in /files, and serves as an HTTP
// server that is not Reveille's.
//
//	GET /models/NAME.onnx      a file
//	GET /slow/NAME.onnx?ms=100 the same, after a while
//	GET /healthz               200
//	GET /ok                    200, nothing logged
//	GET /redirect?to=URL       302
//	GET /fetch?url=URL         fetches URL from inside the cluster and passes the answer on
//	GET /environment?name=HOME its value
//	GET /file?path=colour      a file, from the working directory on
//	ANY /echo[?wait=5ms]       what was asked, as JSON, after a while
//	ANY /busy[?millis=20]      after a while, as JSON: this pod, and the most of these that it had at once;
//	    [&fails=POD]           that pod answers 503 at once
//	ANY /limited[?millis=50&places=4]  after a while, so many at once, the others queue
//	POST /sink                 how many bytes came
//	GET /load?to=URL...        asks there, and tells what came of it: load.go
//	GET /slow-clients?to=URL.. asks there a byte at a time: slow.go
//	ANY /garbage /close /short /hang /fill   no answer, half of one, all the memory: poison.go
//	GET /zeros?bytes=1000 /drip              bad models
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(log.LstdFlags | log.Lmicroseconds)
	files := http.FileServer(http.Dir("/files"))
	http.Handle("/models/", http.StripPrefix("/models/", files))
	http.Handle("/slow/", http.StripPrefix("/slow/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if millis, err := strconv.Atoi(r.FormValue("ms")); err == nil {
			time.Sleep(time.Duration(millis) * time.Millisecond)
		}
		files.ServeHTTP(w, r)
	})))
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok\n") })
	http.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok\n") })
	http.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.FormValue("to"), http.StatusFound)
	})
	http.HandleFunc("/environment", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, os.Getenv(r.FormValue("name"))) })
	http.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, r.FormValue("path")) })
	http.HandleFunc("/sink", func(w http.ResponseWriter, r *http.Request) {
		count, _ := io.Copy(io.Discard, r.Body)
		io.WriteString(w, strconv.FormatInt(count, 10))
	})
	http.HandleFunc("/fetch", fetch)
	http.HandleFunc("/echo", echo)
	http.HandleFunc("/busy", busy)
	http.HandleFunc("/limited", limited)
	http.HandleFunc("/load", load)
	http.HandleFunc("/slow-clients", slow)
	poison()
	server := http.Server{Addr: ":8080", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" && r.URL.Path != "/ok" && r.URL.Path != "/limited" && r.URL.Path != "/echo" {
			log.Println(r.RemoteAddr, r.Method, r.RequestURI)
		}
		http.DefaultServeMux.ServeHTTP(w, r)
	})}
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

func fetch(w http.ResponseWriter, r *http.Request) {
	client := http.Client{Timeout: 60 * time.Second}
	answer, err := client.Get(r.FormValue("url"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.WriteHeader(answer.StatusCode)
	io.Copy(w, answer.Body)
}

func echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if wait, err := time.ParseDuration(r.FormValue("wait")); err == nil {
		time.Sleep(wait)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{
		"method": r.Method, "uri": r.RequestURI, "host": r.Host, "headers": r.Header, "body": string(body),
	})
}

var (
	running atomic.Int64
	peak    atomic.Int64
)

func busy(w http.ResponseWriter, r *http.Request) {
	now := running.Add(1)
	defer running.Add(-1)
	for most := peak.Load(); now > most && !peak.CompareAndSwap(most, now); most = peak.Load() {
	}
	pod, _ := os.Hostname()
	w.Header().Set("Content-Type", "application/json")
	if r.FormValue("fails") == pod {
		w.WriteHeader(http.StatusServiceUnavailable)
	} else if millis, err := strconv.Atoi(r.FormValue("millis")); err == nil {
		time.Sleep(time.Duration(millis) * time.Millisecond)
	}
	json.NewEncoder(w).Encode(map[string]any{"pod": pod, "peak": peak.Load()})
}
