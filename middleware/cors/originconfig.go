package cors

import (
	"net/netip"
	"strings"

	"github.com/gangplank-web/gangplank/middleware/internal/hostname"
)

func (c *compiler) origins() {
	c.p.origins.exact = make(map[string]bool)
	if len(c.cfg.Origins) == 0 {
		c.Add("Origins", "there is none")
	}
	for _, s := range c.cfg.Origins {
		if s != "*" {
			c.origin(s)
			continue
		}
		c.p.any = true
		if len(c.cfg.Origins) > 1 {
			c.Add("Origins", `"*" is every origin; the others are needless or meant otherwise`)
		}
		if c.cfg.Credentials {
			c.Add("Origins", `"*" together with Credentials lets every page act as the user`)
		}
		if c.cfg.PrivateNetwork {
			c.Add("Origins", `"*" together with PrivateNetwork lets every page into the private network`)
		}
	}
}

// origin takes one element of Origins.
func (c *compiler) origin(s string) {
	known := len(c.Faults)
	o, ok := c.taken(s)
	if !ok {
		return
	}
	c.host(s, o.host)
	c.port(s, o)
	c.secure(s, o)
	switch {
	case len(c.Faults) > known:
	case strings.HasPrefix(o.host, "*") || o.port == "*":
		c.p.origins.patterns = append(c.p.origins.patterns, newPattern(o))
	default:
		c.p.origins.exact[s] = true
	}
}

// taken takes s apart, if it is an origin at all. What stands around scheme, host and
// port, as in an address copied from a browser, is one fault, and no reason to keep
// silent about theirs.
func (c *compiler) taken(s string) (origin, bool) {
	lower := strings.ToLower(s)
	scheme, rest, _ := strings.Cut(lower, "://")
	if why := neverSent(scheme); why != "" {
		c.Add("Origins", "%q: %s", s, why)
		return origin{}, false
	}
	if s != lower {
		c.Add("Origins", "%q: browsers send origins in lower case", s)
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	if authority != rest {
		c.Add("Origins", "%q: an origin ends with the host or port, and has no user", s)
	}
	o, ok := parseOrigin(scheme + "://" + authority)
	if !ok {
		c.Add("Origins", "%q is not an origin, such as https://example.com", s)
	}
	return o, ok
}

// neverSent says why no Origin of such a scheme is worth to be allowed, or "".
func neverSent(scheme string) string {
	switch scheme {
	case "null":
		return "this is the origin of every sandboxed frame, anybody's"
	case "file":
		return `the origin of files is "null"`
	case "ws", "wss", "ftp":
		return "no page comes by " + scheme
	}
	return ""
}

func (c *compiler) host(s, host string) {
	suffix, wild := strings.CutPrefix(host, "*")
	name, below := strings.CutPrefix(suffix, ".")
	switch {
	case wild && !below:
		c.Add("Origins", "%q: the asterisk must be the whole first label", s)
	case strings.HasPrefix(name, "["):
		if !hostname.IsAddress(name) {
			c.Add("Origins", "%q: browsers write IPv6 addresses in hexadecimal, in their shortest form and without a zone", s)
		}
	case !hostname.IsLabels(name):
		c.Add("Origins", "%q: %q is not a host name; an internationalised one is written in its xn-- form", s, name)
	case wild && hostname.EndsInNumber(name):
		c.Add("Origins", "%q: nothing is below an address", s)
	case hostname.EndsInNumber(name) && !hostname.IsAddress(name):
		c.Add("Origins", "%q: browsers write IPv4 addresses as four decimal numbers, and take %s for one", s, name)
	case wild && !c.cfg.DangerouslyAllowPublicSuffixes && publicSuffix(name):
		c.Add("Origins", "%q: anybody can have a name below %s", s, name)
	}
}

func (c *compiler) port(s string, o origin) {
	switch {
	case o.port == "" || o.port == "*":
	case !hostname.IsPort(o.port):
		c.Add("Origins", "%q: %q is not a port", s, o.port)
	case o.scheme == "https" && o.port == "443" || o.scheme == "http" && o.port == "80":
		c.Add("Origins", "%q: browsers leave the default port out", s)
	}
}

// secure refuses origins whose pages anybody on the network path can change,
// where that would give the user's rights away.
func (c *compiler) secure(s string, o origin) {
	power := c.cfg.Credentials || c.cfg.PrivateNetwork
	if o.scheme == "http" && power && !c.cfg.DangerouslyAllowInsecureOrigins && !isLoopback(strings.TrimPrefix(o.host, "*.")) {
		c.Add("Origins", "%q is insecure: no http together with Credentials or PrivateNetwork", s)
	}
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// publicSuffix knows the best known names below which names are given to
// anybody. localhost is the machine's own.
func publicSuffix(name string) bool {
	return !strings.Contains(name, ".") && name != "localhost" || strings.Contains(suffixes, " "+name+" ")
}

const suffixes = " co.uk org.uk ac.uk com.au net.au org.au co.jp co.nz co.za co.in com.br com.cn com.mx com.tr co.kr " +
	"github.io gitlab.io pages.dev workers.dev web.app firebaseapp.com appspot.com run.app herokuapp.com vercel.app " +
	"netlify.app azurewebsites.net azurestaticapps.net cloudfront.net amplifyapp.com fly.dev onrender.com surge.sh " +
	"glitch.me repl.co ngrok.io ngrok.app ngrok-free.app trycloudflare.com blogspot.com "
