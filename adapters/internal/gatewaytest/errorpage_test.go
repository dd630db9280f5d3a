//go:build linux

package gatewaytest_test

import (
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/browsertest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// gatewayOf returns the gateway of that name.
func gatewayOf(t *testing.T, name string) servertest.Gateway {
	t.Helper()
	all := servertest.Gateways()
	i := slices.IndexFunc(all, func(g servertest.Gateway) bool { return g.Name == name })
	if i < 0 {
		t.Fatalf("there is no gateway %q", name)
	}
	return all[i]
}

// developing is the probe in development mode, as a program that servers start,
// which do not pass their environment on.
func developing(t *testing.T) string {
	t.Helper()
	if probe == "" {
		t.Skip("the examples are not here")
	}
	file := filepath.Join(filepath.Dir(servertest.Socket(t)), "developing")
	script := fmt.Sprintf("#!/bin/sh\nGANGPLANK_DEVELOPMENT=1 exec %s \"$@\"\n", probe)
	servertest.WriteProgram(t, file, []byte(script))
	return file
}

// develop starts it behind a gateway, or without one, and returns its address.
func develop(t *testing.T, gateway string) string {
	t.Helper()
	program := developing(t)
	if gateway == "" {
		return startOnPort(t, exec.Command(program, "http+fd://3"))
	}
	g, mount := gatewayOf(t, gateway), "/app"
	if g.Backend == servertest.HTTPSocket { // which knows of no mount point
		mount = "/"
	}
	scheme := schemes[g.Backend]
	if scheme == "" {
		return behind(t, g, mount, program).url("")
	}
	socket := servertest.Socket(t)
	start(t, exec.Command(program, scheme+socket+"?mode=0666"))
	listens(t, "unix", socket)
	return behind(t, g, mount, socket).url("")
}

// The development page is shown to who is on this machine, and to nobody for
// whom a proxy asks.
func TestDevelopmentPageShown(t *testing.T) {
	t.Parallel()
	for gateway, shown := range map[string]bool{"": true, "nginx-fastcgi": true, "nginx-http": false, "apache-http": false, "lighttpd-cgi": true, "apache-cgid": true} {
		t.Run("gateway "+gateway, func(t *testing.T) {
			t.Parallel()
			resp, err := http.Get(develop(t, gateway) + "/error/wrapped")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != 500 || strings.Contains(string(body), "no route to host") != shown {
				t.Errorf("got %s, %v, %s", resp.Status, err, body)
			}
		})
	}
}

// A CGI program sees its client only in REMOTE_ADDR.
func TestDevelopmentPageCGI(t *testing.T) {
	t.Parallel()
	program := developing(t)
	for remote, shown := range map[string]bool{"127.0.0.1": true, "::1": true, "192.0.2.7": false, "": false} {
		cmd := exec.Command(program)
		cmd.Env = []string{"GATEWAY_INTERFACE=CGI/1.1", "SERVER_PROTOCOL=HTTP/1.1", "REQUEST_METHOD=GET", "SCRIPT_NAME=/app", "PATH_INFO=/error/wrapped",
			"SERVER_NAME=localhost", "SERVER_PORT=80", "HTTP_HOST=localhost", "REMOTE_ADDR=" + remote}
		out, _ := cmd.Output()
		if !strings.HasPrefix(string(out), "Status: 500") || strings.Contains(string(out), "no route to host") != shown {
			t.Errorf("REMOTE_ADDR %q: got %s", remote, out)
		}
	}
}

// TestErrorPageInBrowser looks at the page as a person does.
func TestErrorPageInBrowser(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	for _, gateway := range []string{"", "nginx-fastcgi", "apache-cgid"} {
		t.Run("gateway "+gateway, func(t *testing.T) {
			url := develop(t, gateway) + "/panic?token=open-sesame"
			p := b.Page()
			p.Emulate(1280, 900, false)
			p.Open(url)
			useFrames(t, p)
			useCopies(t, p, url)
			checkLooks(t, p, url)
			checkWithoutScripts(t, p, url)
			if got := p.Complaints(); len(got) > 0 {
				t.Errorf("the browser complains: %q", got)
			}
		})
	}
}

func expect(t *testing.T, p *browsertest.Page, what, expression, want string) {
	t.Helper()
	if got := p.Eval(expression); !strings.Contains(got, want) || want == "" && got != "" {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

const shownFrames = `[...document.querySelectorAll(".pane")].filter(e => e.offsetHeight > 0).map(e => e.querySelector("h3").textContent).join()`

// useFrames switches frames by keys and by clicks, and opens the editor.
func useFrames(t *testing.T, p *browsertest.Page) {
	t.Helper()
	expect(t, p, "the first frame", shownFrames, "main.doPanic")
	p.Key("l")
	expect(t, p, "folds", `document.querySelectorAll(".fold:not([open])").length`, "0")
	p.Key("j")
	if got := p.Eval(shownFrames); got == "main.doPanic" || strings.Contains(got, ",") {
		t.Errorf("j: got %q", got)
	}
	p.Key("k")
	expect(t, p, "k", shownFrames, "main.doPanic")
	p.Eval(`document.querySelectorAll(".frame")[3].click()`)
	expect(t, p, "a click", `document.querySelectorAll(".frame")[3].querySelector("code").textContent.length > 0 && document.querySelectorAll(".frame")[3].getAttribute("aria-current")`, "true")
	p.Eval(`document.querySelectorAll(".frame")[0].click()`)
	p.Eval(`document.addEventListener("click", e => { const a = e.target.closest(".editor"); if (a) { e.preventDefault(); window.opened = a.href } }, true)`)
	p.Key("e")
	expect(t, p, "the editor", `window.opened`, "/probe/failure.go:")
	p.Key("?")
	expect(t, p, "the keys", `document.getElementById("help").hidden`, "false")
	p.Eval(`document.getElementById("keys").click()`)
	p.Key("?")
	expect(t, p, "the keys when turned off", `document.getElementById("help").hidden`, "false")
	p.Eval(`document.getElementById("keys").click()`)
}

// useCopies presses the buttons and looks into the clipboard.
func useCopies(t *testing.T, p *browsertest.Page, url string) {
	t.Helper()
	host := strings.TrimPrefix(strings.SplitAfterN(url, "/", 4)[2], "http://")
	for name, want := range map[string]string{"as-markdown": "# 500 Internal Server Error", "as-text": "at main.doPanic", "as-curl": "curl -i"} {
		p.Eval(`document.querySelector("[data-copy=` + name + `]").click()`)
		until(t, "nothing is said to be copied", func() bool { return p.Eval(`document.getElementById("said").textContent`) == "Copied." })
		expect(t, p, name, `navigator.clipboard.readText()`, want)
		if got := p.Eval(`navigator.clipboard.readText()`); strings.Contains(got, "open-sesame") || name == "as-curl" && !strings.Contains(got, strings.TrimSuffix(host, "/")) {
			t.Errorf("%s: got %q", name, got)
		}
		p.Eval(`document.getElementById("said").textContent = ""`)
	}
	if strings.Contains(p.HTML(), "open-sesame") {
		t.Error("the token of the query is on the page")
	}
}

// checkLooks looks at dark and light, wide and narrow.
func checkLooks(t *testing.T, p *browsertest.Page, url string) {
	t.Helper()
	colours := map[string]bool{}
	for _, dark := range []bool{false, true} {
		for _, width := range []int{360, 1280} {
			p.Emulate(width, 800, dark)
			p.Open(url)
			until(t, "the window keeps its size", func() bool { return p.Eval(`innerWidth`) == fmt.Sprint(width) })
			if got := p.Eval(`document.documentElement.scrollWidth`); got != fmt.Sprint(width) && got != fmt.Sprint(width-15) {
				t.Errorf("at a width of %d the page is %s wide", width, got)
			}
			colours[p.Eval(`getComputedStyle(document.body).backgroundColor`)] = true
		}
	}
	if len(colours) != 2 {
		t.Errorf("got the colours %v, want one for light and one for dark", colours)
	}
}

// checkWithoutScripts reads the page with JavaScript turned off.
func checkWithoutScripts(t *testing.T, p *browsertest.Page, url string) {
	t.Helper()
	p.Scripts(false)
	p.Open(url)
	html := p.HTML()
	for _, part := range []string{"main.doPanic", "a panic was asked for", `href="#f0-1"`, "as-curl"} {
		if !strings.Contains(html, part) {
			t.Errorf("without JavaScript the page lacks %q", part)
		}
	}
	if strings.Contains(html, `<html lang="en" class="js">`) {
		t.Error("JavaScript is on")
	}
	p.Scripts(true)
}
