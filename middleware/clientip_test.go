package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
)

func networks(prefixes ...string) (list []netip.Prefix) {
	for _, p := range prefixes {
		list = append(list, netip.MustParsePrefix(p))
	}
	return list
}

// clientIP returns what ClientIP says of a request, "" for unknown.
func clientIP(cfg middleware.ClientIPConfig, peer, header string, values ...string) (client string) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = peer
	r.Header[http.CanonicalHeaderKey(header)] = values
	middleware.ClientIP(cfg)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ip := gangplank.From(r).ClientIP(); ip.IsValid() {
			client = ip.String()
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
	return client
}

var (
	none       = middleware.ClientIPConfig{}
	oneProxy   = middleware.ClientIPConfig{Proxies: 1}
	twoProxies = middleware.ClientIPConfig{Proxies: 2}
	ourNets    = middleware.ClientIPConfig{Networks: networks("10.0.0.0/8", "127.0.0.0/8", "fe80::/10", "2001:db8:1::/48")}
)

func TestClientIPForwardedFor(t *testing.T) {
	t.Parallel()
	const proxy = "10.0.0.1:5000"
	for _, tt := range []struct {
		desc string
		cfg  middleware.ClientIPConfig
		peer string
		xff  []string
		want string
	}{
		{"no proxy, nothing sent", none, "192.0.2.1:80", nil, "192.0.2.1"},
		{"no proxy, a lie", none, "192.0.2.1:80", []string{"127.0.0.1"}, "192.0.2.1"},
		{"one proxy", oneProxy, proxy, []string{"192.0.2.9"}, "192.0.2.9"},
		{"one proxy and a lie before it", oneProxy, proxy, []string{"127.0.0.1, 192.0.2.9"}, "192.0.2.9"},
		{"one proxy and a lie in a line before it", oneProxy, proxy, []string{"127.0.0.1", "192.0.2.9"}, "192.0.2.9"},
		{"one proxy on a unix socket", oneProxy, "@", []string{"192.0.2.9"}, "192.0.2.9"},
		{"one proxy that says nothing", oneProxy, proxy, nil, ""},
		{"one proxy that says garbage", oneProxy, proxy, []string{"192.0.2.9, garbage"}, ""},
		{"two proxies", twoProxies, proxy, []string{"127.0.0.1, 192.0.2.9, 198.51.100.1"}, "192.0.2.9"},
		{"two proxies, one passed", twoProxies, proxy, []string{"192.0.2.9"}, ""},
		{"port", oneProxy, proxy, []string{"192.0.2.9:1234"}, "192.0.2.9"},
		{"IPv6", oneProxy, proxy, []string{"2001:DB8::1"}, "2001:db8::1"},
		{"IPv6 with port", oneProxy, proxy, []string{"[2001:db8::1]:1234"}, "2001:db8::1"},
		{"IPv4 in IPv6", oneProxy, proxy, []string{"::ffff:192.0.2.9"}, "192.0.2.9"},
		{"a zone", oneProxy, proxy, []string{"fe80::1%eth0"}, ""},
		{"a long zone", oneProxy, proxy, []string{"fe80::1%" + strings.Repeat("x", 1<<20)}, ""},
		{"a name", oneProxy, proxy, []string{"localhost"}, ""},
		{"unknown", oneProxy, proxy, []string{"unknown"}, ""},
		{"octal", oneProxy, proxy, []string{"0177.0.0.1"}, ""},
		{"brackets around IPv4", oneProxy, proxy, []string{"[127.0.0.1]"}, ""},
		{"bad port", oneProxy, proxy, []string{"192.0.2.9:http"}, ""},
		{"empty elements", oneProxy, proxy, []string{"127.0.0.1,192.0.2.9, ,\t,", "", ","}, "192.0.2.9"},

		{"networks", ourNets, proxy, []string{"192.0.2.9"}, "192.0.2.9"},
		{"networks and a lie", ourNets, proxy, []string{"127.0.0.1, 192.0.2.9, 10.0.0.7"}, "192.0.2.9"},
		{"from outside the networks", ourNets, "192.0.2.1:80", []string{"127.0.0.1"}, "192.0.2.1"},
		{"peer in IPv4-in-IPv6 form", ourNets, "[::ffff:10.0.0.1]:80", []string{"192.0.2.9"}, "192.0.2.9"},
		{"peer with a zone", ourNets, "[fe80::1%eth0]:80", []string{"192.0.2.9"}, "192.0.2.9"},
		{"a trusted address in disguise", ourNets, proxy, []string{"192.0.2.9, ::ffff:10.0.0.7"}, "192.0.2.9"},
		{"garbage among proxies", ourNets, proxy, []string{"192.0.2.9, x, 10.0.0.7"}, ""},
		{"garbage that the client sent", ourNets, proxy, []string{"\x00\",;=\\, 192.0.2.9"}, "192.0.2.9"},
		{"only proxies", ourNets, proxy, []string{"10.1.1.1, 10.1.1.2"}, "10.1.1.1"},
		{"networks, nothing forwarded", ourNets, proxy, nil, "10.0.0.1"},
		{"networks and a unix socket", ourNets, "@", []string{"192.0.2.9"}, ""},
		{"no peer", ourNets, "", []string{"192.0.2.9"}, ""},

		{"10 000 lines of the client", ourNets, proxy, append(slices.Repeat([]string{"127.0.0.1"}, 10_000), "192.0.2.9"), "192.0.2.9"},
		{"10 000 proxies", ourNets, proxy, slices.Repeat([]string{"10.0.0.1"}, 10_000), ""},
		{"10 000 in one line", ourNets, proxy, []string{strings.Repeat("10.0.0.1,", 10_000)}, ""},
		{"a megabyte of commas", ourNets, proxy, []string{"192.0.2.9" + strings.Repeat(",", 1<<20)}, "192.0.2.9"},
	} {
		if got := clientIP(tt.cfg, tt.peer, "X-Forwarded-For", tt.xff...); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}

func TestClientIPSingleHeader(t *testing.T) {
	t.Parallel()
	cfg := middleware.ClientIPConfig{Networks: networks("10.0.0.0/8"), Header: "x-real-ip"}
	for _, tt := range []struct {
		desc, peer string
		values     []string
		want       string
	}{
		{"set", "10.0.0.1:1", []string{"192.0.2.9"}, "192.0.2.9"},
		{"from elsewhere", "192.0.2.1:1", []string{"127.0.0.1"}, "192.0.2.1"},
		{"missing", "10.0.0.1:1", nil, ""},
		{"two fields", "10.0.0.1:1", []string{"127.0.0.1", "192.0.2.9"}, ""},
		{"a list", "10.0.0.1:1", []string{"127.0.0.1, 192.0.2.9"}, ""},
		{"empty", "10.0.0.1:1", []string{""}, ""},
		{"10 000", "10.0.0.1:1", slices.Repeat([]string{"127.0.0.1"}, 10_000), ""},
	} {
		if got := clientIP(cfg, tt.peer, "X-Real-Ip", tt.values...); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}

func TestClientIPForwarded(t *testing.T) {
	t.Parallel()
	one := middleware.ClientIPConfig{Proxies: 1, Header: "Forwarded"}
	two := middleware.ClientIPConfig{Proxies: 2, Header: "Forwarded"}
	for _, tt := range []struct {
		desc   string
		cfg    middleware.ClientIPConfig
		values []string
		want   string
	}{
		{"RFC 7239, section 4", one, []string{`for="_gazonk"`}, ""},
		{"section 4, IPv6", one, []string{`For="[2001:db8:cafe::17]:4711"`}, "2001:db8:cafe::17"},
		{"section 4, pairs", one, []string{`for=192.0.2.60;proto=http;by=203.0.113.43`}, "192.0.2.60"},
		{"section 4, list", one, []string{`for=192.0.2.43, for=198.51.100.17`}, "198.51.100.17"},
		{"section 4, list of two", two, []string{`for=192.0.2.43, for=198.51.100.17`}, "192.0.2.43"},
		{"two lines", two, []string{`for=192.0.2.43`, `for=198.51.100.17`}, "192.0.2.43"},
		{"unknown", one, []string{`for=unknown`}, ""},
		{"obfuscated port", one, []string{`for="192.0.2.43:_port"`}, "192.0.2.43"},
		{"bare IPv6", one, []string{`for="2001:db8::1"`}, "2001:db8::1"},
		{"spaces", one, []string{" proto=https ; for=192.0.2.43 "}, "192.0.2.43"},
		{"comma in a string", one, []string{`host="a,for=127.0.0.1,b";for=192.0.2.43`}, "192.0.2.43"},
		{"semicolon in a string", one, []string{`host="a;for=127.0.0.1;b";for=192.0.2.43`}, "192.0.2.43"},
		{"escaped quote", one, []string{`for=192.0.2.43;host="a\";for=127.0.0.1;x=\"b"`}, "192.0.2.43"},
		{"an open string of the client's", one, []string{`for="127.0.0.1, for=192.0.2.43`}, "192.0.2.43"},
		{"and two proxies", two, []string{`x=", for=192.0.2.43;by="10.0.0.1", for="198.51.100.17"`}, "192.0.2.43"},
		{"a backslash of the client's", one, []string{`x="\, for="192.0.2.43"`}, "192.0.2.43"},
		{"two for", one, []string{`for=127.0.0.1;for=192.0.2.43`}, ""},
		{"no for", one, []string{`by=192.0.2.43`}, ""},
		{"for in a string only", one, []string{`host="for=127.0.0.1"`}, ""},
		{"an open string", one, []string{`for=127.0.0.1;x="`}, ""},
		{"a quote in the name", one, []string{`"for"=127.0.0.1`}, ""},
		{"one quote", one, []string{`for="`}, ""},
		{"nothing", one, nil, ""},
		{"a megabyte of quotes", one, []string{strings.Repeat(`"`, 1<<20)}, ""},
		{"a megabyte of escapes", one, []string{strings.Repeat(`\"`, 1<<19)}, ""},
		{"a megabyte of semicolons", one, []string{strings.Repeat(`;`, 1<<20)}, ""},
		{"10 000", one, slices.Repeat([]string{`for="127.0.0.1`}, 10_000), ""},
	} {
		if got := clientIP(tt.cfg, "10.0.0.1:1", "Forwarded", tt.values...); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}

func TestClientIPConfig(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cfg  middleware.ClientIPConfig
		want []string
	}{
		{middleware.ClientIPConfig{Header: "X-Real-IP"}, []string{"from whom"}},
		{middleware.ClientIPConfig{Proxies: -1, Header: "a b"}, []string{"-1", `"a b"`}},
		{middleware.ClientIPConfig{Proxies: 2, Header: "X-Real-IP"}, []string{"no 2"}},
		{middleware.ClientIPConfig{Proxies: 1, Networks: networks("10.0.0.0/8")}, []string{"not both"}},
		{middleware.ClientIPConfig{Proxies: -1, Networks: networks("10.0.0.0/8")}, []string{"not both", "-1 is not between"}},
		{middleware.ClientIPConfig{Networks: append(networks("0.0.0.0/0", "::ffff:10.0.0.0/104"), netip.Prefix{})},
			[]string{"0.0.0.0/0 is everybody", "would match nothing", "is not a network"}},
	} {
		wantPanic(t, func() { middleware.ClientIP(tt.cfg) }, append(tt.want, "middleware.ClientIP: ")...)
	}
}

// Whatever the client puts before what the proxy appends, its address is found.
func FuzzClientIP(f *testing.F) {
	f.Add("127.0.0.1")
	f.Add(`for="`)
	f.Add(`\", for="[::1]`)
	f.Fuzz(func(t *testing.T, sent string) {
		for header, value := range map[string]string{"X-Forwarded-For": "192.0.2.9", "Forwarded": `proto=http;for="192.0.2.9:80"`} {
			cfg := middleware.ClientIPConfig{Networks: networks("10.0.0.0/8"), Header: header}
			if got := clientIP(cfg, "10.0.0.1:1", header, sent+", "+value); got != "192.0.2.9" {
				t.Errorf("%s: %q hides the client as %q", header, sent, got)
			}
			if got := clientIP(cfg, "10.0.0.1:1", header, sent, value); got != "192.0.2.9" {
				t.Errorf("%s: %q in a line before hides the client as %q", header, sent, got)
			}
			clientIP(cfg, "10.0.0.1:1", header, sent)
		}
	})
}

func BenchmarkClientIP(b *testing.B) {
	for name, value := range map[string]string{"one": "192.0.2.9", "attack": strings.Repeat("10.0.0.1,", 10_000)} {
		b.Run(name, func(b *testing.B) {
			h := middleware.ClientIP(ourNets)(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = "10.0.0.1:80"
			r.Header.Set("X-Forwarded-For", value)
			w, r, _ := gangplank.Attach(httptest.NewRecorder(), r)
			b.ReportAllocs()
			for b.Loop() {
				h.ServeHTTP(w, r)
			}
		})
	}
}

func ExampleClientIP() {
	h := middleware.ClientIP(middleware.ClientIPConfig{
		Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(gangplank.From(r).ClientIP())
	}))
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.1:43210"
	r.Header.Set("X-Forwarded-For", "127.0.0.1, 192.0.2.9") // the client sent the first itself
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output: 192.0.2.9
}

// The common mistake: to believe the first address of the list, which anybody
// can choose. Stating one proxy too many does the same.
func ExampleClientIP_mistake() {
	h := middleware.ClientIP(middleware.ClientIPConfig{Proxies: 2})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(gangplank.From(r).ClientIP())
	}))
	r := httptest.NewRequest("GET", "/", nil) // came through one proxy
	r.Header.Set("X-Forwarded-For", "127.0.0.1, 192.0.2.9")
	h.ServeHTTP(httptest.NewRecorder(), r)
	// Output: 127.0.0.1
}
