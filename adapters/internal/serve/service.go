package serve

import (
	"log/slog"
	"net/http"
)

// Service is what all connections of a protocol's server share. They only read its fields.
type Service struct {
	Name     string // the protocol's; begins every line of the log
	Handler  http.Handler
	Log      *slog.Logger
	Timeouts Timeouts
	Gap      int // bytes that stay free before what an Outgoing collects

	watches *watches
}

// NewService fills in the defaults of a Server's fields.
func NewService(name string, h http.Handler, log *slog.Logger, t Timeouts) Service {
	if h == nil {
		h = http.DefaultServeMux
	}
	return Service{Name: name, Handler: h, Log: Logger(log), Timeouts: t, watches: new(watches)}
}
