//go:build linux

package gatewaytest_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/browsertest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
)

// TestWikiInBrowser uses the wiki as a person does, over HTTP and as a CGI
// program of Apache.
func TestWikiInBrowser(t *testing.T) {
	t.Parallel()
	binary := example(t, "wiki")
	t.Run("http", func(t *testing.T) {
		t.Parallel()
		storage := filepath.Join(t.TempDir(), "wiki.db")
		useWikiInBrowser(t, startOnPort(t, exec.Command(binary, "-http", "-signup", "-storage", storage, "http+fd://3")))
	})
	t.Run("cgi", func(t *testing.T) {
		t.Parallel()
		for _, g := range servertest.Gateways() {
			if g.Name == "apache-cgid" {
				useWikiInBrowser(t, siteOf(t, g, "/cgi-bin/wiki.cgi", wiki(t, binary)).url(""))
			}
		}
	})
}

// person is somebody at a browser. The wiki has no script of its own: what is
// evaluated stands for the person's eyes, and for a mouse.
type person struct {
	*browsertest.Page
	t     *testing.T
	wiki  string // its address
	other *browsertest.Page
}

func useWikiInBrowser(t *testing.T, wiki string) {
	b := browsertest.Start(t)
	p := person{b.Page(), t, wiki, b.Page()}
	p.Emulate(1280, 900, false)
	p.signUp()
	p.write()
	p.conflict()
	p.compare()
	p.attach()
	p.find()
	p.administer()
	p.comeBack()
	p.onlyKeys()
	if got := append(p.Complaints(), p.other.Complaints()...); len(got) > 0 {
		t.Errorf("the browser complains: %q", got)
	}
}

func (p person) open(path string) { p.t.Helper(); p.Open(p.wiki + path) }

// sees checks that the first element of that kind has the text.
func (p person) sees(selector, text string) {
	p.t.Helper()
	expect(p.t, p.Page, selector, fmt.Sprintf(`document.querySelector(%q)?.textContent`, selector), text)
}

func (p person) click(selector string) {
	p.t.Helper()
	p.Follow(fmt.Sprintf(`document.querySelector(%q).click()`, selector))
}

// enter writes into a field in place of what it holds.
func (p person) enter(selector, text string) {
	p.t.Helper()
	p.Eval(fmt.Sprintf(`document.querySelector(%q).select()`, selector))
	p.Eval(fmt.Sprintf(`document.querySelector(%q).focus()`, selector))
	p.Type(text)
}

// looks sees the page dark and light, wide and narrow: it has to fit, and its
// text must be told from its paper.
func (p person) looks(name string) {
	p.t.Helper()
	kind := "http"
	if strings.Contains(p.wiki, "cgi") {
		kind = "cgi"
	}
	for _, dark := range []bool{true, false} {
		for _, width := range []int{360, 1280} {
			p.Emulate(width, 900, dark)
			until(p.t, "the window keeps its size", func() bool { return p.Eval(`innerWidth`) == fmt.Sprint(width) })
			expect(p.t, p.Page, fmt.Sprint(name, " at a width of ", width, ", beyond the edge"), tooWide, "")
			expect(p.t, p.Page, name+": dark", `getComputedStyle(document.body).backgroundColor.match(/\d+/)[0] < 100`, fmt.Sprint(dark))
			p.Look(fmt.Sprintf("%s-%s-%d-%v", name, kind, width, map[bool]string{true: "dark", false: "light"}[dark]))
		}
	}
}

// tooWide names what makes the page scroll sideways, if it does.
const tooWide = `document.documentElement.scrollWidth <= document.documentElement.clientWidth ? "" :
	[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.outerHTML.slice(0, 80)).join(" | ") || "something"`

func (p person) signUp() {
	p.open("/")
	p.sees("h1", "Front Page")
	p.looks("home")
	p.open("/signup")
	p.sees(".note", "no account yet")
	p.looks("signup")
	p.enter("#name", "alice")
	p.enter("#password", "correct horse")
	p.click("main button.primary")
	p.sees(".flash", "Welcome, alice.")
	p.sees(".who", "alice")
}

const tides = "# When to sail\n\nThe tide *turns* twice a day. See [[Front Page]] and [[Harbour]].\n\n" +
	"| Port | High water |\n|---|---|\n| Leith | 04:12 |\n| Aberdeen | 03:01 |\n\n- [x] look at the table\n- [ ] wait\n\n```\nhigh = low + 6h12m\n```\n\n> Time and tide wait for no man.\n\n[[Category:Gangplank]]\n"

func (p person) write() {
	p.open("/pages/Tides")
	p.sees(".note", "There is no such page yet")
	p.looks("missing")
	p.click(".button")
	p.enter("#text", tides)
	p.click("button[value=preview]")
	p.sees(".preview td", "Leith")
	p.looks("edit")
	p.enter("#comment", "A table of the tides")
	p.click("button[value=save]")
	p.sees(".flash", "Saved.")
	p.sees(".text a.missing", "Harbour")
	p.looks("page")
}

// conflict has two tabs edit one page.
func (p person) conflict() {
	p.open("/pages/Tides/edit")
	p.enter("#text", strings.Replace(tides, "twice a day", "every six hours", 1))
	other := person{p.other, p.t, p.wiki, nil}
	other.open("/pages/Tides/edit")
	other.enter("#text", strings.Replace(tides, "04:12", "04:21", 1))
	other.enter("#comment", "Leith is later")
	other.click("button[value=save]")
	p.enter("#comment", "More exact")
	p.click("button[value=save]")
	p.sees(".conflict h2", "Somebody else saved this page")
	p.sees(".conflict .removed", "The tide *turns* twice a day.")
	expect(p.t, p.Page, "what was typed", `document.querySelector("#text").value`, "every six hours")
	p.looks("conflict")
	p.click("button[value=save]")
	p.sees(".text p", "every six hours")
}

func (p person) compare() {
	p.click(`.tabs a[href$="/history"]`)
	p.sees(".history li", "More exact")
	expect(p.t, p.Page, "the revisions", `document.querySelectorAll(".history li").length`, "3")
	p.looks("history")
	p.click("main form button")
	p.sees(".diff .added code", "every six hours")
	p.looks("diff")
	p.open("/pages/Tides/revisions/1")
	p.looks("revision")
	p.click("main form button")
	p.sees(".flash", "Revision 1 is the page again.")
	p.sees(".text p", "twice a day")
}

// onePixel is a picture.
const onePixel = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

func (p person) attach() {
	p.click(`.tabs a[href$="/about"]`)
	for name, content := range map[string]string{"tide table.txt": "Leith 04:12\n", "harbour.gif": onePixel} {
		file := filepath.Join(p.t.TempDir(), name)
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			p.t.Fatal(err)
		}
		p.Choose("input[type=file]", file)
		p.click("form[enctype] button")
		p.sees(".flash", name+" is attached.")
	}
	p.looks("about")
	p.open("/pages/Tides/edit")
	p.enter("#text", tides+"\n![[harbour.gif]]\n")
	p.click("button[value=save]")
	expect(p.t, p.Page, "the picture's width", `document.querySelector(".text img").naturalWidth`, "1")
}

func (p person) find() {
	p.enter("input[type=search]", "aberdeen")
	p.Press("Enter")
	p.sees(".hit a", "Tides")
	p.sees(".hit mark", "Aberdeen")
	p.looks("search")
	p.open("/changes")
	p.sees(".history a", "Tides")
	p.looks("changes")
	p.open("/index")
	p.looks("index")
}

func (p person) administer() {
	p.click(`.bar a[href$="/admin"]`)
	p.sees("td", "alice")
	p.sees("td .mark", "this one")
	p.looks("admin")
	p.click(`.who a`)
	p.sees("td .mark", "here")
	p.looks("account")
	p.open("/pages/Tides/about")
	p.Eval(`document.querySelector("select[name=role]").value = "admin"`)
	p.click(`form[action$="/lock"] button`)
	p.sees(".flash", "Only who has the role admin")
}

func (p person) comeBack() {
	p.click(".who button")
	p.sees(".who", "Log in")
	expect(p.t, p.Page, "tabs without an account", `[...document.querySelectorAll(".tabs a")].map(a => a.textContent).join()`, "Read,History,About")
	p.open("/pages/Tides/edit")
	p.sees("h1", "Log in")
	p.enter("#username", "alice")
	p.enter("#password", "wrong horse")
	p.click("main button.primary")
	p.sees(".flash.error", "do not belong together")
	p.looks("login")
	p.enter("#password", "correct horse")
	p.click("main button.primary")
	expect(p.t, p.Page, "where it was going", `location.pathname`, "/pages/Tides/edit")
}

// onlyKeys reaches a page, changes it and saves it without a mouse, and sees at
// every step where the focus is.
func (p person) onlyKeys() {
	p.open("/pages/Tides")
	p.Key("Tab")
	p.focused(".skip")
	p.Key("Enter")
	p.tabTo("Edit")
	p.Press("Enter")
	p.focused("#text")
	p.Type("By keys alone. ")
	p.tabTo("Save")
	p.Press("Enter")
	p.sees(".flash", "Saved.")
	p.sees(".text", "By keys alone.")
	p.tabTo("History")
	p.Press("Enter")
	p.tabTo("Compare")
	p.Press("Enter")
	p.sees(".diff .added code", "By keys alone.")
}

// focused waits for the focus: autofocus gives it some time after the page is
// loaded.
func (p person) focused(selector string) {
	p.t.Helper()
	expect(p.t, p.Page, "the focus on "+selector, fmt.Sprintf(`new Promise(done => {
		const look = () => document.activeElement.matches(%q) ? done(true) : setTimeout(look, 10)
		setTimeout(() => done(false), 60000)
		look()
	})`, selector), "true")
	expect(p.t, p.Page, "the ring around "+selector, `getComputedStyle(document.activeElement).outlineStyle`, "solid")
}

// tabTo presses the tabulator until the focus is on what is called that.
func (p person) tabTo(name string) {
	p.t.Helper()
	for range 40 {
		p.Key("Tab")
		if p.Eval(`document.activeElement.textContent || document.activeElement.ariaLabel`) == name {
			expect(p.t, p.Page, "the ring around "+name, `getComputedStyle(document.activeElement).outlineStyle`, "solid")
			return
		}
	}
	p.t.Fatalf("no tabulator leads to %q", name)
}
