package errorpage_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// Only what says yes turns the development page on.
func TestDevelopmentVariable(t *testing.T) {
	for _, tt := range []struct {
		value     string
		on, warns bool
	}{
		{value: "1", on: true}, {value: "true", on: true}, {value: "TRUE", on: true},
		{value: ""}, {value: "0"}, {value: "false"}, {value: "False"},
		{value: "no", warns: true}, {value: "off", warns: true}, {value: "yes", warns: true}, {value: "production", warns: true}, {value: " 1", warns: true},
	} {
		t.Setenv("GANGPLANK_DEVELOPMENT", tt.value)
		var log bytes.Buffer
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		s := newSite(errorpage.Config{}, func(http.ResponseWriter, *http.Request) error { return errors.New("the cause") })
		slog.SetDefault(before)
		if on := strings.Contains(s.get(t, local("GET", "/")).Body.String(), "the cause"); on != tt.on {
			t.Errorf("%q: got %v, want %v", tt.value, on, tt.on)
		}
		if warned := strings.Contains(log.String(), "level=WARN") && strings.Contains(log.String(), "GANGPLANK_DEVELOPMENT"); warned != tt.warns {
			t.Errorf("%q: logged %q", tt.value, &log)
		}
	}
}

// A prefix that admits everybody, or nobody, is not what anybody means.
func TestPeers(t *testing.T) {
	for prefix, want := range map[string]string{
		"0.0.0.0/0": "everybody", "::/0": "everybody", "::ffff:10.0.0.0/104": "as IPv4",
		"127.0.0.0/8": "", "10.1.2.3/8": "", "fe80::/10": "",
	} {
		err := errorpage.Config{Peers: []netip.Prefix{netip.MustParsePrefix(prefix)}}.Validate()
		if (err != nil) != (want != "") || err != nil && !(strings.Contains(err.Error(), want) && strings.Contains(err.Error(), prefix)) {
			t.Errorf("%s: got %v, want %q", prefix, err, want)
		}
	}
}
