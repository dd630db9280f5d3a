package adapters

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/listen"
)

const (
	defaultGrace = 30 * time.Second
	spawnedGrace = 7 * time.Second // mod_fcgid sends SIGKILL 8 s after SIGTERM
)

// service is the server of one address.
type service struct {
	server
	address   *listen.Address
	grace     time.Duration // for running requests, when the program is stopped
	listeners []net.Listener
}

type services []*service

// prepare checks all addresses and binds none.
func prepare(table []protocol, base setup, addrs []string) (services, error) {
	var list services
	var errs []error
	for _, text := range addrs {
		s, err := newService(table, base, text)
		list, errs = append(list, s), append(errs, err)
	}
	return list, errors.Join(errs...)
}

func newService(table []protocol, set setup, text string) (*service, error) {
	a, err := listen.Parse(text, schemes(table))
	if err != nil {
		return nil, err
	}
	s := &service{address: a, grace: defaultGrace}
	if a.Network == "fd" && a.Target == "0" {
		s.grace = spawnedGrace
	}
	a.Options.Duration("grace", &s.grace)
	set.address, set.options = a, a.Options
	s.server = table[indexScheme(table, a.Scheme)].open(set)
	a.Options.Fail(ofOptions(s.server.Validate()))
	return s, a.Check()
}

// bind opens the listeners of all services, or none.
func (list services) bind(ctx context.Context) (err error) {
	for _, s := range list {
		if s.listeners, err = s.address.Listen(ctx); err != nil {
			list.closeListeners()
			return err
		}
	}
	return nil
}

func (list services) closeListeners() {
	for _, s := range list {
		listen.Close(s.listeners)
	}
}

// run serves until stopping ends or one listener fails, and then stops all of them.
func (list services) run(stopping, impatient context.Context, log *slog.Logger) (err error) {
	ended, running := list.start(log)
	notify("READY=1", log)
	select {
	case <-stopping.Done():
	case err = <-ended:
		running--
	}
	notify("STOPPING=1", log)
	err = errors.Join(err, list.stop(impatient))
	for range running {
		err = errors.Join(err, <-ended)
	}
	return err
}

// start serves each listener in a goroutine of its own, which sends to ended how that ended; nil after a shutdown.
func (list services) start(log *slog.Logger) (ended <-chan error, running int) {
	ch := make(chan error)
	for _, s := range list {
		for _, l := range s.listeners {
			log.Info("listening", "address", bound(s.address.Scheme, l.Addr()))
			running++
			go func() {
				err := s.Serve(l)
				if errors.Is(err, http.ErrServerClosed) {
					ch <- nil
					return
				}
				ch <- fmt.Errorf("address %q: %w", s.address, err)
			}()
		}
	}
	return ch, running
}

// stop shuts all servers down at the same time, each within its grace.
func (list services) stop(impatient context.Context) error {
	errs := make([]error, len(list))
	var wg sync.WaitGroup
	for i, s := range list {
		wg.Go(func() { errs[i] = s.stop(impatient) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (s *service) stop(impatient context.Context) error {
	ctx := impatient
	if s.grace > 0 {
		limited, cancel := context.WithTimeout(impatient, s.grace)
		defer cancel()
		ctx = limited
	}
	err := s.Shutdown(ctx)
	switch {
	case err == nil:
		return nil
	case err == ctx.Err():
		err = fmt.Errorf("running requests were broken off: %w", err)
	}
	s.Close()
	return fmt.Errorf("address %q: %w", s.address, err)
}

// bound writes the address of a listener in the form that Serve takes: with the port that the system chose, and as a link.
func bound(scheme string, addr net.Addr) string {
	if addr.Network() == "unix" {
		return scheme + "+unix:" + addr.String()
	}
	return scheme + "://" + addr.String()
}
