package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware"
)

func hostStatus(m func(http.Handler) http.Handler, host string) int {
	r := httptest.NewRequest("GET", "/", nil)
	r.Host = host
	r.Header.Set("X-Forwarded-Host", "example.com")
	rec := httptest.NewRecorder()
	quiet(m(http.HandlerFunc(hello))).ServeHTTP(rec, r)
	return rec.Code
}

func TestHostCheck(t *testing.T) {
	t.Parallel()
	m := middleware.HostCheck("Example.com", "*.wild.example", "*.port.example:8443", "localhost:8080", "127.0.0.1", "[::1]")
	for host, ok := range map[string]bool{
		"example.com": true, "EXAMPLE.com": true, "example.com.": true, "example.com:8080": true, "example.com:": false,
		"www.example.com": false, "example.com.evil.example": false, "evilexample.com": false, "example.com@evil.example": false,
		"a.wild.example": true, "a.b.wild.example:81": true, "wild.example": false, ".wild.example": false, "evilwild.example": false,
		"a.port.example:8443": true, "a.port.example": false, "a.port.example:443": false,
		"localhost:8080": true, "localhost": false, "localhost:8081": false,
		"127.0.0.1": true, "127.0.0.1:80": true, "127.0.0.2": false,
		"[::1]": true, "[::1]:80": true, "[0:0:0:0:0:0:0:1]": true, "::1": false, "[::1": false, "[::1]x": false, "[::1%25lo]": false, "[127.0.0.1]": false,
		"": false, ":80": false, "example.com:99999": false, "example.com:80:80": false, "example.com:+80": false,
		"rebound.evil.example:8080": false, "example.com, evil.example": false, "example.com\x00": false,
		strings.Repeat("a.", 500_000) + "wild.example": false,

		// net/http lets all of these through, and below an asterisk anything would do.
		"x'-alert(1)-'.wild.example": false, "evil.example;.wild.example": false, "evil.example%2f.wild.example": false,
		"a..wild.example": false, "[.wild.example": false, strings.Repeat("a", 64) + ".wild.example": false, "a_b.wild.example": true,
		"localhost:08080": false, "127.1": false,
	} {
		want := http.StatusMisdirectedRequest
		if ok {
			want = 200
		}
		if got := hostStatus(m, host); got != want {
			t.Errorf("%.60q: got %d, want %d", host, got, want)
		}
	}
}

func TestHostCheckConfig(t *testing.T) {
	t.Parallel()
	wantPanic(t, func() { middleware.HostCheck() }, "no host is named")
	wantPanic(t, func() {
		middleware.HostCheck("*", "https://example.com", "*example.com", "a.*.example", "bücher.example", "example.com:http", "::1", "a..b", ".example.com",
			"a.example:080", "a.example:0", "b.example:", "127.1", "0x7f.1", "*.192.0.2.1", "*", "*.")
	}, "middleware.HostCheck: ", `"*"`, `"https://example.com"`, `"*example.com"`, `"a.*.example"`, `"bücher.example"`, `"example.com:http"`, `"::1"`, `"a..b"`, `".example.com"`,
		`"a.example:080"`, `"a.example:0"`, `"b.example:"`, `"127.1"`, `"0x7f.1"`, `"*.192.0.2.1"`, `"*"`, `"*."`)
	middleware.HostCheck("0x.example", "127.example", "1.2.3.4:80", "*.xn--bcher-kva.example:8080") // names all, but for one
}

func BenchmarkHostCheck(b *testing.B) {
	h := middleware.HostCheck("example.com", "*.example.com")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for name, host := range map[string]string{"exact": "example.com", "longest": strings.Repeat("a.", 120) + "example.com"} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Host = host
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(nopWriter{}, r)
			}
		})
	}
}

// A page of evil.example, whose name has just begun to lead to 127.0.0.1.
func ExampleHostCheck() {
	h := middleware.HostCheck("localhost", "127.0.0.1", "[::1]")(http.HandlerFunc(hello))
	for _, host := range []string{"localhost:8080", "evil.example:8080"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		fmt.Println(host, rec.Code)
	}
	// Output:
	// localhost:8080 200
	// evil.example:8080 421
}
