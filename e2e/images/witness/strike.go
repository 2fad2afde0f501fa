package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const answeredFirst = 300 * time.Millisecond

var signals = map[string]syscall.Signal{"KILL": syscall.SIGKILL, "STOP": syscall.SIGSTOP, "TERM": syscall.SIGTERM}

// ANY /strike?container=ID&signal=KILL, or ?program=kube-apiserver: signals every process of it. With signal=STOP and
// millis=5000 they go on after that; a program that may be on the way of the answer is signalled after it.
// GET /use?container=ID tells what its processes use together. It wants the node's process numbers, and to be root.
func strike() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("/strike", func(w http.ResponseWriter, r *http.Request) {
		signal, known := signals[r.FormValue("signal")]
		pids := processes(r)
		if !known || len(pids) == 0 {
			http.Error(w, "no such signal or no such process", http.StatusNotFound)
			return
		}
		act := func() {
			send(pids, signal)
			if signal == syscall.SIGSTOP {
				millis, _ := strconv.Atoi(r.FormValue("millis"))
				time.AfterFunc(time.Duration(millis)*time.Millisecond, func() { send(pids, syscall.SIGCONT) })
			}
		}
		if r.FormValue("program") != "" {
			time.AfterFunc(answeredFirst, act)
		} else {
			act()
		}
		fmt.Fprintln(w, pids)
	})
	mux.HandleFunc("GET /use", func(w http.ResponseWriter, r *http.Request) {
		var sum use
		for _, pid := range processes(r) {
			sum.add(pid)
		}
		json.NewEncoder(w).Encode(sum)
	})
	return mux
}

func send(pids []int, signal syscall.Signal) {
	for _, pid := range pids {
		syscall.Kill(pid, signal)
	}
}

// The processes of a container, told by their cgroups, or of a program, told by its name.
func processes(r *http.Request) []int {
	container, program := r.FormValue("container"), r.FormValue("program")
	entries, _ := os.ReadDir("/proc")
	var found []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		if container != "" {
			groups, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
			if strings.Contains(string(groups), container) {
				found = append(found, pid)
			}
		} else if name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); program != "" && strings.TrimSpace(string(name)) == program {
			found = append(found, pid)
		}
	}
	return found
}

type use struct {
	RSSBytes    int64 `json:"rssBytes"`
	Threads     int64 `json:"threads"`
	Descriptors int64 `json:"descriptors"`
}

func (u *use) add(pid int) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for _, line := range strings.Split(string(status), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		number, _ := strconv.ParseInt(fields[1], 10, 64)
		switch fields[0] {
		case "VmRSS:":
			u.RSSBytes += number << 10
		case "Threads:":
			u.Threads += number
		}
	}
	descriptors, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	u.Descriptors += int64(len(descriptors))
}
