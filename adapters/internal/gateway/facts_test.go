package gateway_test

import (
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

func TestRemoteAddr(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ addr, port, want string }{
		{"192.0.2.7", "4711", "192.0.2.7:4711"},
		{"2001:db8::1", "4711", "[2001:db8::1]:4711"},
		{"[2001:db8::1]", "4711", "[2001:db8::1]:4711"},
		{"fe80::1%eth0", "4711", "[fe80::1%eth0]:4711"},
		{"192.0.2.7", "", "192.0.2.7:0"},
		{"192.0.2.7", "65536", "192.0.2.7:0"},
		{"192.0.2.7", "-1", "192.0.2.7:0"},
		{"192.0.2.7", "80\n", "192.0.2.7:0"},
		{"unix:", "", "@"},
		{"unix:/run/nginx.sock", "", "@"},
		{"", "", "@"},
	} {
		l := append(vars(base), gateway.Variable{Name: "REMOTE_ADDR", Value: test.addr}, gateway.Variable{Name: "REMOTE_PORT", Value: test.port})
		f, err := fill(l, fastCGI())
		if err != nil {
			t.Errorf("%s: %v", test.addr, err)
			continue
		}
		check(t, test.addr+" "+test.port, f.RemoteAddr, test.want)
	}
}

func TestHost(t *testing.T) {
	t.Parallel()
	const noHost = `
		REQUEST_METHOD=GET
		REQUEST_URI=/a
		REMOTE_ADDR=192.0.2.7
		SERVER_NAME=front.example
	`
	for _, test := range []struct{ desc, vars, want string }{
		{"the field", base, "example.com"},
		{"an empty field", base + "HTTP_HOST=\nSERVER_NAME=front.example\nSERVER_SOFTWARE=nginx/1.22.1", ""},
		{"HTTP/1.0 without the field", noHost + "SERVER_PROTOCOL=HTTP/1.0", ""},
		{"HTTP/1.1 without the field", noHost + "SERVER_PROTOCOL=HTTP/1.1", "front.example"},
		{"port", noHost + "SERVER_PROTOCOL=HTTP/1.1\nSERVER_PORT=8080", "front.example:8080"},
		{"http", noHost + "SERVER_PROTOCOL=HTTP/1.1\nSERVER_PORT=80", "front.example"},
		{"https", noHost + "SERVER_PROTOCOL=HTTP/1.1\nSERVER_PORT=443\nHTTPS=on", "front.example"},
		{"IPv6", noHost + "SERVER_PROTOCOL=HTTP/1.1\nSERVER_NAME=2001:db8::1\nSERVER_PORT=8080", "[2001:db8::1]:8080"},
		{"IPv6 in brackets", noHost + "SERVER_PROTOCOL=HTTP/1.1\nSERVER_NAME=[2001:db8::1]", "[2001:db8::1]"},
		{"no name either", noHost + "SERVER_PROTOCOL=HTTP/1.1\nSERVER_NAME=\nSERVER_PORT=8080", ""},
	} {
		check(t, test.desc, mustFill(t, test.vars, fastCGI()).Host, test.want)
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	f := mustFill(t, base+"X=1\nHTTP_PROXY=p\nX=2\nSCRIPT_FILENAME=proxy:fcgi://h/a", fastCGI())
	check(t, "Interface", f.Interface, "FastCGI/1.0")
	check(t, "Software", f.Software, "test")
	check(t, "Var", f.Var("X"), "2")
	check(t, "raw Var", f.Var("SCRIPT_FILENAME"), "proxy:fcgi://h/a")
	check(t, "no Var", f.Var("Y"), "")
	if _, ok := f.facts.Var("Y"); ok {
		t.Error("Y is there")
	}
	all := ""
	for name, value := range f.Vars() {
		if name == "X" || name == "HTTP_PROXY" {
			all += name + "=" + value + ";"
		}
		if name == "SCRIPT_FILENAME" {
			break
		}
	}
	check(t, "Vars", all, "X=1;HTTP_PROXY=p;X=2;")
	if f.facts.Stderr() != nil {
		t.Error("there is an error stream")
	}
}

func TestFactsOfNothing(t *testing.T) {
	t.Parallel()
	var q gateway.Request
	if _, ok := q.Var("X"); ok {
		t.Error("X is there")
	}
	for name := range q.Vars() {
		t.Errorf("%s is there", name)
	}
	check(t, "anonymous", q.RemoteUser().Anonymous(), true)
	if q.ClientCertUnverified() != nil {
		t.Error("a certificate is there")
	}
}

func TestRemoteUser(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ desc, vars, want string }{
		{"both", "REMOTE_USER=alice\nAUTH_TYPE=Basic", "alice"},
		{"no AUTH_TYPE: nginx's unchecked Basic field", "REMOTE_USER=alice", ""},
		{"empty AUTH_TYPE", "REMOTE_USER=alice\nAUTH_TYPE=", ""},
		{"no user", "AUTH_TYPE=Basic", ""},
		{"a field of that name", "HTTP_REMOTE_USER=alice\nHTTP_AUTH_TYPE=Basic", ""},
	} {
		id := mustFill(t, base+test.vars, fastCGI()).facts.RemoteUser()
		check(t, test.desc, id.Name, test.want)
		check(t, test.desc+": anonymous", id.Anonymous(), test.want == "")
		if test.want != "" && (id.Method != "remote-user" || time.Since(id.At) > time.Hour) {
			t.Errorf("%s: got %+v", test.desc, id)
		}
	}
}

// A request's variables must not be seen by the next one, as once in Perl's
// FCGI (CVE-2011-2766).
func TestNothingStays(t *testing.T) {
	mustFill(t, base+"HTTPS=on\nCOOKIE=secret\nREMOTE_USER=alice\nAUTH_TYPE=Basic\nCONTENT_LENGTH=5\nCONTENT_TYPE=x\nHTTP_TRANSFER_ENCODING=chunked", fastCGI())
	for range 10 { // the pool of a race build drops some
		f := mustFill(t, base, cgi())
		if f.TLS != nil || len(f.Header) != 0 || f.ContentLength != 0 || !f.facts.RemoteUser().Anonymous() {
			t.Fatalf("got %+v, want nothing of the request before", f.Request)
		}
	}
}
