package adaptertest

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"

	"github.com/gangplank-web/gangplank"
)

// What an adapter of Gangplank promises beyond http.Handler.
var gangplankCases = []Case{{
	Name: "gangplank/attached",
	Doc:  "The request arrives attached: From finds its Context, and Attach has nothing to do.",
	ours: true,
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		c := gangplank.From(r)
		p.wants("Detached", c.Detached(), false)
		gw, gr, gc := gangplank.Attach(w, r)
		p.wants("the writer is the same", http.ResponseWriter(gw) == w, true)
		p.wants("the request is the same", gr == r, true)
		p.wants("the Context is the same", gc == c, true)
		p.wants("after WithContext", gangplank.From(r.WithContext(r.Context())) == c, true)
	},
}, {
	Name: "gangplank/attach-is-free",
	Doc:  "Ten layers that attach allocate nothing.",
	ours: true,
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		for range 10 {
			gw, gr, _ := gangplank.Attach(w, r)
			p.wants("the same pair", http.ResponseWriter(gw) == w && gr == r, true)
			gw.Finish(w)
		}
		io.WriteString(w, "not finished by them")
	},
	want: want{body: "not finished by them"},
}, {
	Name: "gangplank/interface",
	Doc:  "Gateway names the protocol.",
	ours: true,
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.tell("Interface", gangplank.From(r).Gateway().Interface)
	},
	check: func(x *exchange) {
		x.do(request{}).expectFacts(facts{"Interface": x.target.Interface})
	},
}, {
	Name: "gangplank/script-name",
	Doc:  "An adapter's ScriptName is the mount, without a slash at its end: with URL.Path it makes up the path of RequestURI.",
	ours: true,
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.tell("ScriptName", gangplank.From(r).Gateway().ScriptName)
		p.tell("Path", r.URL.Path)
	},
	check: func(x *exchange) {
		k := x.do(request{target: "/a%20b/c?q"})
		k.expectFacts(facts{"Path": "/a b/c"})
		if x.target.Interface != "" {
			k.expectFacts(facts{"ScriptName": "{mount}"})
		}
	},
}, {
	Name:    "gangplank/mount",
	Doc:     "A Router finds the mount, also when its name comes again in the path.",
	ours:    true,
	handler: underRouter(tellMount),
	check: func(x *exchange) {
		x.do(request{target: "/a%20b/c?q"}).expectFacts(facts{"MountPoint": "{mount}", "Path": "/a b/c"})
		x.do(request{target: x.mount + "/page"}).expectFacts(facts{"MountPoint": "{mount}", "Path": "{mount}/page"})
	},
}, {
	Name: "gangplank/redirect",
	Doc:  "Redirect puts the mount back.",
	ours: true,
	handler: underRouter(func(w http.ResponseWriter, r *http.Request, p *probe) {
		gangplank.Redirect(w, r, "/there?a=b", http.StatusSeeOther)
	}),
	check: func(x *exchange) {
		k := x.do(request{target: "/here"})
		k.expect(want{status: http.StatusSeeOther, anyBody: true})
		if k.err == nil && !strings.HasSuffix(field(k.res.Header, "Location"), x.mount+"/there?a=b") {
			x.errorf("Location: got %q, want %q", field(k.res.Header, "Location"), x.mount+"/there?a=b")
		}
	},
}, {
	Name:   "gangplank/client-ip",
	Doc:    "ClientIP is the client's address; a forwarding field is not believed.",
	ours:   true,
	except: []Difference{NoRemotePort},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		ip := gangplank.From(r).ClientIP()
		p.wants("a loopback address", ip.IsLoopback(), true)
		remote, _ := netip.ParseAddrPort(r.RemoteAddr)
		p.wants("ClientIP", ip, remote.Addr().Unmap())
	},
	request: request{header: http.Header{"X-Forwarded-For": {"192.0.2.1"}, "X-Real-Ip": {"192.0.2.1"}, "Forwarded": {"for=192.0.2.1"}}},
}, {
	Name: "gangplank/nobody",
	Doc:  "Nobody is logged in by what the client sends: a front server's REMOTE_USER may come from an unchecked Authorization.",
	ours: true,
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.wants("User", gangplank.From(r).User().Name, "")
	},
	request: request{header: http.Header{
		"Authorization": {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}, "X-Remote-User": {"mallory"}, "Remote-User": {"mallory"},
	}},
}, {
	Name: "gangplank/reset",
	Doc:  "A page of which nothing has gone out can be replaced: status, body and what describes it.",
	ours: true,
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		gw, _, _ := gangplank.Attach(w, r)
		w.Header().Set("ETag", `"half"`)
		w.Header().Set("Set-Cookie", "kept=1")
		w.WriteHeader(http.StatusOK)
		io.WriteString(w, "half a page")
		p.wants("Reset", gw.Reset(), true)
		http.Error(w, "an error page", http.StatusInternalServerError)
	},
	want: want{status: http.StatusInternalServerError, body: "an error page\n", header: map[string]string{"Etag": absent, "Set-Cookie": "kept=1"}},
}, {
	Name: "gangplank/copy-exceeding",
	Doc:  "io.Copy is held to the declared length. Over net/http's own writer, which hands the copy to the socket, the surplus reaches the client as its next answer.",
	ours: true,
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		w.Header().Set("Content-Length", "5000")
		w.Write(pattern(5000))
		_, err := io.Copy(w, patternSection(5000, 100))
		p.wantsError("Copy", err, http.ErrContentLength)
	},
	want: want{pattern: 5000, length: 5000},
}, {
	Name: "gangplank/hooks",
	Doc:  "BeforeHead runs once, when the final head goes out, and can still change it.",
	ours: true,
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		gw, _, _ := gangplank.Attach(w, r)
		gw.BeforeHead(func(status int, h http.Header) { h.Add("X-Hook", fmt.Sprint(status)) })
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, "body")
	},
	want: want{status: http.StatusAccepted, body: "body", header: map[string]string{"X-Hook": "202"}},
}, {
	Name:   "gangplank/write-after",
	Doc:    "A goroutine that writes after its handler has returned harms nobody: the bytes go nowhere.",
	ours:   true,
	except: []Difference{ProcessPerRequest},
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		p.afterwards(func() {
			p.wait("write")
			w.Header().Set("X-Late", "1")
			w.Write(pattern(10_000))
			io.WriteString(w, "late")
			http.NewResponseController(w).Flush()
			p.tell("written", true)
			p.wait("end")
		})
		io.WriteString(w, "body")
	},
	check: func(x *exchange) {
		k := x.start(request{})
		k.readAll()
		k.let("write")
		k.hear("written")
		for i := range 5 {
			echoed := x.start(request{method: "POST", target: "/?n=1", pattern: i + 1})
			echoed.readAll()
			echoed.let("write")
			echoed.let("end")
			echoed.finish()
			echoed.expect(want{body: "body"})
		}
		k.let("end")
		k.report()
		k.expect(want{body: "body"})
	},
}}

// underRouter calls h through a Router, the way an application is built.
func underRouter(h handlerFunc) handlerFunc {
	return func(w http.ResponseWriter, r *http.Request, p *probe) {
		router := gangplank.New()
		router.HandleFunc("/*", func(w http.ResponseWriter, r *http.Request) { h(w, r, p) })
		router.ServeHTTP(w, r)
	}
}

func tellMount(w http.ResponseWriter, r *http.Request, p *probe) {
	p.tell("MountPoint", gangplank.From(r).MountPoint())
	p.tell("Path", r.URL.Path)
}
