package form_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/form"
)

// BenchmarkDecode has a usual form in each syntax beside what an attacker sends
// to make a server work: its cost must stay near that of reading the input.
func BenchmarkDecode(b *testing.B) {
	cases := []struct{ name, contentType, body string }{
		{"urlencoded/usual", urlencoded, "who=Ann&count=3&day=2026-11-22&tags=a&tags=b&items[0].name=x&items[0].price=1.5"},
		{"json/usual", "application/json", `{"who":"Ann","count":3,"day":"2026-11-22","tags":["a","b"],"items":[{"name":"x","price":1.5}]}`},
		{"multipart/usual", multi, wholeBody},
		{"urlencoded/attack=fields", urlencoded, strings.Repeat("a.b.c.d.e.f.g=1&", 10000)},
		{"json/attack=depth", "application/json", `{"a":` + strings.Repeat("[", 100000)},
		{"multipart/attack=head", multi, "--B\r\n" + strings.Repeat("X: y\r\n", 20000)},
	}
	for _, bc := range cases {
		b.Run(bc.name, func(b *testing.B) {
			b.ReportAllocs()
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			r.Header.Set("Content-Type", bc.contentType)
			r.ContentLength = -1
			for b.Loop() {
				r.Body = readCloser{strings.NewReader(bc.body)}
				var v order
				_ = form.Decode(r, &v, form.Limits{})
			}
		})
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
