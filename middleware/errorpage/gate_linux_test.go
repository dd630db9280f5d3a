package errorpage_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// listenOn serves s on an address of its own.
func listenOn(t *testing.T, s http.Handler, network, address string) *httptest.Server {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Skip(err)
	}
	srv := httptest.NewUnstartedServer(s)
	srv.Listener.Close()
	srv.Listener = l
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

// The clients that a developer has get the page, over IPv4, IPv6 and both.
func TestClientsOfThisUser(t *testing.T) {
	s := newSite(development, func(http.ResponseWriter, *http.Request) error { return errors.New("the cause") })
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", "[::]:0"} {
		srv := listenOn(t, s, "tcp", address)
		_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
		for _, host := range []string{"127.0.0.1", "[::1]", "localhost"} {
			if address != "[::]:0" && !strings.HasPrefix(address, host) {
				continue
			}
			url := "http://" + host + ":" + port + "/"
			if page := get(t, url); !strings.Contains(page, "the cause") {
				t.Errorf("%s, Go's client: got %q, logged %s", url, page, s.log)
			}
			if curl, err := exec.LookPath("curl"); err == nil {
				page, err := exec.Command(curl, "-s", url).Output()
				if err != nil || !strings.Contains(string(page), "the cause") {
					t.Errorf("%s, curl: got %q, %v, logged %s", url, page, err, s.log)
				}
			}
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b strings.Builder
	if err := res.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What another user's process asks for may be for anybody.
func TestClientOfAnotherUser(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil || os.Geteuid() != 0 {
		t.Skip("only root can be another user, and that with curl: ", err)
	}
	listed := errorpage.Config{Development: true, Peers: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for _, tt := range []struct {
		desc   string
		config errorpage.Config
		shown  bool
	}{{"not listed", development, false}, {"listed", listed, true}} {
		s := newSite(tt.config, func(http.ResponseWriter, *http.Request) error { return errors.New("the cause") })
		cmd := exec.Command(curl, "-s", listenOn(t, s, "tcp", "127.0.0.1:0").URL)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		page, err := cmd.Output()
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EINVAL) {
			t.Skip("a root that can be nobody else: ", err)
		}
		if err != nil || strings.Contains(string(page), "the cause") != tt.shown {
			t.Errorf("%s: got %q, %v", tt.desc, page, err)
		}
		if !tt.shown {
			has(t, "the log", s.log.String(), "refused: the peer is a process of another user, with id 65534", "127.0.0.1/32 in Config.Peers")
		}
	}
}
