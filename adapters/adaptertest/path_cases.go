package adaptertest

import (
	"net/http"
	"strings"
)

// odd paths, as a client sends them. RequestURI is always what was sent; Path
// is decoded once; RawPath is set only where Path does not say all.
var oddPaths = []struct {
	name, doc           string
	target, path, query string
	rawPath             string
	force               bool
	except              []Difference
}{
	{name: "root", target: "/", path: "/", doc: "The root."},
	{name: "slash-at-end", target: "/dir/", path: "/dir/", doc: "A slash at the end stays."},
	{name: "space", target: "/a%20b", path: "/a b", doc: "An encoded space."},
	{name: "comma", target: "/bar%2cbaz", path: "/bar,baz", rawPath: "/bar%2cbaz", doc: "Decoded (RFC 3875 4.1.5; Plack: % encoding in PATH_INFO)."},
	{name: "decoded-once", target: "/bar%252cbaz", path: "/bar%2cbaz", doc: "Decoded once only (Plack: % double encoding)."},
	{name: "percent", target: "/100%25", path: "/100%", doc: "An encoded percent sign."},
	{name: "slash", target: "/a%2Fb/c", path: "/a/b/c", rawPath: "/a%2Fb/c", except: []Difference{FrontRefusesSlash},
		doc: "An encoded slash is told from a plain one by RawPath."},
	{name: "question-mark", target: "/a%3Fb?c", path: "/a?b", query: "c", doc: "An encoded question mark is part of the path."},
	{name: "hash", target: "/a%23b", path: "/a#b", doc: "An encoded number sign is part of the path."},
	{name: "plus", target: "/a+b?c+d", path: "/a+b", query: "c+d", doc: "A plus sign is itself."},
	{name: "semicolon", target: "/a;v=1/b;w", path: "/a;v=1/b;w", doc: "Parameters in segments stay (lighttpd, Tomcat)."},
	{name: "utf-8", target: "/%C3%A9/%E2%82%AC", path: "/é/€", doc: "UTF-8."},
	{name: "latin-1", target: "/%E9", path: "/\xe9", doc: "A byte that is not UTF-8."},
	{name: "nul", target: "/a%00b", path: "/a\x00b", except: []Difference{FrontRefusesNUL}, doc: "An encoded NUL."},
	{name: "newline", target: "/a%0Ab", path: "/a\nb", except: []Difference{FrontRefusesNUL}, doc: "An encoded newline (CVE-2019-11043)."},
	{name: "backslash", target: "/a%5Cb", path: "/a\\b", doc: "An encoded backslash is no slash."},
	{name: "double-slash", target: "/a//b///c", path: "/a//b///c", except: []Difference{FrontMergesSlashes},
		doc: "Repeated slashes stay (Plack)."},
	{name: "double-slash-first", target: "//host.test/path", path: "//host.test/path", except: []Difference{FrontMergesSlashes},
		doc: "A path that begins with two slashes names no host."},
	{name: "dots", target: "/a/./b/../c", path: "/a/./b/../c", except: []Difference{FrontResolvesDots},
		doc: "Dot segments are the handler's to resolve (http.ServeMux redirects)."},
	{name: "dots-encoded", target: "/a/%2E%2E/c", path: "/a/../c", rawPath: "/a/%2E%2E/c", except: []Difference{FrontResolvesDots},
		doc: "Encoded dot segments."},
	{name: "sub-delims", target: "/!$&'()*,=:@~-._", path: "/!$&'()*,=:@~-._", rawPath: "/!$&'()*,=:@~-._",
		doc: "All that RFC 3986 allows in a segment unencoded."},
	{name: "empty-query", target: "/?", path: "/", force: true, doc: "A bare question mark is kept as ForceQuery."},
	{name: "query", target: "/q?a=b?c/d&&e", path: "/q", query: "a=b?c/d&&e", doc: "The query is everything after the first question mark."},
	{name: "query-raw", target: "/q?a=%zz&b=%26;c=%20+", path: "/q", query: "a=%zz&b=%26;c=%20+",
		doc: "The query is not decoded, and need not be right."},
	{name: "query-without-equals", target: "/q?http://0.0.0.0:9999", path: "/q", query: "http://0.0.0.0:9999",
		doc: "A query without = is no command line (RFC 3875 4.4, CVE-2012-1823)."},
	{name: "url-in-path", target: "/http://host.test/x", path: "/http://host.test/x", except: []Difference{FrontMergesSlashes}, doc: "A URL in the path is a path."},
	{name: "long", target: "/" + longPath, path: "/" + longPath, doc: "3000 bytes of path."},
}

var longPath = strings.Repeat("segment-of-path/", 3000/16)

func pathCases() []Case {
	var cases []Case
	for _, o := range oddPaths {
		force := "false"
		if o.force {
			force = "true"
		}
		cases = append(cases, Case{
			Name:    "path/" + o.name,
			Doc:     o.doc,
			except:  o.except,
			handler: describe,
			request: request{target: o.target},
			facts: facts{
				"URL.Path": o.path, "URL.RawPath": o.rawPath, "URL.RawQuery": o.query,
				"URL.ForceQuery": force, "RequestURI": "{mount}" + o.target,
			},
		})
	}
	return append(cases, pathRejoins)
}

var pathRejoins = Case{
	Name: "path/rejoins",
	Doc:  "URL.EscapedPath is the part of RequestURI below the mount, byte for byte.",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.tell("EscapedPath", r.URL.EscapedPath())
		path, _, _ := strings.Cut(r.RequestURI, "?")
		if !strings.HasSuffix(path, r.URL.EscapedPath()) {
			p.errorf("EscapedPath %q is no part of RequestURI %q", r.URL.EscapedPath(), r.RequestURI)
		}
	},
	request: request{target: "/%41%2c%20?q"},
	facts:   facts{"EscapedPath": "/%41%2c%20"},
}

// Methods are tokens, told apart by case (RFC 9110 section 9.1).
func methodCases() []Case {
	var cases []Case
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		cases = append(cases, methodCase(method))
	}
	for _, method := range []string{"PROPFIND", "FOO", "M-SEARCH", "get"} {
		c := methodCase(method)
		c.except = []Difference{FrontRefusesMethods}
		cases = append(cases, c)
	}
	return cases
}

func methodCase(method string) Case {
	c := Case{
		Name:    "method/" + method,
		Doc:     "The method arrives as sent, without a body where none was sent.",
		handler: describe,
		request: request{method: method, target: "/thing"},
		facts:   facts{"Method": method, "ContentLength": "0", "Body": sum(nil)},
	}
	switch method {
	case "POST", "PUT", "PATCH": // clients say that there is none (RFC 9110 section 8.6)
		c.request.header = http.Header{"Content-Length": {"0"}}
	}
	return c
}
