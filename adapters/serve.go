package adapters

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
)

// Serve serves h on each of the addresses, in the form that the package comment describes, until ctx ends, a signal comes or a
// listener fails. Then it stops gracefully: it returns nil when all requests finished, and an error if a listener failed or
// requests had to be broken off. A nil h is http.DefaultServeMux.
//
// The values of ctx are those of the requests' contexts; its end is not: a running request is finished. One that would never end
// finds out by [Stopping].
func Serve(ctx context.Context, h http.Handler, addrs ...string) error {
	if err := serve(ctx, protocols, h, addrs); err != nil {
		return fmt.Errorf("adapters: %w", err)
	}
	return nil
}

func serve(ctx context.Context, table []protocol, h http.Handler, addrs []string) error {
	if len(addrs) == 0 {
		return errors.New("no address to listen on")
	}
	log := slog.Default()
	stopping, impatient, release := signals(ctx, log)
	defer release()
	services, err := prepare(table, setup{handler: h, base: requestContext(ctx, stopping.Done())}, addrs)
	if err != nil {
		return err
	}
	if err := services.bind(stopping); err != nil {
		return err
	}
	return services.run(stopping, impatient, log)
}

// requestContext makes a BaseContext that has the values of ctx, and goes on after its end, and the channel of Stopping.
func requestContext(ctx context.Context, stopping <-chan struct{}) func(net.Listener) context.Context {
	base := context.WithValue(context.WithoutCancel(ctx), stoppingKey{}, stopping)
	return func(net.Listener) context.Context { return base }
}
