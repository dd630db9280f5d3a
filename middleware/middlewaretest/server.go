package middlewaretest

import (
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
)

// server is net/http's, on a loopback port.
type server struct {
	http.Server
	x *exchange
}

func (x *exchange) serve(h http.Handler, http2 bool) *server {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("middlewaretest: no loopback interface: " + err.Error())
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(!http2)
	protocols.SetUnencryptedHTTP2(http2)
	srv := &server{x: x, Server: http.Server{Handler: h, Protocols: protocols, ErrorLog: log.New(complaints{x}, "", 0)}}
	x.url = "http://" + l.Addr().String()
	x.client = &http.Transport{Protocols: protocols, DisableCompression: true}
	go srv.Serve(listener{l, x})
	return srv
}

func (s *server) close() {
	s.x.client.CloseIdleConnections()
	s.Close()
}

// complaints notes what the server has to say about its handler. That it
// panicked is seen elsewhere.
type complaints struct{ x *exchange }

func (c complaints) Write(p []byte) (int, error) {
	if line, _, _ := strings.Cut(string(p), " from "); strings.Contains(line, "superfluous") {
		c.x.note("server's log", line)
	}
	return len(p), nil
}

// listener's connections tell whether a file reaches them as one.
type listener struct {
	net.Listener
	x *exchange
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{c.(*net.TCPConn), l.x}, nil
}

type conn struct {
	*net.TCPConn
	x *exchange
}

// ReadFrom is where net/http goes for sendfile.
func (c *conn) ReadFrom(src io.Reader) (int64, error) {
	if isFile(src) {
		c.x.signal("sendfile")
	}
	return c.TCPConn.ReadFrom(src)
}

// isFile tells whether package net would use sendfile for src: an *os.File, or
// what its WriteTo hands on.
func isFile(src io.Reader) bool {
	if limited, ok := src.(*io.LimitedReader); ok {
		src = limited.R
	}
	_, ok := src.(interface {
		syscall.Conn
		Stat() (os.FileInfo, error)
	})
	return ok
}
