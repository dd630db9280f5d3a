package gangplank

import (
	"bufio"
	"net"
	"net/http"
	"time"
)

// Hijack gives the connection to the handler where the server can; the response
// head is then the handler's business, unless it has called WriteHeader(101).
func (w *Writer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	switch w.state {
	case committing:
		return nil, nil, errHijackInHook
	case hijacked:
		return nil, nil, http.ErrHijacked
	case finished:
		return nil, nil, errFinished
	case decided:
		if err := w.commit(nil, false); err != nil {
			return nil, nil, err
		}
	}
	conn, rw, err := http.NewResponseController(w.under).Hijack()
	if err == nil {
		w.runHooksForHijack(conn)
	}
	return conn, rw, err
}

// SetReadDeadline sets the deadline for reading the request, body included.
func (w *Writer) SetReadDeadline(t time.Time) error {
	if w.state == finished {
		return errFinished
	}
	return http.NewResponseController(w.under).SetReadDeadline(t)
}

// SetWriteDeadline sets the deadline for writing the response.
func (w *Writer) SetWriteDeadline(t time.Time) error {
	if w.state == finished {
		return errFinished
	}
	return http.NewResponseController(w.under).SetWriteDeadline(t)
}

// EnableFullDuplex lets the handler read the request while it writes the
// response. On every gateway but HTTP/1 that is so anyway.
func (w *Writer) EnableFullDuplex() error {
	return http.NewResponseController(w.under).EnableFullDuplex()
}
