package bench_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/bench/internal/backend"
)

// BenchmarkCGI runs a hello program per request, as a cgi-bin folder does. ns/op is from fork to the end of the answer and the
// process; cpu-ns/op is the processor time of the process, which other load disturbs less; init-ns/op is what the
// initialisation of its packages takes.
func BenchmarkCGI(b *testing.B) {
	programs := buildCGI(b)
	for _, exe := range programs {
		b.Run("program="+filepath.Base(exe), func(b *testing.B) {
			initTime, initRuns := time.Duration(0), 20
			for range initRuns {
				initTime += inits(b, exe)
			}
			var cpu time.Duration
			for b.Loop() {
				cmd := cgi(b, exe, nil)
				cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
			}
			b.ReportMetric(float64(cpu.Nanoseconds())/float64(b.N), "cpu-ns/op")
			b.ReportMetric(float64(initTime.Nanoseconds())/float64(initRuns), "init-ns/op")
		})
	}
}

// buildCGI builds the programs without cgo, as one does for a host whose C library is another: the dynamic linker costs each
// of them a millisecond.
func buildCGI(b *testing.B) (programs []string) {
	b.Helper()
	built, copied := b.TempDir(), b.TempDir()
	cmd := exec.Command("go", "build", "-o", built, "./internal/cgihello/...")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	// How a file was written decides how it lies in the page cache, and so how many page faults its start takes: a tenth
	// of the time between one link and the next. Copies are alike.
	if err := os.CopyFS(copied, os.DirFS(built)); err != nil {
		b.Fatal(err)
	}
	programs, err := filepath.Glob(filepath.Join(copied, "*"))
	if err != nil {
		b.Fatal(err)
	}
	return programs
}

// cgi answers one request by running exe, and checks the answer.
func cgi(b *testing.B, exe string, stderr *bytes.Buffer, env ...string) *exec.Cmd {
	b.Helper()
	cmd := exec.Command(exe)
	cmd.Env = append(env, cgiVariables...)
	if stderr != nil {
		cmd.Stderr = stderr
	}
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	if !bytes.HasPrefix(out, []byte("Status: 200 ")) || !bytes.HasSuffix(out, []byte("\r\n\r\n"+backend.Hello)) {
		b.Fatalf("answer %q", out)
	}
	return cmd
}

var initLine = regexp.MustCompile(`(?m)^init \S+ @.*, (\S+) ms clock`)

// inits returns the time that all package initialisations of exe take together.
func inits(b *testing.B, exe string) time.Duration {
	b.Helper()
	var trace bytes.Buffer
	cgi(b, exe, &trace, "GODEBUG=inittrace=1")
	var sum time.Duration
	for _, m := range initLine.FindAllStringSubmatch(trace.String(), -1) {
		ms, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			b.Fatal(err)
		}
		sum += time.Duration(ms * float64(time.Millisecond))
	}
	return sum
}

// cgiVariables are those of Apache's mod_cgi for a browser's GET.
var cgiVariables = append(strings.Fields(`
	GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 REQUEST_METHOD=GET QUERY_STRING=lang=en REQUEST_SCHEME=http
	REQUEST_URI=/cgi-bin/hello?lang=en SCRIPT_NAME=/cgi-bin/hello SCRIPT_FILENAME=/usr/lib/cgi-bin/hello
	CONTEXT_PREFIX=/cgi-bin/ CONTEXT_DOCUMENT_ROOT=/usr/lib/cgi-bin/ DOCUMENT_ROOT=/var/www/html SERVER_ADMIN=webmaster@localhost
	SERVER_NAME=www.example.com SERVER_ADDR=192.0.2.1 SERVER_PORT=80 REMOTE_ADDR=192.0.2.7 REMOTE_PORT=51234
	HTTP_HOST=www.example.com HTTP_ACCEPT=text/html,application/xhtml+xml HTTP_ACCEPT_LANGUAGE=en-US,en;q=0.5
	HTTP_CONNECTION=keep-alive`),
	"SERVER_SOFTWARE=Apache/2.4.65 (Debian)",
	"HTTP_USER_AGENT=Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
	"HTTP_ACCEPT_ENCODING=gzip, deflate, br",
	"PATH="+os.Getenv("PATH"))
