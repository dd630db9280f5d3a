package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank"
)

const (
	maxBytes  = 1 << 40
	maxHeader = 1 << 20
	maxCount  = 10_000
	flushSize = 64 << 10
)

// letters is the body of /bytes: byte i is 'a' + i%26. It never ends.
type letters struct{ at int }

// alphabets is a whole number of alphabets.
var alphabets = strings.Repeat("abcdefghijklmnopqrstuvwxyz", 1260)

func (l *letters) Read(p []byte) (int, error) {
	n := copy(p, alphabets[l.at:])
	l.at = (l.at + n) % len(alphabets)
	return n, nil
}

// sendBytes sends n bytes, and says so or, with ?length=, something else.
func sendBytes(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r, "n", 0, maxBytes)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=us-ascii")
	var body letters
	if r.URL.Query().Get("flush") != "" {
		return flushEach(w, &body, n)
	}
	length, err := queryNumber(r, "length", n, maxBytes)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Length", strconv.FormatInt(length, 10))
	_, err = io.CopyN(w, &body, n)
	return err
}

// flushEach sends n bytes and flushes every 64 KiB.
func flushEach(w http.ResponseWriter, body io.Reader, n int64) error {
	rc := http.NewResponseController(w)
	for n > 0 {
		part := min(n, flushSize)
		if _, err := io.CopyN(w, body, part); err != nil {
			return err
		}
		if err := rc.Flush(); err != nil {
			return err
		}
		n -= part
	}
	return nil
}

func status(w http.ResponseWriter, r *http.Request) error {
	code, err := number(r, "code", 200, 999)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=us-ascii")
	w.WriteHeader(int(code))
	fmt.Fprintf(w, "status %d\n", code) // http.ErrBodyNotAllowed for 204 and 304
	return nil
}

func redirect(w http.ResponseWriter, r *http.Request) error {
	code, err := queryNumber(r, "code", http.StatusFound, 399)
	if err != nil {
		return err
	}
	if code < 300 {
		return gangplank.Error(http.StatusBadRequest, "code must be a number from 300 to 399.")
	}
	to := r.URL.Query().Get("to")
	if to == "" {
		to = "/env"
	}
	gangplank.Redirect(w, r, to, int(code))
	return nil
}

func cookies(w http.ResponseWriter, r *http.Request) error {
	n, err := queryNumber(r, "n", 3, maxCount)
	if err != nil {
		return err
	}
	for i := range n {
		http.SetCookie(w, &http.Cookie{Name: fmt.Sprintf("c%d", i), Value: fmt.Sprintf("v%d", i)})
	}
	_, err = fmt.Fprintf(w, "%d cookies\n", n)
	return err
}

func bigHeader(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r, "n", 0, maxHeader)
	if err != nil {
		return err
	}
	w.Header().Set("X-Big", strings.Repeat("x", int(n)))
	_, err = fmt.Fprintf(w, "header of %d\n", n)
	return err
}

func early(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Link", "</style.css>; rel=preload")
	w.WriteHeader(http.StatusEarlyHints)
	io.WriteString(w, "early\n")
}

// upgrade takes the connection over, where it is the client's own, and sends
// back each line that it reads.
func upgrade(w http.ResponseWriter, r *http.Request) error {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if errors.Is(err, http.ErrNotSupported) {
		return gangplank.Error(http.StatusNotImplemented, "There is no connection to take over.").Because(err)
	}
	if err != nil {
		return err
	}
	defer conn.Close()
	buf.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
	for {
		if err := buf.Flush(); err != nil {
			return nil
		}
		line, err := buf.ReadString('\n')
		if err != nil {
			return nil
		}
		buf.WriteString(line)
	}
}
