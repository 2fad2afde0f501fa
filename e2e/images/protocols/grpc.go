package main

import (
	"context"
	"fmt"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// The service by hand, of one message type: no generated code.
var (
	say   = "/reveille.e2e.Talk/Say"
	chats = grpc.StreamDesc{StreamName: "Chat", Handler: onChat, ServerStreams: true, ClientStreams: true}
	count = grpc.StreamDesc{StreamName: "Count", Handler: onCount, ServerStreams: true}
	sum   = grpc.StreamDesc{StreamName: "Sum", Handler: onSum, ClientStreams: true}
	talk  = grpc.ServiceDesc{
		ServiceName: "reveille.e2e.Talk",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Say", Handler: onSay}},
		Streams:     []grpc.StreamDesc{chats, count, sum},
	}
)

func grpcServer() *grpc.Server {
	server := grpc.NewServer()
	server.RegisterService(&talk, struct{}{})
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	return server
}

func onSay(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	asked := new(wrapperspb.StringValue)
	if err := decode(asked); err != nil {
		return nil, err
	}
	return wrapperspb.String("you said " + asked.Value), nil
}

// Answers each message when it comes.
func onChat(_ any, stream grpc.ServerStream) error {
	for {
		message := new(wrapperspb.StringValue)
		if err := stream.RecvMsg(message); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := stream.SendMsg(wrapperspb.String("re: " + message.Value)); err != nil {
			return err
		}
	}
}

func onCount(_ any, stream grpc.ServerStream) error {
	if err := stream.RecvMsg(new(wrapperspb.StringValue)); err != nil {
		return err
	}
	for i := range 1000 {
		if err := stream.SendMsg(wrapperspb.String(fmt.Sprint(i))); err != nil {
			return err
		}
	}
	return nil
}

func onSum(_ any, stream grpc.ServerStream) error {
	length := 0
	for {
		message := new(wrapperspb.StringValue)
		if err := stream.RecvMsg(message); err == io.EOF {
			return stream.SendMsg(wrapperspb.String(fmt.Sprint(length)))
		} else if err != nil {
			return err
		}
		length += len(message.Value)
	}
}
