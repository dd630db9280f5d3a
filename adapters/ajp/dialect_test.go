package ajp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	gangplank "github.com/gangplank-web/gangplank"
)

// lighttpd sends no inner length, as many packets as it takes for what it was
// asked for, and an empty packet after a request without a body.
func TestLighttpd(t *testing.T) {
	t.Parallel()
	addr, log := launch(t, &Server{Lighttpd: true, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %d %x %v", r.RequestURI, r.URL.Path, len(b), b[:min(len(b), 3)], err)
	})})
	c := dial(t, addr)
	body := bytes.Repeat([]byte("\x00\x01\x02"), 6000) // begins like an inner length
	request := ask{method: 4, path: "/a%20b c", fields: [][2]string{{"Content-Length", fmt.Sprint(len(body))}}}
	c.send(append(request.bytes(), toUs(body[:8188])...))
	if n := c.asked(); n != len(body)-8188 {
		t.Errorf("asked for %d bytes", n)
	}
	c.send(toUs(body[8188:10000], body[10000:]))
	if a := c.must(); a.body != "/a%2520b%20c /a%20b c 18000 000102 <nil>" || !a.reuse {
		t.Errorf("got %+v", a)
	}
	for range 2 {
		c.send(append(get("/"), toUs(nil)...))
		if a := c.must(); a.body != "/ / 0  <nil>" || !a.reuse {
			t.Errorf("got %+v", a)
		}
	}
	if log.String() != "" {
		t.Errorf("log is %s", log)
	}
}

// Packets of up to 64 KiB, if both ends are set to it.
func TestPacketSize(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{PacketSize: maxPacket, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Long", r.Header.Get("X-Long"))
		b, _ := io.ReadAll(r.Body)
		w.Write(b)
	})})
	long := strings.Repeat("x", 60000)
	c := dial(t, addr)
	body := strings.Repeat("b", 100000)
	request := ask{method: 4, fields: [][2]string{{"X-Long", long}, {"Content-Length", fmt.Sprint(len(body))}}}
	c.send(append(request.bytes(), toUs(data(body[:maxPacket-6]))...))
	if n := c.asked(); n != len(body)-(maxPacket-6) {
		t.Errorf("asked for %d", n)
	}
	c.send(toUs(data(body[maxPacket-6:])))
	a := c.must()
	if a.header.Get("X-Long") != long || a.body != body || !a.reuse {
		t.Errorf("got %d, %d bytes of X-Long, %d bytes", a.status, len(a.header.Get("X-Long")), len(a.body))
	}
	for _, n := range a.parts {
		if n > maxPacket-8 {
			t.Errorf("a part of %d bytes", n)
		}
	}
}

// A client's certificate without a verdict proves nothing.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	got := make(chan string, 1)
	c := start(t, func(w http.ResponseWriter, r *http.Request) {
		g := gangplank.From(r).Gateway()
		name, ok := AttributesOf(r).Get("NAME")
		got <- fmt.Sprintf("%x %x %d %t %s %t", r.TLS.Version, r.TLS.CipherSuite, len(r.TLS.PeerCertificates), g.Var("SSL_CLIENT_CERT") != "", name, ok)
	})
	attributes := attr(attr(attr(attr(nil, attrSSLCert, "-----BEGIN CERTIFICATE-----\n"), attrSSLCipher, "TLS_AES_128_GCM_SHA256"),
		attrNamed, "AJP_SSL_PROTOCOL", "TLSv1.3"), attrNamed, "NAME", "value")
	c.do(ask{tls: true, attributes: attributes}.bytes())
	if s := <-got; s != "304 1301 0 true value true" {
		t.Errorf("got %s", s)
	}
}

// What a length announces costs nothing before it is there.
func TestAnnouncedPacket(t *testing.T) {
	t.Parallel()
	addr, _ := launch(t, &Server{PacketSize: maxPacket, Handler: http.HandlerFunc(hello)})
	for range 10 {
		c := dial(t, addr)
		b := append(toUs(nil)[:2], 0, 0, 2, 2)
		binary.BigEndian.PutUint16(b[2:], 65532)
		c.send(b)
		c.CloseWriteHalf()
		c.closed()
	}
}
