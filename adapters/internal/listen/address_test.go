package listen_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/listen"
)

var schemes = []listen.Scheme{{Name: "http"}, {Name: "fastcgi", Gateway: true}, {Name: "ajp", Gateway: true}}

// parse does what adapters does: the protocol claims its options between Parse and Check.
func parse(text string) (*listen.Address, error) {
	a, err := listen.Parse(text, schemes)
	if err != nil {
		return nil, err
	}
	a.Options.Secret()
	a.Options.Text("mount")
	return a, a.Check()
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, scheme, network, target string }{
		{"http://127.0.0.1:8080", "http", "tcp", "127.0.0.1:8080"},
		{"http://127.0.0.1:8080/", "http", "tcp", "127.0.0.1:8080"},
		{"http://:8080", "http", "tcp", ":8080"},
		{"http+tcp4://0.0.0.0:0", "http", "tcp4", "0.0.0.0:0"},
		{"http+tcp6://[::1]:80", "http", "tcp6", "[::1]:80"},
		{"http://[fe80::1%25eth0]:80", "http", "tcp", "[fe80::1%eth0]:80"},
		{"http://www.example.com:80", "http", "tcp", "www.example.com:80"},
		{"fastcgi://localhost:9000", "fastcgi", "tcp", "localhost:9000"},
		{"fastcgi://[::ffff:127.0.0.1]:9000", "fastcgi", "tcp", "[::ffff:127.0.0.1]:9000"},
		{"fastcgi://0.0.0.0:9000?allow=10.0.0.0/8,::1", "fastcgi", "tcp", "0.0.0.0:9000"},
		{"fastcgi://:9000?dangerously-allow-any-peer=1", "fastcgi", "tcp", ":9000"},
		{"fastcgi+unix:/run/app.sock", "fastcgi", "unix", "/run/app.sock"},
		{"fastcgi+unix:///run/app.sock", "fastcgi", "unix", "/run/app.sock"},
		{"fastcgi+unix:app.sock?mount=/a%26b+c", "fastcgi", "unix", "app.sock"},
		{"fastcgi+unix:/run/a%3Fb%25%26.sock", "fastcgi", "unix", "/run/a?b%&.sock"},
		{"http+systemd://web", "http", "systemd", "web"},
		{"http+systemd:", "http", "systemd", ""},
		{"fastcgi+fd://3", "fastcgi", "fd", "3"},
		{"fastcgi+fd:0", "fastcgi", "fd", "0"},
	} {
		a, err := listen.Parse(tt.in, schemes)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		a.Options.Text("mount")
		if a.Scheme != tt.scheme || a.Network != tt.network || a.Target != tt.target {
			t.Errorf("%s: got %s %s %q, want %s %s %q", tt.in, a.Scheme, a.Network, a.Target, tt.scheme, tt.network, tt.target)
		}
		if a.String() != tt.in {
			t.Errorf("String: got %q, want %q", a.String(), tt.in)
		}
		if a.Network == "tcp" || a.Network == "unix" {
			if err := a.Check(); err != nil {
				t.Errorf("Check: %v", err)
			}
		}
	}
}

func TestParseAbstract(t *testing.T) {
	t.Parallel()
	a, err := listen.Parse("http+unix:@app", schemes)
	if runtime.GOOS != "linux" {
		if err == nil {
			t.Error("abstract socket accepted outside Linux")
		}
		return
	}
	if err != nil || a.Target != "@app" {
		t.Fatalf("got %v, %v", a, err)
	}
	a, _ = listen.Parse("http+unix:@app?mode=0600", schemes)
	if err := a.Check(); err == nil {
		t.Error("mode= accepted for a socket without permissions")
	}
	// As with a loopback port, the machine's users are believed.
	if _, err := parse("fastcgi+unix:@app"); err != nil {
		t.Errorf("a gateway: %v", err)
	}
	if _, err := parse("fastcgi+unix:@app?allow=127.0.0.1"); err == nil {
		t.Error("allow= accepted for a socket whose peers have no address")
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ in, want string }{
		{"", "no scheme"},
		{"8080", "no scheme"},
		{"127.0.0.1:8080", `unknown scheme "127.0.0.1" (known: http, fastcgi, ajp)`},
		{"HTTP://127.0.0.1:80", `unknown scheme "HTTP"`},
		{"http+udp://127.0.0.1:80", `unknown network "udp" (known: tcp, tcp4, tcp6, unix, fd, systemd)`},
		{"http+://127.0.0.1:80", `unknown network ""`},
		{"http:127.0.0.1:80", "want //host:port"},
		{"http://127.0.0.1", "want //host:port"},
		{"http://127.0.0.1:http", "want //host:port"},
		{"http://127.0.0.1:65536", "want //host:port"},
		{"http://127.0.0.1:80/app", "want //host:port"},
		{"http://::1:80", "want //host:port"},
		{"http://*:80", "neither an IP address nor a name"},
		{"http+tcp4://[::1]:80", "::1 is not an address of tcp4"},
		{"http+tcp6://127.0.0.1:80", "127.0.0.1 is not an address of tcp6"},
		{"http://127.0.0.1:80%0a", "control character"},
		{"http://127.0.0.1:80%", "bad percent-encoding"},
		{"http+unix:", "want the path of a socket"},
		{"http+unix:/run/", "want the path of a socket"},
		{"http+unix:@", "want the path of a socket"},
		{"http+unix://run/app.sock", "two slashes"},
		{"http+unix:/" + strings.Repeat("x", 108), "109 bytes long"},
		{"http+unix:/a%00b", "control character"},
		{"http+fd://", "want the number of a descriptor"},
		{"http+fd://-1", "want the number of a descriptor"},
		{"http+fd://99999999999", "want the number of a descriptor"},
		{"http+fd://987", "descriptor 987 is not a listening socket"},
		{"http+systemd://none", "systemd passed no such socket"},
		{"http://127.0.0.1:80?colour=red", `http over tcp has no option "colour" (it has: mount, secret, secret-env, secret-file)`},
		{"http://127.0.0.1:80?mode=0660", `http over tcp has no option "mode"`},
		{"http://127.0.0.1:80?allow=::1", `http over tcp has no option "allow"`},
		{"http+unix:/x?allow=::1", `http over unix has no option "allow"`},
		{"http://127.0.0.1:80?mount=/a&mount=/b", "mount is given twice"},
		{"http://127.0.0.1:80?mount", "form name=value"},
		{"http://127.0.0.1:80?mount=%", "form name=value"},
		{"http://127.0.0.1:80?Mount=/", "form name=value"},
		{"http+unix:/x?mode=0999", `mode="0999": want permissions in octal`},
		{"http+unix:/x?mode=1777", `mode="1777"`},
		{"http+unix:/x?owner=no-such-user-here", `owner="no-such-user-here"`},
		{"http+unix:/x?group=no-such-group-here", `group="no-such-group-here"`},
		{"ajp://127.0.0.1:80?allow=", "want an IP address or a prefix"},
		{"ajp://127.0.0.1:80?allow=10.0.0.0/8,banana", `"banana": want an IP address`},
		{"ajp://127.0.0.1:80?allow=10.1.2.3/8", "10.0.0.0/8 or 10.1.2.3/32?"},
		{"ajp://127.0.0.1:80?allow=::ffff:10.0.0.0/104", "IPv4 prefix"},
		{"ajp://127.0.0.1:80?allow=0.0.0.0/0", "dangerously-allow-any-peer=1"},
		{"ajp://127.0.0.1:80?dangerously-allow-any-peer=yes", "want 1 or 0"},
		{"fastcgi://:9000", "fastcgi believes whoever connects"},
		{"fastcgi://0.0.0.0:9000", "fastcgi believes whoever connects"},
		{"fastcgi://[::]:9000?dangerously-allow-any-peer=0", "fastcgi believes whoever connects"},
		{"fastcgi://192.0.2.1:9000", "fastcgi believes whoever connects"},
		{"fastcgi://www.example.com:9000", "fastcgi believes whoever connects"},
		{"fastcgi://127.1:9000", "fastcgi believes whoever connects"}, // a name for the resolver, whatever it looks like
	} {
		_, err := parse(tt.in)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got error %v, want %q", tt.in, err, tt.want)
		}
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := parse("fastcgi://0.0.0.0:9000?colour=red&dangerously-allow-any-peer=x&secret=a&secret-env=GANGPLANK_TEST_UNSET")
	for _, want := range []string{"colour", "want 1 or 0", "exclude each other", "secret is empty", "believes whoever"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}

func TestSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from file\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GANGPLANK_TEST_SECRET", "from env")
	for option, want := range map[string]string{
		"secret=a+b%2Fc=":                    "a+b/c=",
		"secret-file=" + file:                "from file",
		"secret-env=GANGPLANK_TEST_SECRET":   "from env",
		"mount=/x":                           "",
		"secret=" + strings.Repeat("%41", 3): "AAA",
	} {
		a, err := listen.Parse("ajp://127.0.0.1:8009?"+option, schemes)
		if err != nil {
			t.Fatal(err)
		}
		a.Options.Text("mount")
		if got := a.Options.Secret(); got != want {
			t.Errorf("%s: got %q, want %q", option, got, want)
		}
		if err := a.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, option := range []string{"secret=", "secret-file=" + file + ".none", "secret-env=GANGPLANK_TEST_UNSET"} {
		if _, err := parse("ajp://127.0.0.1:8009?" + option); err == nil {
			t.Errorf("%s: no error", option)
		}
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	for _, text := range []string{
		"ajp://127.0.0.1:8009?secret=hunter2",
		"ajp://127.0.0.1:8009?secret=hunter2&colour=red",
		"ajp://127.0.0.1:8009?secert=hunter2",
		"ajp://127.0.0.1:8009?hunter2",
		"ajp://127.0.0.1:8009?secret%3Dhunter2",
		"ajp://127.0.0.1:8009?secret%3Dhunter2=1",
		"ajp://127.0.0.1:8009&secret=hunter2",
		"ajp+unix:/x&secret=hunter2",
		"ajp://admin:hunter2@127.0.0.1:8009",
		"ajp://admin:hunter2&x@127.0.0.1:8009",
		"ajp://0.0.0.0:8009?secret=hunter2",
		"ajp://127.0.0.1:8009?secret=hunter2&secret=hunter2",
		"secret=hunter2",
	} {
		a, err := parse(text)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			shown := fmt.Sprintf(verb, err)
			if a != nil {
				shown += fmt.Sprintf(verb+verb+verb, a, a.Options, *a)
			}
			if strings.Contains(shown, secret) {
				t.Errorf("%s: %s shows the secret: %s", text, verb, shown)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	a, err := listen.Parse("http://127.0.0.1:80?d=1m30s&n=7&k=64k&m=10M&b=12&d-none=none&n-none=none&s-none=none"+
		"&bad-d=5&bad-n=-1&bad-s=99999999999g&bad-k=k&bad-zero=0&bad-kk=1kk", schemes)
	if err != nil {
		t.Fatal(err)
	}
	var d, dNone, kept, badD = time.Duration(0), time.Duration(0), time.Hour, time.Second
	var n, nNone, badN, badZero int = 0, 0, 3, 4
	var k, m, b, sNone, badS int64
	a.Options.Duration("d", &d)
	a.Options.Duration("d-none", &dNone)
	a.Options.Duration("absent", &kept)
	a.Options.Duration("bad-d", &badD)
	a.Options.Count("n", &n)
	a.Options.Count("n-none", &nNone)
	a.Options.Count("bad-n", &badN)
	a.Options.Count("bad-zero", &badZero)
	a.Options.Size("k", &k)
	a.Options.Size("m", &m)
	a.Options.Size("b", &b)
	a.Options.Size("s-none", &sNone)
	for _, name := range []string{"bad-s", "bad-k", "bad-kk"} {
		a.Options.Size(name, &badS)
	}
	if d != 90*time.Second || kept != time.Hour || n != 7 || k != 64<<10 || m != 10<<20 || b != 12 {
		t.Error("good values: got", d, kept, n, k, m, b)
	}
	if dNone != -1 || nNone != -1 || sNone != -1 {
		t.Error("none: got", dNone, nNone, sNone)
	}
	if badD != time.Second || badN != 3 || badZero != 4 || badS != 0 {
		t.Error("bad values: got", badD, badN, badZero, badS)
	}
	err = a.Check()
	for _, want := range []string{`bad-d="5"`, `bad-n="-1"`, `bad-zero="0"`, `bad-s="99999999999g"`, `bad-k="k"`, `bad-kk="1kk"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s in it", err, want)
		}
	}
	if got := strings.Count(err.Error(), "\n") + 1; got != 6 {
		t.Errorf("got %d faults, want 6: %v", got, err)
	}
}

func TestPeers(t *testing.T) {
	t.Parallel()
	a, err := parse("ajp://:8009?allow=10.0.0.0/8,192.0.2.7,fe80::/10,::ffff:192.0.2.8")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(a.Peers), "[10.0.0.0/8 192.0.2.7/32 fe80::/10 192.0.2.8/32]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
