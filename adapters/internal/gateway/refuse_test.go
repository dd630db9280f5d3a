package gateway_test

import (
	"strings"
	"testing"
)

func TestRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		desc, drop, add string
		want            int
	}{
		{"no method", "REQUEST_METHOD", "", 400},
		{"empty method", "REQUEST_METHOD", "REQUEST_METHOD=", 400},
		{"method with a space", "REQUEST_METHOD", "REQUEST_METHOD=GET /", 400},
		{"method with a colon", "REQUEST_METHOD", "REQUEST_METHOD=A:B", 400},
		{"bad protocol", "SERVER_PROTOCOL", "SERVER_PROTOCOL=HTTP/x", 400},
		{"bad escape", "REQUEST_URI", "REQUEST_URI=/100%", 400},
		{"bad escape in hexadecimal", "REQUEST_URI", "REQUEST_URI=/%zz", 400},
		{"relative target", "REQUEST_URI", "REQUEST_URI=a/b", 400},
		{"other scheme", "REQUEST_URI", "REQUEST_URI=ftp://example.com/", 400},
		{"authority form", "REQUEST_URI", "REQUEST_URI=example.com:443", 400},
		{"NUL in the target", "REQUEST_URI", "REQUEST_URI=/a\x00b", 400},
		{"CR in the query", "REQUEST_URI", "REQUEST_URI=/a?b\rc", 400},
		{"negative length", "", "CONTENT_LENGTH=-2", 400},
		{"signed length", "", "CONTENT_LENGTH=+2", 400},
		{"length with a space", "", "CONTENT_LENGTH=2 ", 400},
		{"length of letters", "", "CONTENT_LENGTH=abc", 400},
		{"hexadecimal length", "", "CONTENT_LENGTH=0x10", 400},
		{"list of lengths", "", "CONTENT_LENGTH=5,5", 400},
		{"length beyond int64", "", "CONTENT_LENGTH=9223372036854775808", 400},
		{"two lengths", "", "CONTENT_LENGTH=5\nCONTENT_LENGTH=6", 400},
		{"two Content-Length fields", "", "HTTP_CONTENT_LENGTH=5\nHTTP_CONTENT_LENGTH=6", 400},
		{"length of what has arrived so far", "", "CONTENT_LENGTH=0\nHTTP_CONTENT_LENGTH=70000", 400},
		{"CR in a field", "", "HTTP_X_FOO=a\rb", 400},
		{"NUL in a field", "", "HTTP_X_FOO=a\x00b", 400},
		{"DEL in a field", "", "HTTP_X_FOO=a\x7fb", 400},
		{"NUL in Content-Type", "", "CONTENT_TYPE=a\x00b", 400},
		{"bad Host", "HTTP_HOST", "HTTP_HOST=a/b", 400},
		{"Host with a space", "HTTP_HOST", "HTTP_HOST=a b", 400},
		{"two Hosts", "", "HTTP_HOST=evil.example", 400},
		{"bad authority", "REQUEST_URI", "REQUEST_URI=http://a\"b/", 400},
		{"REMOTE_ADDR is a name", "REMOTE_ADDR", "REMOTE_ADDR=client.example", 400},
		{"REMOTE_ADDR is markup", "REMOTE_ADDR", "REMOTE_ADDR=<script>", 400},
		{"too many fields", "", strings.Repeat("HTTP_X=1\n", 1001), 431},
	}
	for _, test := range tests {
		t.Run(test.desc, func(t *testing.T) {
			t.Parallel()
			l := vars(base)
			for i := range l {
				if l[i].Name == test.drop {
					l[i].Name = "DROPPED"
				}
			}
			for _, add := range strings.Split(test.add, "\n") {
				l = append(l, vars(add)...)
			}
			_, err := fill(l, fastCGI())
			if status(err) != test.want {
				t.Errorf("got error %v, want status %d", err, test.want)
			}
		})
	}
}

// A refused field's value may be a password, and errors go to the log.
func TestRefusalHidesValue(t *testing.T) {
	t.Parallel()
	_, err := fill(append(vars(base), vars("HTTP_AUTHORIZATION=Basic secret\x01")...), fastCGI())
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "Authorization") {
		t.Errorf("got %v, want an error that names the field and not its value", err)
	}
}
