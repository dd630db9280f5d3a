package cors

import (
	"net/netip"
	"strings"
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
	o, ok := parseOrigin(s)
	suffix, wild := strings.CutPrefix(o.host, "*")
	name := strings.TrimPrefix(suffix, ".")
	switch {
	case s == "null":
		c.Add("Origins", `"null" is the origin of every sandboxed frame, anybody's`)
	case s != strings.ToLower(s):
		c.Add("Origins", "%q: browsers send origins in lower case", s)
	case ok && strings.ContainsAny(o.host+o.port, "/?#@"):
		c.Add("Origins", "%q: an origin ends with the host or port, and has no user", s)
	case !ok:
		c.Add("Origins", "%q is not an origin, such as https://example.com", s)
	case wild && !strings.HasPrefix(suffix, "."):
		c.Add("Origins", "%q: the asterisk must be the whole first label", s)
	case o.scheme == "file":
		c.Add("Origins", `%q: the origin of files is "null"`, s)
	case !c.validHost(s, name, wild), !c.validPort(s, o), !c.secure(s, o, name):
	case wild || o.port == "*":
		c.p.origins.patterns = append(c.p.origins.patterns, newPattern(o))
	default:
		c.p.origins.exact[s] = true
	}
}

func (c *compiler) validHost(s, name string, wild bool) bool {
	if inner, ok := strings.CutPrefix(name, "["); ok {
		ip, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err != nil || !ip.Is6() || ip.Zone() != "" || ip.String()+"]" != inner {
			c.Add("Origins", "%q: browsers write IPv6 addresses in their shortest form and without a zone", s)
			return false
		}
		return true
	}
	switch ip, err := netip.ParseAddr(name); {
	case !isHostname(name):
		c.Add("Origins", "%q: %q is not a host name; an internationalised one is written in its xn-- form", s, name)
	case err == nil && ip.Is4() && wild:
		c.Add("Origins", "%q: nothing is below an address", s)
	case wild && !c.cfg.DangerouslyAllowPublicSuffixes && publicSuffix(name):
		c.Add("Origins", "%q: anybody can have a name below %s", s, name)
	default:
		return true
	}
	return false
}

func (c *compiler) validPort(s string, o origin) bool {
	switch {
	case o.port == "" || o.port == "*":
		return true
	case !isPort(o.port):
		c.Add("Origins", "%q: %q is not a port", s, o.port)
	case o.scheme == "https" && o.port == "443" || o.scheme == "http" && o.port == "80":
		c.Add("Origins", "%q: browsers leave the default port out", s)
	default:
		return true
	}
	return false
}

// secure refuses origins whose pages anybody on the network path can change,
// where that would give the user's rights away.
func (c *compiler) secure(s string, o origin, name string) bool {
	power := c.cfg.Credentials || c.cfg.PrivateNetwork
	if o.scheme != "http" || !power || c.cfg.DangerouslyAllowInsecureOrigins || isLoopback(name) {
		return true
	}
	c.Add("Origins", "%q is insecure: no http together with Credentials or PrivateNetwork", s)
	return false
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
