package listen_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/listen"
)

func TestReach(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]listen.Reach{
		"http://127.0.0.1:80":           listen.Machine,
		"http://127.1.2.3:80":           listen.Machine,
		"http://[::1]:80":               listen.Machine,
		"http://[::ffff:127.0.0.1]:80":  listen.Machine,
		"http+tcp4://localhost:80":      listen.Machine,
		"http://:80":                    listen.Network,
		"http://[::]:80":                listen.Network,
		"http://192.0.2.1:80":           listen.Network,
		"http://localhost.example:80":   listen.Network,
		"http+unix:/run/app.sock":       listen.File,
		"http+unix:///run/app.sock":     listen.File,
		"http+unix:run/@app":            listen.File,
		"http+fd://3":                   listen.Inherited,
		"fastcgi+systemd://fastcgi":     listen.Inherited,
		"http+unix:@app":                listen.Machine,
		"http+unix:%40app":              listen.Machine,
		"fastcgi://0.0.0.0:80?allow=::": listen.Network,
	} {
		a, err := listen.Parse(text, schemes)
		if err != nil && runtime.GOOS != "linux" && strings.Contains(err.Error(), "abstract") {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Reach(); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	a, err := listen.Parse("http://127.0.0.1:80?k=64k&none=none&bad=64kb&huge=8388608g", schemes) // 1<<53 bytes
	if err != nil {
		t.Fatal(err)
	}
	var k, none, bad, huge int
	a.Options.Memory("k", &k)
	a.Options.Memory("none", &none)
	a.Options.Memory("bad", &bad)
	a.Options.Memory("huge", &huge)
	err = a.Check()
	if k != 64<<10 || none != -1 || bad != 0 || err == nil || !strings.Contains(err.Error(), `bad="64kb": want a number of bytes`) {
		t.Errorf("got %d, %d, %d and %v", k, none, bad, err)
	}
	const fits = ^uint(0)>>63 == 1 // on a machine with 64 bits
	if refused := strings.Contains(err.Error(), "option huge="); refused == fits || fits != (huge > 0) {
		t.Errorf("got %d and %v", huge, err)
	}
}
