package errorpage_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
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

// All that is wrong with how source is shown is reported at once.
func TestSourceSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wrong := errorpage.Config{Development: true, SourceDir: file + "s", Context: -5, Application: []string{"example.org/x", ""}, Paths: map[string]string{"": "/x"}, Editor: "ed"}
	got := fmt.Sprint(wrong.Validate())
	has(t, "the error", got, "SourceDir: ", file+"s: ", "Context: -5: want -1 (none) or more", "Application: an empty text", "Paths: an empty text", `Editor: "ed"`)
	has(t, "the error", fmt.Sprint(errorpage.Config{Development: true, SourceDir: file}.Validate()), "is not a folder")
	for _, right := range []errorpage.Config{
		{SourceDir: file + "s"}, // built elsewhere: nobody is shown source here
		{Development: true, SourceDir: t.TempDir(), Context: -1, Application: []string{"example.org/x"}, Paths: map[string]string{"/src": ""}},
	} {
		if err := right.Validate(); err != nil {
			t.Error(err)
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
