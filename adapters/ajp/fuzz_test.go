package ajp

import (
	"bufio"
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"testing"

	gangplank "github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// FuzzForward: what a request is translated to is no longer than it, but for the
// names that it has codes for; every pair can be read; no attribute of the peer's
// own choice is among the variables; and it is all a client has to offer that
// decides where the body ends.
func FuzzForward(f *testing.F) {
	f.Add(ask{fields: fields}.content()[1:])
	f.Add(ask{method: 0xff, fields: fields, secret: "s", attributes: attr(attr(nil, attrStoredMethod, "FOO"), attrQueryString, "q")}.content()[1:])
	f.Add(ask{tls: true, attributes: append(attr(attr(nil, attrSSLCert, "x"), attrNamed, "AJP_REMOTE_PORT", "1"), byte(attrSSLKeySize), 1, 0)}.content()[1:])
	f.Add(ask{attributes: append(attr(nil, attrNamed, "REQUEST_URI", "evil"), byte(attrSSLKeySize), 0, 3, '2', '5', '6', 0)}.content()[1:])
	f.Add(ask{method: 4, fields: [][2]string{{"Transfer-Encoding", "chunked"}, {"X_Y", "z"}}}.content()[1:])
	f.Fuzz(func(t *testing.T, packet []byte) {
		packet = append([]byte{byte(typeForwardRequest)}, packet...)
		if len(packet) > maxPacket-headerLen {
			return
		}
		v, err := translate(packet, "", false)
		if err != nil {
			if v.block != "" || gangplank.StatusOf(err) != http.StatusBadRequest {
				t.Fatalf("%v with %q", err, v.block)
			}
			return
		}
		vars := pairs(&v)
		if vars["REQUEST_METHOD"] == "" && packet[1] != storedMethod {
			t.Fatal("no method")
		}
		if _, chunked := vars["HTTP_TRANSFER_ENCODING"]; chunked && vars["CONTENT_LENGTH"] != "" {
			t.Fatal("a length and a Transfer-Encoding")
		}
		size := 0
		for name, value := range vars {
			if !ours[name] && len(name) >= 5 && name[:5] != "HTTP_" && (len(name) < 22 || name[:22] != "SSL_CLIENT_CERT_CHAIN_") {
				t.Fatalf("variable %q", name)
			}
			size += len(value)
		}
		for name, value := range v.attributes().All() {
			size += len(name) + len(value)
		}
		if size > 2*len(packet)+16 { // the query comes twice
			t.Fatalf("%d bytes became %d", len(packet), size)
		}
		again, err := translate(packet, "", false)
		if err != nil || again != v {
			t.Fatalf("the second time it is %q, %v", again.block, err)
		}
		if _, err := translate(packet, "no such secret", false); err == nil && !bytes.Contains(packet, []byte("no such secret")) {
			t.Fatal("accepted without the secret")
		}
	})
}

// ours are the variables that a request may have besides fields.
var ours = map[string]bool{
	"REQUEST_METHOD": true, "REQUEST_URI": true, "QUERY_STRING": true, "SERVER_PROTOCOL": true, "SERVER_NAME": true,
	"SERVER_PORT": true, "SERVER_ADDR": true, "REMOTE_ADDR": true, "REMOTE_HOST": true, "REMOTE_PORT": true, "REMOTE_USER": true,
	"AUTH_TYPE": true, "AJP_ROUTE": true, "HTTPS": true, "CONTENT_LENGTH": true, "CONTENT_TYPE": true, "SSL_PROTOCOL": true,
	"SSL_CIPHER": true, "SSL_CIPHER_USEKEYSIZE": true, "SSL_SESSION_ID": true, "SSL_SESSION_RESUMED": true, "SSL_TLS_SNI": true,
	"SSL_CLIENT_CERT": true, "SSL_CLIENT_VERIFY": true,
}

// FuzzServer: whatever a front server sends, and wherever it stops, what comes
// back are whole packets in the order of an answer, and the connection ends.
//
// Run it with -fuzzminimizetime 1x: goroutines make its coverage waver, and
// minimizing would take all the time.
func FuzzServer(f *testing.F) {
	f.Add(get("/"), false)
	f.Add(append(toUs([]byte{byte(typeCPing)}), get("/")...), false)
	f.Add(append(get("/"), post(4, "body")...), false)
	f.Add(append(append(posting("Transfer-Encoding", "chunked"), toUs(data("some"), data("thing"), data(""))...), get("/")...), false)
	f.Add(append(post(10, "half"), toUs(data("more"), nil)...), false)
	f.Add(append(posting("Content-Length", "8"), toUs([]byte("bo"), []byte("dy"), nil)...), true)
	f.Add(append(get("/"), toUs(nil)...), true)
	f.Add(toUs([]byte{byte(typeShutdown)}), false)
	var stages [2]protocoltest.Stage
	for i := range stages {
		stages[i] = protocoltest.NewStage(f, &Server{Lighttpd: i == 1, Logger: slog.New(slog.DiscardHandler), Handler: http.HandlerFunc(echo)})
	}
	f.Fuzz(func(t *testing.T, b []byte, lighttpd bool) {
		stage := stages[0]
		if lighttpd {
			stage = stages[1]
		}
		checkAnswers(t, stage.Play(protocoltest.NewScript(b)))
	})
}

func echo(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }

// checkAnswers reads what was sent back: an answer that has begun ends with
// END_RESPONSE, or with the connection.
func checkAnswers(t *testing.T, out []byte) {
	c := &client{t: t, r: bufio.NewReader(bytes.NewReader(out))}
	headed := false
	for {
		kind, r, err := c.next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case kind == typeCPong && !headed:
		case kind == typeGetBodyChunk:
			if n := r.uint16(); n == 0 {
				t.Fatal("nothing is asked for")
			}
		case kind == typeSendHeaders && !headed:
			headed = true
			if _, _, err := parseHead(r); err != nil {
				t.Fatal(err)
			}
		case kind == typeSendBodyChunk && headed:
			r.take(int(r.uint16()) + 1)
		case kind == typeEndResponse && headed:
			headed = false
			r.byte()
		default:
			t.Fatalf("packet of type %d, head sent: %t", kind, headed)
		}
		if r.err != nil || len(r.b) > 0 {
			t.Fatalf("packet of type %d: %v, %d bytes left", kind, r.err, len(r.b))
		}
	}
}
