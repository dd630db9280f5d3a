package adapters

import (
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank/adapters/internal/listen"
)

const (
	listenVariable = "GANGPLANK_LISTEN"
	defaultAddress = "http://127.0.0.1:8080"
)

// detect returns the addresses of a process that is not CGI and was given none. Where it is not sure, it says so.
func detect(log *slog.Logger) []string {
	if addrs := strings.Fields(os.Getenv(listenVariable)); len(addrs) > 0 {
		return addrs
	}
	names, err := listen.Activated()
	if err != nil {
		log.Warn("the sockets of systemd are ignored", "reason", err)
	}
	if len(names) > 0 {
		return activated(names)
	}
	if listen.IsListening(0) {
		return []string{spawned()}
	}
	if listen.IsConnected(0) {
		log.Warn("standard input is a connected socket, as inetd passes it: it is ignored, a listening one is needed")
	}
	if os.Getenv("REQUEST_METHOD") != "" {
		log.Warn("REQUEST_METHOD is set without SERVER_PROTOCOL and GATEWAY_INTERFACE: this is not taken for CGI")
	}
	return []string{defaultAddress}
}

// spawned returns the address of a FastCGI program that was started with its listening socket. FCGI_WEB_SERVER_ADDRS, a list of the
// web server's addresses, is section 3.2 of the FastCGI specification; a program may not serve others.
func spawned() string {
	if peers := os.Getenv("FCGI_WEB_SERVER_ADDRS"); peers != "" {
		return "fastcgi+fd://0?allow=" + strings.ReplaceAll(peers, " ", "")
	}
	return "fastcgi+fd://0"
}

// activated returns the addresses of systemd's sockets: one for each that is named after a gateway, then HTTP for the rest.
func activated(names []string) (addrs []string) {
	rest := false
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if i := indexScheme(protocols, name); i >= 0 && protocols[i].Gateway {
			addrs = append(addrs, name+"+systemd://"+name)
		} else {
			rest = true
		}
	}
	if rest {
		addrs = append(addrs, "http+systemd:")
	}
	return addrs
}
