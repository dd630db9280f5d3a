package fastcgi

import (
	"io"
	"net/http"
	"testing"
)

// The connection's end alone is, for nginx, the good end of an answer whose
// length it does not know.
func TestBrokenAnswerEndsInNoRecord(t *testing.T) {
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "half")
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	c.send(get("/"))
	for {
		_, err := c.next()
		if err == io.EOF {
			t.Fatal("the connection ended, and nothing else")
		}
		if err != nil {
			break // no record: see parseRecord
		}
	}
	c.closed()
}

// nginx, not buffering the request, sends the rest of a body only until it has
// the head of the answer, and waits for END_REQUEST then.
func TestBodyThatStalls(t *testing.T) {
	c := start(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "answer") })
	b := headBytes(1, roleResponder, true, postParams(100))
	if a := c.do(appendStream(b, typeStdin, 1, []byte("the beginning"))); a.body != "answer" {
		t.Errorf("got %q", a.body)
	}
	c.closed()
}
