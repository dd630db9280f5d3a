//go:build unix

package adapters_test

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// stdins are the odd and the even things that standard input may be.
func stdins(t *testing.T) map[string]*os.File {
	t.Helper()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	pipe, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	inetd, peer := os.NewFile(uintptr(pair[0]), "inetd"), os.NewFile(uintptr(pair[1]), "peer")
	udp, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	datagrams, err := udp.File()
	if err != nil {
		t.Fatal(err)
	}
	tcp, _ := socket(t, "tcp", "127.0.0.1:0")
	unix, _ := socket(t, "unix", filepath.Join(t.TempDir(), "s"))
	files := map[string]*os.File{"null": null, "file": file, "pipe": pipe, "inetd": inetd, "datagrams": datagrams, "tcp": tcp, "unix": unix}
	t.Cleanup(func() {
		w.Close()
		peer.Close()
		udp.Close()
		for _, f := range files {
			f.Close()
		}
	})
	return files
}

func TestDetect(t *testing.T) {
	t.Parallel()
	const byDefault, spawned = "http://127.0.0.1:8080", "fastcgi+fd://0"
	stdin := stdins(t)
	web, _ := socket(t, "tcp", "127.0.0.1:0")
	app, _ := socket(t, "unix", filepath.Join(t.TempDir(), "app"))
	for _, tt := range []struct {
		desc  string
		env   string
		stdin string
		pid   bool // LISTEN_PID is that of the process
		cgi   bool
		addrs string
		log   string // what it says about its doubts
	}{
		{desc: "/dev/null", stdin: "null", addrs: byDefault},
		{desc: "file", stdin: "file", addrs: byDefault},
		{desc: "pipe", stdin: "pipe", addrs: byDefault},
		{desc: "connected socket", stdin: "inetd", addrs: byDefault, log: "standard input is a connected socket"},
		{desc: "datagram socket", stdin: "datagrams", addrs: byDefault},
		{desc: "mod_fcgid", stdin: "unix", addrs: spawned},
		{desc: "lighttpd", stdin: "unix", env: "PHP_FCGI_CHILDREN=1 SERVER_SOFTWARE=lighttpd", addrs: spawned},
		{desc: "spawn-fcgi on a port", stdin: "tcp", addrs: spawned},
		{desc: "spawned with FCGI_WEB_SERVER_ADDRS", stdin: "tcp", env: "FCGI_WEB_SERVER_ADDRS=192.0.2.1,192.0.2.2", addrs: spawned + "?allow=192.0.2.1,192.0.2.2"},
		{desc: "GANGPLANK_LISTEN", stdin: "null", env: "GANGPLANK_LISTEN=http://127.0.0.1:1\tfastcgi+unix:/x?group=0", addrs: "http://127.0.0.1:1 fastcgi+unix:/x?group=0"},
		{desc: "GANGPLANK_LISTEN before systemd", stdin: "null", env: "GANGPLANK_LISTEN=http://127.0.0.1:1 LISTEN_FDS=1", pid: true, addrs: "http://127.0.0.1:1"},
		{desc: "GANGPLANK_LISTEN before standard input", stdin: "unix", env: "GANGPLANK_LISTEN=http://127.0.0.1:1", addrs: "http://127.0.0.1:1"},
		{desc: "GANGPLANK_LISTEN is blank", stdin: "null", env: "GANGPLANK_LISTEN=", addrs: byDefault},
		{desc: "systemd", stdin: "null", env: "LISTEN_FDS=1 LISTEN_FDNAMES=app.socket", pid: true, addrs: "http+systemd:"},
		{desc: "systemd, a gateway", stdin: "null", env: "LISTEN_FDS=2 LISTEN_FDNAMES=web:fastcgi", pid: true, addrs: "fastcgi+systemd://fastcgi http+systemd:"},
		{desc: "systemd before standard input", stdin: "unix", env: "LISTEN_FDS=1", pid: true, addrs: "http+systemd:"},
		{desc: "LISTEN_PID of another process", stdin: "null", env: "LISTEN_FDS=1 LISTEN_PID=1", addrs: byDefault, log: "the sockets of systemd are ignored"},
		{desc: "LISTEN_PID of another process, spawned", stdin: "unix", env: "LISTEN_FDS=1 LISTEN_PID=1", addrs: spawned, log: "the sockets of systemd are ignored"},
		{desc: "LISTEN_PID is missing", stdin: "null", env: "LISTEN_FDS=1", addrs: byDefault, log: "the sockets of systemd are ignored"},
		{desc: "CGI", stdin: "pipe", env: "GATEWAY_INTERFACE=CGI/1.1", cgi: true, addrs: byDefault},
		{desc: "CGI of h2o", stdin: "pipe", env: "REQUEST_METHOD=GET SERVER_PROTOCOL=HTTP/1.1", cgi: true, addrs: byDefault, log: ""},
		{desc: "half of CGI", stdin: "null", env: "REQUEST_METHOD=GET", addrs: byDefault, log: "REQUEST_METHOD is set without"},
		{desc: "other interface", stdin: "null", env: "GATEWAY_INTERFACE=FOO/1", addrs: byDefault},
		{desc: "SERVER_PROTOCOL alone", stdin: "null", env: "SERVER_PROTOCOL=HTTP/1.1", addrs: byDefault},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			mode, env := "detect", strings.Split(tt.env, " ")
			if tt.pid {
				mode, env = "pid", append(env, "ADAPTERS_TEST_THEN=detect")
			}
			out, logged, _ := start(t, mode, env, stdin[tt.stdin], web, app).finish()
			var got detected
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatalf("%v: %s%s", err, out, logged)
			}
			if got.CGI != tt.cgi || strings.Join(got.Addrs, " ") != tt.addrs {
				t.Errorf("got CGI %v, %v, want %v, %s", got.CGI, got.Addrs, tt.cgi, tt.addrs)
			}
			if tt.cgi {
				return // Main does not come to detect
			}
			if tt.log == "" && logged != "" || !strings.Contains(logged, tt.log) || strings.Count(logged, "\n") > 1 {
				t.Errorf("got log %q, want %q", logged, tt.log)
			}
		})
	}
}

func TestDetectWithoutStandardInput(t *testing.T) {
	t.Parallel()
	// A closed descriptor 0: the runtime puts /dev/null there, so nothing else may turn up as "standard input".
	var got detected
	c := start(t, "detect", nil, nil)
	out, logged, _ := c.finish()
	if err := json.Unmarshal([]byte(out), &got); err != nil || logged != "" {
		t.Fatalf("%v: %s%s", err, out, logged)
	}
	if len(got.Addrs) != 1 || got.Addrs[0] != "http://127.0.0.1:8080" {
		t.Errorf("got %v", got.Addrs)
	}
}
