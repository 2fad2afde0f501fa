package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const patience = 60 * time.Second

// A call tells in a line what it saw, or what was wrong.
type call func(ctx context.Context, to string) (string, error)

func calls() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) {})
	for kind, does := range map[string]call{
		"h2c": callH2c, "events": callEvents, "websocket": callWebSocket, "unary": callUnary, "chat": callChat,
		"count": callCount, "sum": callSum,
	} {
		mux.HandleFunc("/"+kind, func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), patience)
			defer cancel()
			saw, err := does(ctx, r.FormValue("to"))
			if err != nil {
				http.Error(w, kind+": "+err.Error(), http.StatusInternalServerError)
				return
			}
			io.WriteString(w, saw)
		})
	}
	return mux
}

// HTTP/2 with prior knowledge, and what comes behind the body.
func callH2c(ctx context.Context, to string) (string, error) {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	client := http.Client{Transport: &http.Transport{Protocols: &protocols}}
	sent := bytes.Repeat([]byte("0123456789"), 100_000)
	request, err := http.NewRequestWithContext(ctx, "POST", "http://"+to+"/echo", io.NopCloser(bytes.NewReader(sent)))
	if err != nil {
		return "", err
	}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	if !bytes.Equal(sent, got) {
		return "", fmt.Errorf("%d: %d bytes that are not what was sent: %.200s", answer.StatusCode, len(got), got)
	}
	return fmt.Sprintf("%s to us, %s to the server, host %s, trailer %s", answer.Proto, answer.Header.Get("Seen-Proto"),
		answer.Header.Get("Seen-Host"), answer.Trailer.Get("Echo-Length")), nil
}

// Acknowledges each event when it is here: if one were held back, the next would never come.
func callEvents(ctx context.Context, to string) (string, error) {
	answer, err := get(ctx, "http://"+to+"/events")
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var seen []string
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		event, is := strings.CutPrefix(lines.Text(), "data: ")
		if !is {
			continue
		}
		seen = append(seen, event)
		ack, err := get(ctx, "http://"+to+"/ack?event="+event)
		if err != nil {
			return "", err
		}
		ack.Body.Close()
	}
	return strings.Join(seen, " "), lines.Err()
}

func get(ctx context.Context, url string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err == nil && answer.StatusCode != http.StatusOK {
		answer.Body.Close()
		return nil, errors.New(url + ": " + answer.Status)
	}
	return answer, err
}

// Small messages, a big one, a silence longer than the endpoint's idle time, and one more.
func callWebSocket(ctx context.Context, to string) (string, error) {
	socket, _, err := websocket.Dial(ctx, "ws://"+to+"/chat", nil)
	if err != nil {
		return "", err
	}
	defer socket.CloseNow()
	socket.SetReadLimit(2 * bigMessage)
	messages := 0
	say := func(message []byte) error {
		if err := socket.Write(ctx, websocket.MessageBinary, message); err != nil {
			return err
		}
		_, got, err := socket.Read(ctx)
		if err == nil && !bytes.Equal(message, got) {
			err = fmt.Errorf("%d bytes that are not what was said", len(got))
		}
		messages++
		return err
	}
	for i := range 10 {
		if err := say([]byte(fmt.Sprint("message ", i))); err != nil {
			return "", err
		}
	}
	if err := say(bytes.Repeat([]byte("x"), bigMessage)); err != nil {
		return "", err
	}
	time.Sleep(6 * time.Second)
	if err := say([]byte("still here")); err != nil {
		return "", fmt.Errorf("after a silence: %w", err)
	}
	return fmt.Sprint(messages, " messages"), socket.Close(websocket.StatusNormalClosure, "")
}

func connect(to string) (*grpc.ClientConn, error) {
	return grpc.NewClient("dns:///"+to+":80", grpc.WithTransportCredentials(insecure.NewCredentials()))
}

func callUnary(ctx context.Context, to string) (string, error) {
	connection, err := connect(to)
	if err != nil {
		return "", err
	}
	defer connection.Close()
	answer := new(wrapperspb.StringValue)
	err = connection.Invoke(ctx, say, wrapperspb.String("hello"), answer)
	return answer.Value, err
}

// Sends each message only when the one before was answered.
func callChat(ctx context.Context, to string) (string, error) {
	return streaming(ctx, to, &chats, func(stream grpc.ClientStream) (string, error) {
		answer := new(wrapperspb.StringValue)
		for i := range 100 {
			if err := stream.SendMsg(wrapperspb.String(fmt.Sprint(i))); err != nil {
				return "", err
			}
			if err := stream.RecvMsg(answer); err != nil {
				return "", err
			}
			if answer.Value != fmt.Sprint("re: ", i) {
				return "", fmt.Errorf("%q is no answer to %d", answer.Value, i)
			}
		}
		stream.CloseSend()
		return answer.Value, end(stream)
	})
}

func callCount(ctx context.Context, to string) (string, error) {
	return streaming(ctx, to, &count, func(stream grpc.ClientStream) (string, error) {
		if err := stream.SendMsg(wrapperspb.String("")); err != nil {
			return "", err
		}
		stream.CloseSend()
		answer := new(wrapperspb.StringValue)
		for i := range 1000 {
			if err := stream.RecvMsg(answer); err != nil {
				return "", err
			}
			if answer.Value != fmt.Sprint(i) {
				return "", fmt.Errorf("%q came instead of %d", answer.Value, i)
			}
		}
		return answer.Value, end(stream)
	})
}

// 5 MB in small messages, one answer.
func callSum(ctx context.Context, to string) (string, error) {
	return streaming(ctx, to, &sum, func(stream grpc.ClientStream) (string, error) {
		message := wrapperspb.String(strings.Repeat("x", 50_000))
		for range 100 {
			if err := stream.SendMsg(message); err != nil {
				return "", err
			}
		}
		stream.CloseSend()
		answer := new(wrapperspb.StringValue)
		if err := stream.RecvMsg(answer); err != nil {
			return "", err
		}
		return answer.Value, end(stream)
	})
}

func streaming(
	ctx context.Context, to string, what *grpc.StreamDesc, does func(grpc.ClientStream) (string, error),
) (string, error) {
	connection, err := connect(to)
	if err != nil {
		return "", err
	}
	defer connection.Close()
	stream, err := connection.NewStream(ctx, what, "/"+talk.ServiceName+"/"+what.StreamName)
	if err != nil {
		return "", err
	}
	return does(stream)
}

// Nothing more comes, and the status is OK.
func end(stream grpc.ClientStream) error {
	if err := stream.RecvMsg(new(wrapperspb.StringValue)); err != io.EOF {
		return fmt.Errorf("the stream does not end well: %v", err)
	}
	return nil
}
