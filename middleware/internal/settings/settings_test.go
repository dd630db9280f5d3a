package settings_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	var f settings.Faults
	if err := f.Join(); err != nil {
		t.Errorf("nothing is wrong, and the error is %v", err)
	}
	cause := errors.New("no such file")
	f.Add("Limit", "%d is negative", -1)
	f.Add("File", "%q: %w", "x", cause)
	err := f.Join()
	if want := "Limit: -1 is negative\nFile: \"x\": no such file"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	settings.Check("nobody", nil)
	defer func() {
		if got := recover(); got != "some: NewThing: it is broken" {
			t.Errorf("panics with %v", got)
		}
	}()
	settings.Check("some: NewThing", errors.New("it is broken"))
}

func TestDefault(t *testing.T) {
	t.Parallel()
	unset, set := 0, -1
	settings.Default(&unset, 5)
	settings.Default(&set, 5)
	if unset != 5 || set != -1 {
		t.Errorf("got %d and %d, want 5 and -1", unset, set)
	}
}

func TestIsToken(t *testing.T) {
	t.Parallel()
	const others = "!#$%&'*+-.^_`|~" // tchar, besides letters and digits
	for c := range 256 {
		alphanumeric := strings.ContainsRune("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", rune(c))
		want := alphanumeric || strings.IndexByte(others, byte(c)) >= 0
		if got := settings.IsToken("a" + string([]byte{byte(c)}) + "b"); got != want {
			t.Errorf("with the byte %#x: got %v", c, got)
		}
	}
	if settings.IsToken("") {
		t.Error("nothing is a token")
	}
}
