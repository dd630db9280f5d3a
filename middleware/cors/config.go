package cors

import (
	"strconv"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Config says which origins may do what. The zero Config is invalid: it allows
// none.
type Config struct {
	_ [0]func()

	// Origins are the origins whose pages may read responses, as a browser writes
	// them: "https://app.example.com", "http://localhost:3000". The host may be
	// "*.example.com", which is all names below example.com but not that name
	// itself; the port may be "*". A single "*" is every origin, for what
	// everybody may read anyway.
	Origins []string

	// Credentials lets such pages send cookies, client certificates and HTTP
	// authentication along, and so act as the user. The origin "*", and "*" in the
	// other fields, are then errors.
	Credentials bool

	// Methods are those allowed besides GET, HEAD and POST, which need no
	// permission. A single "*" is all.
	Methods []string

	// RequestHeaders are the request headers allowed besides those that need no
	// permission. "*" is all but Authorization, which can be named beside it.
	RequestHeaders []string

	// ResponseHeaders are the response headers that a page may read besides those
	// that it always may. A single "*" is all.
	ResponseHeaders []string

	// MaxAge is how long browsers may remember a preflight's answer: whole seconds,
	// at most 24 hours, which browsers may shorten. Default: the browser's own 5
	// seconds. Negative means not at all.
	MaxAge time.Duration

	// PrivateNetwork lets pages from public networks reach this server in a private
	// one, in browsers that ask for that (Private Network Access). The origins must
	// then be named.
	PrivateNetwork bool

	// DangerouslyAllowInsecureOrigins permits http origins, other than loopback,
	// together with Credentials or PrivateNetwork. Whoever is on the network path
	// of such an origin can put a script into its pages.
	DangerouslyAllowInsecureOrigins bool

	// DangerouslyAllowPublicSuffixes permits wildcards below names under which
	// anybody can register one, such as "https://*.github.io". Only the best
	// known of these are recognised; the Public Suffix List has thousands.
	DangerouslyAllowPublicSuffixes bool
}

// Validate reports all that is wrong with the configuration.
func (cfg Config) Validate() error {
	_, err := compile(cfg)
	return err
}

// compiler turns a Config into a policy and collects what is wrong.
type compiler struct {
	cfg Config
	p   *policy
	settings.Faults
}

func compile(cfg Config) (*policy, error) {
	c := &compiler{cfg: cfg, p: &policy{credentials: cfg.Credentials, privateNetwork: cfg.PrivateNetwork}}
	c.origins()
	c.methods()
	c.requestHeaders()
	c.responseHeaders()
	c.maxAge()
	c.p.prepareVary()
	return c.p, c.Join()
}

// noWildcard reports "*" where Fetch takes it for a plain name.
func (c *compiler) noWildcard(field string) {
	if c.cfg.Credentials {
		c.Add(field, `"*" together with Credentials: list them, since browsers would take it for a name`)
	}
}

func (c *compiler) methods() {
	set := make(map[string]bool, len(c.cfg.Methods))
	for _, m := range c.cfg.Methods {
		switch upper := strings.ToUpper(m); {
		case m == "*":
			c.noWildcard("Methods")
		case !settings.IsToken(m):
			c.Add("Methods", "%q is not a method", m)
		case upper == "CONNECT" || upper == "TRACE" || upper == "TRACK":
			c.Add("Methods", "no page can send %s", m)
		case m != upper:
			c.Add("Methods", "methods are case-sensitive; %q is not %q", m, upper)
		}
		set[m] = true
	}
	if c.p.allowMethods = strings.Join(sortedKeys(set), ","); set["*"] {
		c.p.allowMethods = "*"
		return
	}
	c.p.methods = set
}

func (c *compiler) requestHeaders() {
	for _, name := range c.cfg.RequestHeaders {
		switch lower := strings.ToLower(name); {
		case name == "*":
			c.noWildcard("RequestHeaders")
		case !settings.IsToken(name):
			c.Add("RequestHeaders", "%q is not a field name", name)
		case forbiddenRequestHeader(lower):
			c.Add("RequestHeaders", "no page can set %s", name)
		case strings.HasPrefix(lower, "access-control-"):
			c.Add("RequestHeaders", "%s is not a request header of pages", name)
		}
	}
	c.p.requestHeaders = newNameSet(c.cfg.RequestHeaders)
	c.p.allowHeaders = c.p.requestHeaders.list()
}

func (c *compiler) responseHeaders() {
	set := make(map[string]bool, len(c.cfg.ResponseHeaders))
	for _, name := range c.cfg.ResponseHeaders {
		lower := strings.ToLower(name)
		switch {
		case name == "*":
			c.noWildcard("ResponseHeaders")
		case !settings.IsToken(name):
			c.Add("ResponseHeaders", "%q is not a field name", name)
		case lower == "set-cookie" || lower == "set-cookie2":
			c.Add("ResponseHeaders", "no page can read %s", name)
		case strings.HasPrefix(lower, "access-control-"):
			c.Add("ResponseHeaders", "%s is for the browser, not for pages", name)
		}
		set[lower] = true
	}
	if c.p.exposeHeaders = strings.Join(sortedKeys(set), ","); set["*"] {
		c.p.exposeHeaders = "*"
	}
}

func (c *compiler) maxAge() {
	switch d := c.cfg.MaxAge; {
	case d < 0:
		c.p.maxAge = "0"
	case d%time.Second != 0:
		c.Add("MaxAge", "%v is not whole seconds", d)
	case d > 24*time.Hour:
		c.Add("MaxAge", "%v is more than the 24 hours that any browser takes", d)
	case d > 0:
		c.p.maxAge = strconv.Itoa(int(d / time.Second))
	}
}

// forbiddenRequestHeader is Fetch, section 2.2.2.
func forbiddenRequestHeader(name string) bool {
	return strings.HasPrefix(name, "proxy-") || strings.HasPrefix(name, "sec-") || strings.Contains(forbidden, " "+name+" ")
}

const forbidden = " accept-charset accept-encoding connection content-length cookie cookie2 date dnt expect host keep-alive " +
	"origin referer set-cookie te trailer transfer-encoding upgrade via "
