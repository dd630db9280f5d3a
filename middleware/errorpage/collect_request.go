package errorpage

import (
	"crypto/tls"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
)

type attr = slog.Attr

// attr flattens groups, as slog's text handler does.
func (c *collector) attr(to []Field, prefix string, a slog.Attr) []Field {
	v := a.Value.Resolve()
	if v.Kind() != slog.KindGroup {
		return append(to, c.anyField("log", prefix+a.Key, v.Any()))
	}
	if a.Key != "" {
		prefix += a.Key + "."
	}
	for _, member := range v.Group() {
		to = c.attr(to, prefix, member)
	}
	return to
}

func (c *collector) request() {
	r, q := c.r, &c.out.Request
	q.Method, q.Proto, q.Host, q.Remote, q.Length = r.Method, r.Proto, c.mask.Text("Host", r.Host), r.RemoteAddr, r.ContentLength
	q.RequestID, q.Mount = c.mask.Text("request id", c.c.RequestID()), c.c.MountPoint()
	q.URI = c.mask.URL("URL", uri(r))
	if ip := c.c.ClientIP(); ip.IsValid() {
		q.ClientIP = ip.String()
	}
	if user := c.c.User(); !user.Anonymous() {
		q.User = c.mask.Text("user", user.Name) + " (" + user.Method + ")"
	}
	q.Route = c.c.Pattern()
	if route := c.c.Route(); route != nil {
		q.RouteName = route.GetName()
	}
	if r.TLS != nil {
		q.TLS = tls.VersionName(r.TLS.Version) + ", " + tls.CipherSuiteName(r.TLS.CipherSuite)
	}
	if r.URL != nil {
		for _, p := range params(q.Route, r) {
			q.Params = c.sent(q.Params, "parameter", p.Name, p.Value)
		}
		q.Query = c.valuesOf("query", r.URL.Query())
	}
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, v := range r.Header[name] {
			if c.room.take(name, v) {
				q.Header = append(q.Header, Field{c.mask.Text("header name", name), c.mask.Header(name, v)})
			}
		}
	}
	for _, cookie := range r.Cookies() {
		if c.room.take(cookie.Name, cookie.Value) {
			q.Cookies = append(q.Cookies, Field{c.mask.Text("cookie name", cookie.Name), c.mask.Cookie(cookie.Name, cookie.Value)})
		}
	}
}

func uri(r *http.Request) string {
	if r.RequestURI != "" || r.URL == nil {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

func (c *collector) valuesOf(where string, values url.Values) []Field {
	var out []Field
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, v := range values[name] {
			out = c.sent(out, where, name, v)
		}
	}
	return out
}

// session is for the page only: a failure in production must not put a load on
// the session store that the request itself did not.
func (c *collector) session() {
	if !c.full || c.stuck {
		return
	}
	for k, v := range c.c.Session().All() {
		c.out.Request.Session = append(c.out.Request.Session, c.anyField("session", k, v))
	}
	slices.SortFunc(c.out.Request.Session, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
}

// gateway keeps apart what the front server says and what it only passes on:
// HTTP_* is the client's word.
func (c *collector) gateway() {
	g := c.c.Gateway()
	out := &c.out.Gateway
	out.Interface, out.Software, out.Role = g.Interface, g.Software, g.Role
	for name, v := range g.Vars() {
		if !c.room.take(name, v) {
			continue
		}
		switch header, isHeader := strings.CutPrefix(name, "HTTP_"); {
		case isHeader:
			out.Headers = append(out.Headers, Field{name, c.mask.Header(strings.ReplaceAll(header, "_", "-"), v)})
		case name == "QUERY_STRING" && v != "":
			out.Variables = append(out.Variables, Field{name, strings.TrimPrefix(c.mask.URL("variable "+name, "?"+v), "?")})
		case name == "REQUEST_URI":
			out.Variables = append(out.Variables, Field{name, c.mask.URL("variable "+name, v)})
		default:
			out.Variables = append(out.Variables, c.field("variable", name, v))
		}
	}
}

// process is the environment without the gateway's variables, which under CGI
// are in it. There Gateway.Var does not tell them from each other; Vars does.
func (c *collector) process() {
	if !c.full {
		return
	}
	gateway := map[string]bool{}
	for name := range c.c.Gateway().Vars() {
		gateway[name] = true
	}
	for _, pair := range slices.Sorted(slices.Values(os.Environ())) {
		name, v, _ := strings.Cut(pair, "=")
		if !gateway[name] && name != "" && !strings.HasPrefix(name, "HTTP_") {
			c.out.Process = append(c.out.Process, c.field("environment", name, v))
		}
	}
}

func (c *collector) build() {
	add := func(name, v string) {
		if v != "" {
			c.out.Build = append(c.out.Build, Field{name, v})
		}
	}
	add("Go", runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH)
	exe, _ := os.Executable()
	add("executable", exe)
	add("process", strconv.Itoa(os.Getpid())+", "+strconv.Itoa(runtime.NumGoroutine())+" goroutines, "+strconv.Itoa(runtime.GOMAXPROCS(0))+" CPUs")
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return
	}
	add("program", info.Path)
	add("module", strings.TrimSpace(info.Main.Path+" "+info.Main.Version))
	for _, s := range info.Settings {
		if strings.HasPrefix(s.Key, "vcs") || s.Key == "-tags" || s.Key == "-trimpath" || s.Key == "-race" || s.Key == "CGO_ENABLED" {
			add(s.Key, s.Value)
		}
	}
	for _, dep := range info.Deps {
		version := dep.Version
		if dep.Replace != nil {
			version += " => " + strings.TrimSpace(dep.Replace.Path+" "+dep.Replace.Version)
		}
		add(dep.Path, version)
	}
}
