// Command floor is the least that a pod can do: it connects to the address it is given, so that whoever listens there knows
// when its first instruction ran, and stays until it is told to stop.
package main

import (
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	connection, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	defer connection.Close()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
}
