package form_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/form"
)

const wholeBody = "preamble\r\n" +
	"--B\r\nContent-Disposition: form-data; name=\"who\"\r\n\r\nA\r\nB\r\n" +
	"--B\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x\"\r\nContent-Type: image/png\r\n\r\nhello\r\n" +
	"--B--"

// TestMultipartAsItArrives reads one byte at a time, with and without the line
// break and the epilogue that may follow.
func TestMultipartAsItArrives(t *testing.T) {
	for _, end := range []string{"", "\r\n", "\r\nepilogue"} {
		r := httptest.NewRequest("POST", "/", iotest.OneByteReader(strings.NewReader(wholeBody+end)))
		r.Header.Set("Content-Type", multi)
		var v order
		wantErrors(t, form.Decode(r, &v, form.Limits{}))
		if v.Who != "A\r\nB" || v.Photo == nil || v.Photo.Size != 5 || v.Photo.ContentType != "image/png" {
			t.Errorf("end %q: got %+v", end, v)
		}
	}
}

// TestMultipartTruncated cuts the body everywhere: no part of a form is taken
// for a whole one.
func TestMultipartTruncated(t *testing.T) {
	for i := range wholeBody {
		err := form.Decode(post(multi, wholeBody[:i]), new(order), form.Limits{})
		if gangplank.StatusOf(err) != 400 || err == nil {
			t.Errorf("cut after %q: got %v, want a 400", wholeBody[:i], err)
		}
	}
}

// TestFileNames: as browsers send them: not escaped, or percent-encoded in part
// (HTML, "multipart/form-data encoding algorithm"), or a whole path with
// backslashes; and by RFC 2231, which RFC 7578 forbids and some clients do.
func TestFileNames(t *testing.T) {
	cases := []struct{ param, name, safe string }{
		{`filename="日本 ü.png"`, "日本 ü.png", "日本 ü.png"},
		{`filename="a%22b%0D%0A.png"`, "a%22b%0D%0A.png", "a_22b_0D_0A.png"},
		{`filename="C:\Users\x\a.png"`, `C:\Users\x\a.png`, "a.png"},
		{`filename=a.png`, "a.png", "a.png"},
		{`filename*=utf-8''..%2F%C3%BC.png`, "../ü.png", "ü.png"},
	}
	for _, tc := range cases {
		var v order
		body := part("Content-Disposition: form-data; name=photo; "+tc.param, "x") + "--B--\r\n"
		wantErrors(t, form.Decode(post(multi, body), &v, form.Limits{}))
		if v.Photo == nil {
			t.Fatalf("%s: got no file", tc.param)
		}
		if v.Photo.Name != tc.name || v.Photo.SafeName() != tc.safe {
			t.Errorf("%s: got %q, %q; want %q, %q", tc.param, v.Photo.Name, v.Photo.SafeName(), tc.name, tc.safe)
		}
	}
}
