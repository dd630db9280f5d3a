package gateway_test

import (
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

func TestMount(t *testing.T) {
	t.Parallel()
	const absent = "-"
	tests := []struct {
		desc             string
		uri, script, pi  string // absent: the variable is not there
		mount            string // Options.Mount
		want, path, rawP string
	}{
		{desc: "root", uri: "/a", script: absent, pi: absent, path: "/a"},
		{desc: "root and nothing said", uri: absent, script: absent, pi: absent, path: "/"},
		{desc: "CGI", uri: "/cgi-bin/app/a", script: "/cgi-bin/app", pi: "/a", want: "/cgi-bin/app", path: "/a"},
		{desc: "CGI without a path", uri: "/cgi-bin/app", script: "/cgi-bin/app", pi: absent, want: "/cgi-bin/app", path: "/"},
		{desc: "not a whole segment", uri: "/application/a", script: "/app", pi: "/a", want: "/application", path: "/a"},
		{desc: "not a whole segment and no path", uri: "/application", script: "/app", pi: absent, path: "/application"},
		{desc: "escaped mount point", uri: "/my%20app/a%20b", script: "/my app", pi: "/a b", want: "/my app", path: "/a b"},
		{desc: "other escapes", uri: "/%61pp/%61%2Fb", script: "/app", pi: "/a/b", want: "/app", path: "/a/b", rawP: "/%61%2Fb"},
		{desc: "small hexadecimal digits", uri: "/%c3%bc/a", script: "/ü", pi: "/a", want: "/ü", path: "/a"},
		{desc: "percent in the mount point", uri: "/100%25/a", script: "/100%", pi: "/a", want: "/100%", path: "/a"},
		{desc: "escaped slash after the mount point", uri: "/app%2Fa", script: "/app", pi: "/a", want: "/app", path: "/a", rawP: "%2Fa"},
		{desc: "double slash after the mount point", uri: "/app//evil.example", script: "/app", pi: "/evil.example", want: "/app", path: "//evil.example"},
		{desc: "dot segments after the mount point", uri: "/app/../b", script: "/app", pi: "/../b", want: "/app", path: "/../b"},
		{desc: "newline in the path", uri: "/app/a%0Ab", script: "/app", pi: "/a\nb", want: "/app", path: "/a\nb"},
		{desc: "NUL in the path", uri: "/app/a%00b", script: "/app", pi: "/a\x00b", want: "/app", path: "/a\x00b"},
		{desc: "case matters", uri: "/APP/a", script: "/app", pi: "/other", path: "/APP/a"},

		{desc: "front controller at the root", uri: "/a/b", script: "/cgi-bin/app", pi: "/a/b", path: "/a/b"},
		{desc: "front controller in a folder", uri: "/~bob/a/b", script: "/~bob/app.cgi", pi: "/a/b", want: "/~bob", path: "/a/b"},
		{desc: "front controller, escaped", uri: "/my%20site/a%2Fb", script: "/my site/app.cgi", pi: "/a/b", want: "/my site", path: "/a/b", rawP: "/a%2Fb"},
		{desc: "front controller, merged slashes", uri: "/~bob/a//b", script: "/~bob/app.cgi", pi: "/a/b", want: "/~bob", path: "/a//b"},
		{desc: "front controller, slash of the folder doubled", uri: "/~bob//a", script: "/~bob/app.cgi", pi: "/a", want: "/~bob", path: "//a"},
		{desc: "front controller, no path", uri: "/~bob/", script: "/~bob/app.cgi", pi: absent, want: "/~bob", path: "/"},
		{desc: "front controller, rewritten without a path", uri: "/~bob/a/b", script: "/~bob/app.cgi", pi: absent, want: "/~bob", path: "/a/b"},
		{desc: "front controller, rewritten elsewhere", uri: "/a/b", script: "/cgi-bin/app.cgi", pi: absent, path: "/a/b"},
		{desc: "rewritten to another path", uri: "/old", script: "/app.cgi", pi: "/new", path: "/old"},
		{desc: "PATH_INFO inside a segment", uri: "/xa/b", script: "/app.cgi", pi: "a/b", path: "/xa/b"},
		{desc: "only PATH_INFO", uri: "/app/a", script: absent, pi: "/app/a", path: "/app/a"},

		// The client decides over the beginning of the path on servers that do
		// not normalise it. It must not get into links.
		{desc: "another host in SCRIPT_NAME", uri: "//evil.example/app.cgi/a", script: "//evil.example/app.cgi", pi: "/a", path: "//evil.example/app.cgi/a"},
		{desc: "another host, escaped", uri: "/%2Fevil.example/app.cgi/a", script: "//evil.example/app.cgi", pi: "/a", path: "//evil.example/app.cgi/a", rawP: "/%2Fevil.example/app.cgi/a"},
		{desc: "backslash", uri: "/%5Cevil.example/app.cgi/a", script: `/\evil.example/app.cgi`, pi: "/a", path: `/\evil.example/app.cgi/a`},
		{desc: "another host before PATH_INFO", uri: "//evil.example/a", script: "/app.cgi", pi: "/a", path: "//evil.example/a"},
		{desc: "dot segments in SCRIPT_NAME", uri: "/a/../app.cgi/b", script: "/a/../app.cgi", pi: "/b", path: "/a/../app.cgi/b"},
		{desc: "newline in SCRIPT_NAME", uri: "/a%0Ab/c", script: "/a\nb", pi: "/c", path: "/a\nb/c"},
		{desc: "relative SCRIPT_NAME", uri: "/app/a", script: "app", pi: "/other", path: "/app/a"},

		{desc: "no REQUEST_URI", uri: absent, script: "/my app", pi: "/a b", want: "/my app", path: "/a b"},
		{desc: "no REQUEST_URI at the root", uri: absent, script: absent, pi: "/a?b", path: "/a?b"},
		{desc: "no REQUEST_URI, relative PATH_INFO", uri: absent, script: absent, pi: "a", path: "/a"},
		{desc: "empty REQUEST_URI", uri: "", script: "/app", pi: "/a", want: "/app", path: "/a"},

		{desc: "override", uri: "/app/a", script: absent, pi: absent, mount: "/app", want: "/app", path: "/a"},
		{desc: "override of another", uri: "/app/b/a", script: "/app", pi: "/b/a", mount: "/app/b/", want: "/app/b", path: "/a"},
		{desc: "override by the root", uri: "/app/a", script: "/app", pi: "/a", mount: "/", path: "/app/a"},
		{desc: "override, at the mount point", uri: "/app", script: absent, pi: absent, mount: "/app", want: "/app", path: "/"},
		{desc: "asterisk", uri: "*", script: "/app", pi: absent, path: "*"},
		{desc: "asterisk and override", uri: "*", script: absent, pi: absent, mount: "/app", path: "*"},
	}
	for _, test := range tests {
		t.Run(test.desc, func(t *testing.T) {
			t.Parallel()
			l := vars(noURI)
			for _, v := range []gateway.Variable{{Name: "REQUEST_URI", Value: test.uri}, {Name: "SCRIPT_NAME", Value: test.script}, {Name: "PATH_INFO", Value: test.pi}} {
				if v.Value != absent {
					l = append(l, v)
				}
			}
			o := cgi()
			if test.mount != "" {
				var err error
				if o.Mount, err = gateway.ParseMount(test.mount); err != nil {
					t.Fatal(err)
				}
			}
			f, err := fill(l, o)
			if err != nil {
				t.Fatal(err)
			}
			check(t, "ScriptName", f.ScriptName, test.want)
			check(t, "Path", f.URL.Path, test.path)
			check(t, "RawPath", f.URL.RawPath, test.rawP)
		})
	}
}

func TestOutsideOfMount(t *testing.T) {
	t.Parallel()
	for _, uri := range []string{"/", "/application", "/ap", "/APP/a", "//app/a"} {
		o := fastCGI()
		o.Mount, _ = gateway.ParseMount("/app")
		_, err := fill(append(vars(base), gateway.Variable{Name: "REQUEST_URI", Value: uri}), o)
		if status(err) != 404 {
			t.Errorf("%s: got error %v, want status 404", uri, err)
		}
	}
}

func TestParseMount(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "/", "/": "/", "/app": "/app/", "/app/": "/app/", "/a b/.c": "/a b/.c/"} {
		got, err := gateway.ParseMount(in)
		check(t, in+": error", err, nil)
		check(t, in, got, want)
	}
	for _, in := range []string{"app", "//app", "/a//b", "/a/../b", "/a/.", `/\a`, "/a\nb", "//"} {
		if got, err := gateway.ParseMount(in); err == nil || !strings.Contains(err.Error(), "mount point") {
			t.Errorf("%q: got %q, %v, want an error", in, got, err)
		}
	}
}

func TestNoRequestURI(t *testing.T) {
	t.Parallel()
	f := mustFill(t, noURI+"SCRIPT_NAME=/my app\nPATH_INFO=/a b?\nQUERY_STRING=c=%20", cgi())
	check(t, "RequestURI", f.RequestURI, "/my%20app/a%20b%3F?c=%20")
	check(t, "RawQuery", f.URL.RawQuery, "c=%20")
	check(t, "Path", f.URL.Path, "/a b?")
}
