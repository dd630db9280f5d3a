package adapters

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"github.com/gangplank-web/gangplank/adapters/cgi"
)

// Main serves h in the way in which the program was started: as CGI, else on addrs, else on what the package comment says.
//
// Like a main function it returns only on failure. When the CGI request is answered, or the program was stopped by a signal and
// every request finished, it ends the process with status 0, so that log.Fatal(adapters.Main(h)) is right. Deferred functions do not
// run then; a program that cleans up calls [Run].
func Main(h http.Handler, addrs ...string) error {
	err := Run(h, addrs...)
	if err == nil {
		os.Exit(0)
	}
	return err
}

// Run is [Main] for a program that cleans up: it returns nil where Main ends the process. Cleaning up must be quick. From then on
// SIGTERM has its default effect, mod_fcgid sends the second one after a second, and the client of a CGI program may wait for its end.
func Run(h http.Handler, addrs ...string) error {
	if IsCGI() {
		// First, and before anything else is looked at: each request pays for it.
		if len(addrs) > 0 || os.Getenv(listenVariable) != "" {
			slog.Warn("started as CGI: listener addresses are ignored")
		}
		return cgi.Serve(h)
	}
	if len(addrs) == 0 {
		addrs = detect(slog.Default())
	}
	return Serve(context.Background(), h, addrs...)
}

// IsCGI tells whether the process was started to answer one CGI request. It looks only at the environment. GATEWAY_INTERFACE
// decides; h2o leaves it out, so REQUEST_METHOD with SERVER_PROTOCOL counts as well.
func IsCGI() bool {
	if strings.HasPrefix(os.Getenv("GATEWAY_INTERFACE"), "CGI/") {
		return true
	}
	return os.Getenv("REQUEST_METHOD") != "" && os.Getenv("SERVER_PROTOCOL") != ""
}
