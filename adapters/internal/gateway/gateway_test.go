package gateway_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

// filled is what Fill made of some variables.
type filled struct {
	*http.Request
	gangplank.Gateway
	facts *gateway.Request
}

// vars reads "NAME=value" lines; an empty line is skipped. In a raw string
// literal it shows what a server sent as it was captured.
func vars(lines string) gateway.List {
	var l gateway.List
	for line := range strings.Lines(lines) {
		line = strings.TrimRight(strings.TrimLeft(line, "\t"), "\n")
		if name, value, ok := strings.Cut(line, "="); ok {
			l = append(l, gateway.Variable{Name: name, Value: value})
		}
	}
	return l
}

func fill(l gateway.List, o gateway.Options) (filled, error) {
	f := filled{Request: new(http.Request), facts: new(gateway.Request)}
	var err error
	f.Gateway, err = f.facts.Fill(f.Request, l, &o)
	return f, err
}

func mustFill(t *testing.T, lines string, o gateway.Options) filled {
	t.Helper()
	f, err := fill(vars(lines), o)
	if err != nil {
		t.Fatalf("Fill: %v", err)
	}
	return f
}

// base is a request with all that must be there.
const base = `
	REQUEST_METHOD=GET
	REQUEST_URI=/a
	SERVER_PROTOCOL=HTTP/1.1
	SERVER_SOFTWARE=test
	HTTP_HOST=example.com
	REMOTE_ADDR=192.0.2.7
	REMOTE_PORT=4711
`

func fastCGI() gateway.Options { return gateway.Options{Interface: "FastCGI/1.0", BodyToEOF: true} }
func cgi() gateway.Options     { return gateway.Options{Interface: "CGI/1.1"} }

func status(err error) int {
	var e *gateway.Error
	if errors.As(err, &e) {
		return e.HTTPStatus()
	}
	return 0
}

func check[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}
