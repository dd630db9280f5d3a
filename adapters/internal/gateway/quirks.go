package gateway

import (
	"fmt"
	"strconv"
	"strings"
)

// Quirks is a set of things that particular front servers get wrong and that
// are repaired.
type Quirks uint32

// The quirks, in the order of the table, which is the order of their repair.
const (
	QuirkNginxScriptName Quirks = 1 << iota
	QuirkApacheProxy
	QuirkHAProxyScriptName
	QuirkScriptNameSlash
	QuirkIISPathInfo
	QuirkIISRequestURI
	QuirkMergedPath
	QuirkNginxHostPort
	QuirkNginxRepeatedHost
	QuirkLighttpdFolding
	QuirkContentLength
	QuirkNginxSCGILength
	QuirkAuthorization
	QuirkCookie

	endOfQuirks
	AllQuirks = endOfQuirks - 1
)

// Quirk describes one of them, for documentation and for settings by name.
type Quirk struct {
	Name  string
	Front string // which servers, in which configuration
	Doc   string // what is wrong, and what the repair is

	bit Quirks
	fix func(*draft, Source)
}

// table holds the quirks. The name of each is public by the adapters' settings.
var table = [...]Quirk{
	{
		Name:  "nginx-script-name",
		Front: "nginx with the stock fastcgi_params or fastcgi.conf and no PATH_INFO",
		Doc:   "SCRIPT_NAME is the whole path. It is ignored: the mount point is the root.",
		bit:   QuirkNginxScriptName, fix: fixNginxScriptName,
	}, {
		Name:  "apache-proxy",
		Front: "Apache's mod_proxy_fcgi and mod_proxy_scgi with ProxyPass",
		Doc:   "SCRIPT_NAME is the whole path, and SCRIPT_FILENAME an URL with proxy:fcgi:// before it. The mount point is the root, unless a file is the program.",
		bit:   QuirkApacheProxy, fix: fixApacheProxy,
	}, {
		Name:  "haproxy-script-name",
		Front: "HAProxy without a path-info setting that matches",
		Doc:   "SCRIPT_NAME is the whole path. It is ignored: the mount point is the root.",
		bit:   QuirkHAProxyScriptName, fix: fixHAProxyScriptName,
	}, {
		Name:  "script-name-slash",
		Front: "lighttpd with the key \"/\", and any server whose configuration ends SCRIPT_NAME in a slash",
		Doc:   "The slash belongs to the path below the mount point and is taken off SCRIPT_NAME.",
		bit:   QuirkScriptNameSlash, fix: fixScriptNameSlash,
	}, {
		Name:  "iis-path-info",
		Front: "Microsoft IIS (allowPathInfo off)",
		Doc:   "PATH_INFO repeats SCRIPT_NAME at its beginning (golang.org/issue/4367); it is taken off.",
		bit:   QuirkIISPathInfo, fix: fixIISPathInfo,
	}, {
		Name:  "iis-request-uri",
		Front: "Microsoft IIS",
		Doc:   "There is no REQUEST_URI (golang.org/issue/4575). UNENCODED_URL has it, or X-Original-URL after a rewrite.",
		bit:   QuirkIISRequestURI, fix: fixIISRequestURI,
	}, {
		Name:  "merged-path",
		Front: "Apache, nginx, lighttpd",
		Doc:   "They merge slashes and resolve dot segments in SCRIPT_NAME and PATH_INFO, but not in REQUEST_URI. If REQUEST_URI leads to no mount point as it is, it is normalised too.",
		bit:   QuirkMergedPath, fix: fixMergedPath,
	}, {
		Name:  "nginx-host-port",
		Front: "nginx before 1.30 with Debian's parameter files of 2026 (HTTP_HOST $host)",
		Doc:   "The port is missing in Host, which breaks comparisons with Origin. SERVER_PORT is appended, unless it is 80 or 443 or another proxy stands before nginx.",
		bit:   QuirkNginxHostPort, fix: fixNginxHostPort,
	}, {
		Name:  "nginx-repeated-host",
		Front: "nginx with an HTTP_HOST of its own after an included parameter file that has one too",
		Doc:   "Both are sent. The last one counts; from any other server two different ones are refused.",
		bit:   QuirkNginxRepeatedHost, fix: fixNginxRepeatedHost,
	}, {
		Name:  "lighttpd-folding",
		Front: "lighttpd before 1.4.83",
		Doc:   "X_Foo gets the same variable as X-Foo, so that a client can add to fields that a proxy set. It joins what is really one field, so that a repeated variable is refused.",
		bit:   QuirkLighttpdFolding, fix: fixLighttpdFolding,
	}, {
		Name:  "content-length",
		Front: "nginx, Caddy",
		Doc:   "CONTENT_LENGTH is empty or -1 where it should be absent, and counts as absent.",
		bit:   QuirkContentLength, fix: fixContentLength,
	}, {
		Name:  "nginx-scgi-length",
		Front: "nginx before 1.29.6 with scgi_request_buffering off",
		Doc:   "CONTENT_LENGTH is how much of the body has arrived so far, be it nothing. The client's Content-Length counts, if that is more.",
		bit:   QuirkNginxSCGILength, fix: fixNginxSCGILength,
	}, {
		Name:  "authorization",
		Front: "Apache with mod_rewrite, FastCgiConfig -pass-header Authorization",
		Doc:   "Authorization comes as REDIRECT_HTTP_AUTHORIZATION or under its own name.",
		bit:   QuirkAuthorization, fix: fixAuthorization,
	}, {
		Name:  "cookie",
		Front: "old CGI servers",
		Doc:   "Cookie comes as COOKIE.",
		bit:   QuirkCookie, fix: fixCookie,
	},
}

// Table lists the quirks in the order of their repair.
func Table() []Quirk { return append([]Quirk(nil), table[:]...) }

// ParseQuirks makes a set from names in the table; "all" names all.
func ParseQuirks(names ...string) (Quirks, error) {
	var set Quirks
	var unknown []string
	for _, name := range names {
		bit := quirkByName(name)
		if bit == 0 {
			unknown = append(unknown, strconv.Quote(name))
		}
		set |= bit
	}
	if unknown != nil {
		return 0, fmt.Errorf("there is no quirk named %s", strings.Join(unknown, " or "))
	}
	return set, nil
}

func quirkByName(name string) Quirks {
	if name == "all" {
		return AllQuirks
	}
	for i := range table {
		if table[i].Name == name {
			return table[i].bit
		}
	}
	return 0
}

// repair applies all quirks that are not disabled.
func (d *draft) repair(src Source) {
	// nginx's stock scgi_params and uwsgi_params have no SERVER_SOFTWARE; the
	// other servers that speak these protocols all send it.
	if d.software == "" && (strings.HasPrefix(d.Interface, "SCGI/") || strings.HasPrefix(d.Interface, "uwsgi/")) {
		d.front = nginx
	}
	for i := range table {
		if d.Disable&table[i].bit == 0 {
			table[i].fix(d, src)
		}
	}
}

// front is a kind of front server.
type front uint8

const (
	unknownFront front = iota
	nginx
	apache
	lighttpd
	haproxy
	iis
)

// frontOf tells the front server by SERVER_SOFTWARE.
func frontOf(software string) front {
	product, _, _ := strings.Cut(software, "/")
	switch product {
	case "nginx":
		return nginx
	case "Apache":
		return apache
	case "lighttpd":
		return lighttpd
	case "Microsoft-IIS":
		return iis
	}
	if strings.HasPrefix(software, "HAProxy") { // "HAProxy 2.6.12"
		return haproxy
	}
	return unknownFront
}

// variable looks a variable up that is too rare for the draft.
func variable(src Source, name string) (value string, ok bool) {
	for pos := 0; ; {
		n, v, next, more := src.Pair(pos)
		if !more {
			return value, ok
		}
		if n == name {
			value, ok = v, true
		}
		pos = next
	}
}
