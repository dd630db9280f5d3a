package adapters

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// signals returns a context that ends with ctx or with the first SIGTERM or SIGINT, and one that ends with a second SIGINT.
func signals(ctx context.Context, log *slog.Logger) (stopping, impatient context.Context, release func()) {
	stopping, stop := context.WithCancel(ctx)
	impatient, hurry := context.WithCancel(context.WithoutCancel(ctx))
	received := make(chan os.Signal, 4)
	// SIGPIPE too: without a handler, a log line to a standard error whose reader has gone (Apache's piped log on its
	// graceful restart) would kill the process in the middle of a request.
	signal.Notify(received, os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	go func() {
		interrupts := 0
		for s := range received {
			if s == syscall.SIGPIPE {
				continue
			}
			if s == os.Interrupt {
				interrupts++
			}
			if interrupts == 2 {
				hurry()
			}
			log.Info("stopping when the running requests are finished", "signal", s.String())
			stop()
		}
	}()
	return stopping, impatient, func() {
		signal.Stop(received)
		close(received)
		stop()
		hurry()
	}
}
