package cors_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/cors"
)

func TestOriginFaults(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]string{
		"null":                      "sandboxed",
		"https://Example.com":       "lower case",
		"https://example.com/":      "ends with the host",
		"https://example.com/path":  "ends with the host",
		"https://example.com:8443/": "ends with the host",
		"https://user@example.com":  "has no user",
		"example.com":               "is not an origin",
		"https://":                  "is not an origin",
		"https://example.com:":      "is not an origin",
		"https://*":                 "whole first label",
		"https://*example.com":      "whole first label",
		"https://www.*.com":         "not a host name",
		"https://bücher.example":    "xn--",
		"file://x":                  `"null"`,
		"https://example.com:443":   "default port",
		"http://localhost:80":       "default port",
		"https://example.com:0":     "not a port",
		"https://example.com:99999": "not a port",
		"https://*.10.0.0.1":        "nothing is below an address",
		"https://*.com":             "anybody can have a name below com",
		"https://*.github.io":       "anybody can have a name below github.io",
		"https://[0:0:0:0:0:0:0:1]": "shortest form",
		"https://[fe80::1%eth0]":    "without a zone",
		"https://[::1":              "is not an origin",
		"https://[::ffff:1.2.3.4]":  "in hexadecimal",
		"https://[::1.2.3.4]":       "in hexadecimal",
		"https://127.1":             "take 127.1 for one",
		"https://1.2.3":             "four decimal numbers",
		"https://1.2.3.04":          "four decimal numbers",
		"https://0x7f.0.0.1":        "four decimal numbers",
		"https://0x7f000001":        "four decimal numbers",
		"https://example.0x":        "four decimal numbers",
		"https://example.007":       "four decimal numbers",
		"https://*.1.2.3":           "nothing is below an address",
		"ws://example.com":          "no page comes by ws",
		"wss://example.com":         "no page comes by wss",
		"ftp://example.com":         "no page comes by ftp",
		"file:///":                  `"null"`,
		"http://example.com":        "insecure",
		"http://*.example.com":      "insecure",
	} {
		err := cors.Config{Origins: []string{origin}, Credentials: true}.Validate()
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), origin) {
			t.Errorf("%s: got %v, want %q in it", origin, err, want)
		}
		if n := strings.Count(fmt.Sprint(err), "\n") + 1; n != 1 {
			t.Errorf("%s: got %d faults, want one:\n%v", origin, n, err)
		}
	}
}

// Of one origin, too, all that is wrong is told at once.
func TestFaultsOfOneOrigin(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string][]string{
		"http://*.github.io:80":           {"below github.io", "default port", "insecure"},
		"HTTP://Example.com:80/path":      {"lower case", "ends with the host", "default port", "insecure"},
		"https://user:pw@EXAMPLE.com/?#":  {"lower case", "has no user"},
		"https://bücher.example:99999":    {"xn--", "not a port"},
		"http://*.10.0.0.1:0":             {"nothing is below", "not a port", "insecure"},
		"http://*example.com":             {"whole first label", "insecure"},
		"https://[0:0::1]:443":            {"shortest form", "default port"},
		"https:///path":                   {"ends with the host", "is not an origin"},
		"http://[::ffff:8.8.8.8]:080/":    {"ends with the host", "in hexadecimal", "not a port", "insecure"},
		"https://example.com/https://a.b": {"ends with the host"},
	} {
		err := cors.Config{Origins: []string{origin, "https://example.com"}, Credentials: true}.Validate()
		got := strings.Split(fmt.Sprint(err), "\n")
		if len(got) != len(want) {
			t.Errorf("%s: got %d faults, want %d:\n%v", origin, len(got), len(want), err)
			continue
		}
		for i := range want {
			if !strings.Contains(got[i], want[i]) {
				t.Errorf("%s: got %q, want %q in it", origin, got[i], want[i])
			}
		}
	}
}

func TestValidOrigins(t *testing.T) {
	t.Parallel()
	if err := (cors.Config{Credentials: true, PrivateNetwork: true, Origins: []string{
		"https://example.com", "https://*.example.com", "https://example.com:*", "https://xn--bcher-kva.example", "http://localhost:3000", "http://*.localhost",
		"http://127.0.0.1:*", "http://[::1]:8080", "chrome-extension://abcdefghijklmnop", "https://[2001:db8::1]:8443",
		"https://10.0.0.1", "https://1.2.3.4.example.com", "https://0x7f.example", "https://a.0xg", "https://[::ffff:808:808]", "http://[::ffff:7f00:1]",
	}}).Validate(); err != nil {
		t.Error(err)
	}
	if err := (cors.Config{
		Credentials: true, Origins: []string{"http://example.com", "https://*.github.io"},
		DangerouslyAllowInsecureOrigins: true, DangerouslyAllowPublicSuffixes: true,
	}).Validate(); err != nil {
		t.Error(err)
	}
}

// All faults are reported at once.
func TestConfigFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cfg  cors.Config
		want []string
	}{
		{cors.Config{}, []string{"Origins: there is none"}},
		{cors.Config{Origins: []string{"*"}, PrivateNetwork: true}, []string{"PrivateNetwork lets every page"}},
		{cors.Config{Origins: []string{"*", "https://a.example"}}, []string{"needless"}},
		{cors.Config{
			Origins:         []string{"*"},
			Credentials:     true,
			Methods:         []string{"*", "TRACE", "patch", "a b"},
			RequestHeaders:  []string{"*", "Cookie", "Sec-Fetch-Site", "a b", "Access-Control-Request-Method"},
			ResponseHeaders: []string{"*", "Set-Cookie", "a b", "Access-Control-Allow-Origin"},
			MaxAge:          25 * time.Hour,
		}, []string{
			"lets every page act as the user", `Methods: "*" together`, "no page can send TRACE", `"patch" is not "PATCH"`, `"a b" is not a method`,
			`RequestHeaders: "*" together`, "no page can set Cookie", "no page can set Sec-Fetch-Site", `RequestHeaders: "a b"`, "is not a request header",
			`ResponseHeaders: "*" together`, "no page can read Set-Cookie", `ResponseHeaders: "a b"`, "is for the browser", "25h0m0s",
		}},
		{cors.Config{Origins: []string{"*"}, MaxAge: 1500 * time.Millisecond}, []string{"1.5s is not whole seconds"}},
	} {
		err := tt.cfg.Validate()
		if err == nil {
			t.Errorf("%+v is valid", tt.cfg)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q in it", err, want)
			}
		}
		if n := strings.Count(err.Error(), "\n") + 1; n != len(tt.want) {
			t.Errorf("got %d faults, want %d:\n%v", n, len(tt.want), err)
		}
	}
}

func TestNewPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if v := fmt.Sprint(recover()); !strings.HasPrefix(v, "cors: Origins") {
			t.Errorf("got panic %q", v)
		}
	}()
	cors.New(cors.Config{})
}

func Example() {
	m := cors.New(cors.Config{
		Origins:     []string{"https://*.example.com"},
		Credentials: true,
		Methods:     []string{"PUT"},
	})
	r := httptest.NewRequest("OPTIONS", "/", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	rec := httptest.NewRecorder()
	m(http.NotFoundHandler()).ServeHTTP(rec, r)
	fmt.Println(rec.Code, rec.Header().Get("Access-Control-Allow-Origin"), rec.Header().Get("Access-Control-Allow-Methods"))
	// Output: 204 https://app.example.com PUT
}

// The common mistake: what is meant to make it work with cookies gives every page
// on the web the rights of the user. It is refused.
func ExampleConfig_Validate() {
	fmt.Println(cors.Config{Origins: []string{"*"}, Credentials: true}.Validate())
	// Output: Origins: "*" together with Credentials lets every page act as the user
}
