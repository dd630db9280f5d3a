//go:build linux

package gatewaytest_test

import (
	"log/slog"
	"maps"
	"os"
	"path"
	"strings"
	"syscall"
	"testing"

	"github.com/gangplank-web/gangplank/adapters"
	"github.com/gangplank-web/gangplank/adapters/adaptertest"
	"github.com/gangplank-web/gangplank/adapters/ajp"
	"github.com/gangplank-web/gangplank/adapters/cgi"
	"github.com/gangplank-web/gangplank/adapters/fastcgi"
	"github.com/gangplank-web/gangplank/adapters/httpd"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
	"github.com/gangplank-web/gangplank/adapters/scgi"
	"github.com/gangplank-web/gangplank/adapters/uwsgi"
)

// conforming serves the table's handler if this process is a program that a web
// server has started, and does not return then.
func conforming() {
	listening, _ := syscall.GetsockoptInt(0, syscall.SOL_SOCKET, syscall.SO_ACCEPTCONN)
	if !adapters.IsCGI() && listening != 1 {
		return
	}
	slog.SetDefault(slog.New(slog.DiscardHandler))
	if adapters.IsCGI() {
		if err := cgi.Serve(adaptertest.Handler()); err != nil {
			syscall.Exit(1)
		}
		syscall.Exit(0) // after os.Exit, as in Main, a program built with -race sleeps for a second
	}
	if err := adapters.Main(adaptertest.Handler()); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
	}
	os.Exit(1)
}

func TestConformance(t *testing.T) {
	beside(t)
	program := servertest.Self(t)
	var found needs
	t.Cleanup(found.print)
	for _, g := range servertest.Gateways() {
		t.Run(g.Name, func(t *testing.T) {
			t.Parallel()
			mount := mountsOf(g)[0]
			target := adaptertest.Target{
				Attached:  true,
				Interface: interfaces[g.Backend],
				Except:    map[string]string{},
				Timeout:   2 * patience, // of 50 processes that are started at once, say
				Observe:   func(c adaptertest.Case, err error) { conformed.note(g.Name, c.Name, err) },
			}
			for _, d := range deviations {
				if ok, _ := path.Match(d.gateways, g.Name); ok {
					target.Differences = append(target.Differences, d.differences...)
					maps.Copy(target.Except, d.except)
				}
			}
			told := "" // what the gateway's variables say is enough
			if g.Whole {
				told = mount
			}
			front := g.Start(t, mount, backend(t, g.Backend, told, program))
			target.URL = strings.TrimSuffix(front.URL+mount, "/")
			if *excepted {
				found.note(t, g.Name, &target)
			} else {
				adaptertest.Run(t, target)
			}
		})
	}
}

var interfaces = map[servertest.Backend]string{
	servertest.Program:        "CGI/1.1",
	servertest.FastCGIProgram: "FastCGI/1.0",
	servertest.FastCGISocket:  "FastCGI/1.0",
	servertest.HTTPSocket:     "HTTP",
	servertest.SCGISocket:     "SCGI/1",
	servertest.UwsgiSocket:    "uwsgi/1",

	servertest.AJPSocket:         "AJP/1.3",
	servertest.LighttpdAJPSocket: "AJP/1.3",
}

// backend returns what the gateway is to reach: the program, or the socket of a
// server in this process.
func backend(t *testing.T, kind servertest.Backend, told, program string) string {
	t.Helper()
	var server protocoltest.Server
	quiet := slog.New(slog.DiscardHandler)
	switch kind {
	case servertest.FastCGISocket:
		server = &fastcgi.Server{Handler: adaptertest.Handler(), Logger: quiet, Mount: told}
	case servertest.SCGISocket:
		server = &scgi.Server{Handler: adaptertest.Handler(), Logger: quiet, Mount: told}
	case servertest.UwsgiSocket:
		server = &uwsgi.Server{Handler: adaptertest.Handler(), Logger: quiet, Mount: told}
	case servertest.AJPSocket:
		server = &ajp.Server{Handler: adaptertest.Handler(), Logger: quiet, Mount: told, Secret: servertest.AJPSecret}
	case servertest.LighttpdAJPSocket:
		server = &ajp.Server{Handler: adaptertest.Handler(), Logger: quiet, Mount: told, Lighttpd: true}
	case servertest.HTTPSocket:
		server = &httpd.Server{Handler: adaptertest.Handler(), Logger: quiet}
	default:
		return program
	}
	return serve(t, server)
}
