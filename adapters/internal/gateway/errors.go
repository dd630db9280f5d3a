package gateway

import "net/http"

// Error is a refusal of the request's variables.
type Error struct {
	Status int    // what the client is to get, mostly 400
	Reason string // for the log; it may quote what the client sent
}

func (e *Error) Error() string { return "gateway: " + e.Reason }

// HTTPStatus is the status that the client is to get.
func (e *Error) HTTPStatus() int { return e.Status }

func badRequest(reason string) error { return &Error{http.StatusBadRequest, reason} }
