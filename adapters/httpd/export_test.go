package httpd

import "net/http"

// HTTPHandler is what net/http calls.
func (s *Server) HTTPHandler() http.Handler {
	s.init()
	return s.http.Handler
}
