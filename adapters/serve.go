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
// requests had to be broken off.
//
// The values of ctx are those of the requests' contexts; its end is not: a running request is finished.
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
	services, err := prepare(table, setup{handler: h, base: requestContext(ctx)}, addrs)
	if err != nil {
		return err
	}
	log := slog.Default()
	stopping, impatient, release := signals(ctx, log)
	defer release()
	if err := services.bind(stopping); err != nil {
		return err
	}
	return services.run(stopping, impatient, log)
}

// requestContext makes a BaseContext that has the values of ctx and goes on after its end.
func requestContext(ctx context.Context) func(net.Listener) context.Context {
	values := context.WithoutCancel(ctx)
	return func(net.Listener) context.Context { return values }
}
