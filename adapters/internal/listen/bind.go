package listen

import (
	"context"
	"errors"
	"net"
)

// Listen binds the address; [Address.Check] must have passed. More than one listener comes from systemd only.
func (a *Address) Listen(ctx context.Context) ([]net.Listener, error) {
	listeners, err := a.bind(ctx)
	for _, l := range listeners {
		if tcp, ok := l.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
			err = errors.Join(err, a.refuseExposed()) // an inherited socket, or a localhost that is none
		}
	}
	if err != nil {
		Close(listeners)
		return nil, a.wrap(err)
	}
	return listeners, nil
}

func (a *Address) bind(ctx context.Context) ([]net.Listener, error) {
	switch a.Network {
	case "systemd":
		return systemd.take(a.Target)
	case "fd":
		fd, _ := a.descriptor() // parsed before
		return one(inherit(fd))
	case "unix":
		if a.Target[0] != '@' {
			return one(bindFile(a.Target, a.file))
		}
	}
	var config net.ListenConfig
	return one(config.Listen(ctx, a.Network, a.Target))
}

func one(l net.Listener, err error) ([]net.Listener, error) {
	if err != nil {
		return nil, err
	}
	return []net.Listener{l}, nil
}

// Close closes listeners that will not be used after all.
func Close(listeners []net.Listener) {
	for _, l := range listeners {
		l.Close()
	}
}
