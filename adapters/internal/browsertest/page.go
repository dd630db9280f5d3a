//go:build linux

package browsertest

import (
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// Page is a tab.
type Page struct {
	b       *Browser
	session string
	frame   string
	loads   chan string // the documents that have been loaded, by what DevTools calls their loaders
	shown   string      // the last of them that was waited for

	mu         sync.Mutex
	complaints []string
}

type object = map[string]any

// Page opens an empty tab, in which the clipboard may be used.
func (b *Browser) Page() *Page {
	b.t.Helper()
	var target struct{ TargetID string }
	b.must("", "Target.createTarget", object{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.must("", "Target.attachToTarget", object{"targetId": target.TargetID, "flatten": true}, &attached)
	p := &Page{b: b, session: attached.SessionID, frame: target.TargetID, loads: make(chan string, 16)}
	b.mu.Lock()
	b.events[p.session] = p.event
	b.mu.Unlock()
	for _, domain := range []string{"Page", "Runtime", "Log"} {
		p.must(domain+".enable", object{}, nil)
	}
	p.must("Page.setLifecycleEventsEnabled", object{"enabled": true}, nil)
	p.must("Emulation.setFocusEmulationEnabled", object{"enabled": true}, nil)
	b.must("", "Browser.grantPermissions", object{"permissions": []string{"clipboardReadWrite", "clipboardSanitizedWrite"}}, nil)
	return p
}

func (b *Browser) must(session, method string, params, result any) {
	b.t.Helper()
	if err := b.call(session, method, params, result); err != nil {
		b.t.Fatal(err)
	}
}

func (p *Page) must(method string, params, result any) {
	p.b.t.Helper()
	p.b.must(p.session, method, params, result)
}

// event notes what the browser complains about: exceptions, console errors and
// warnings, violations of the Content-Security-Policy. That a page was answered
// with a status of 500 it reports too, as source "network": that is no complaint.
func (p *Page) event(m message) {
	var params struct {
		Entry            struct{ Source, Level, Text string }
		Name, Type       string
		FrameID          string
		LoaderID         string
		Args             json.RawMessage
		ExceptionDetails json.RawMessage
	}
	_ = json.Unmarshal(m.Params, &params)
	switch m.Method {
	case "Page.lifecycleEvent":
		if params.Name == "load" && params.FrameID == p.frame {
			select {
			case p.loads <- params.LoaderID:
			default: // nobody waits for that many
			}
		}
	case "Runtime.exceptionThrown":
		p.complain(string(params.ExceptionDetails))
	case "Runtime.consoleAPICalled":
		if params.Type == "error" || params.Type == "warning" {
			p.complain(string(params.Args))
		}
	case "Log.entryAdded":
		if level := params.Entry.Level; params.Entry.Source != "network" && (level == "error" || level == "warning") {
			p.complain(params.Entry.Source + ": " + params.Entry.Text)
		}
	}
}

func (p *Page) complain(text string) {
	p.mu.Lock()
	p.complaints = append(p.complaints, text)
	p.mu.Unlock()
}

// Complaints returns what the browser has complained about so far.
func (p *Page) Complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.complaints...)
}

// Emulate sets the window's size in CSS pixels, and the preferred colours.
func (p *Page) Emulate(width, height int, dark bool) {
	p.b.t.Helper()
	p.must("Emulation.setDeviceMetricsOverride", object{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	p.must("Emulation.setEmulatedMedia", object{"features": []object{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// Scripts turns JavaScript on or off for the pages opened from now on.
func (p *Page) Scripts(on bool) {
	p.b.t.Helper()
	p.must("Emulation.setScriptExecutionDisabled", object{"value": !on}, nil)
}

// Open opens url and waits until it is loaded.
func (p *Page) Open(url string) {
	p.b.t.Helper()
	var navigated struct{ LoaderID, ErrorText string }
	p.must("Page.navigate", object{"url": url}, &navigated)
	if navigated.ErrorText != "" {
		p.b.t.Fatalf("%s: %s", url, navigated.ErrorText)
	}
	p.await(url, func(loader string) bool { return loader == navigated.LoaderID })
}

// Follow runs JavaScript that leads to another page, such as a click on a link or
// a button of a form, and waits until that is loaded.
func (p *Page) Follow(statements string) {
	p.b.t.Helper()
	p.Eval("setTimeout(() => { " + statements + " })") // not yet: this page has to answer first
	p.awaitAnother(statements)
}

// awaitAnother waits until another document than the one shown is loaded.
func (p *Page) awaitAnother(what string) {
	p.b.t.Helper()
	p.await(what, func(loader string) bool { return loader != p.shown })
}

// await waits until that document is loaded. On a slow machine the load of an
// older one, the tab's first say, may be told late.
func (p *Page) await(what string, wanted func(loader string) bool) {
	p.b.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case loader := <-p.loads:
			if wanted(loader) {
				p.shown = loader
				return
			}
		case <-timeout:
			p.b.t.Fatalf("no page is loaded after: %s", what)
		}
	}
}

// Eval returns what a JavaScript expression says, as text; promises are awaited.
func (p *Page) Eval(expression string) string {
	p.b.t.Helper()
	var out struct {
		Result           struct{ Value any }
		ExceptionDetails json.RawMessage
	}
	p.must("Runtime.evaluate", object{"expression": "(async () => String(await (" + expression + ")))()", "awaitPromise": true, "returnByValue": true, "userGesture": true}, &out)
	if out.ExceptionDetails != nil {
		p.b.t.Fatalf("%s: %s", expression, out.ExceptionDetails)
	}
	text, _ := out.Result.Value.(string)
	return text
}

// HTML returns the page's own markup, also where JavaScript is off.
func (p *Page) HTML() string {
	p.b.t.Helper()
	var doc struct{ Root struct{ NodeID int } }
	p.must("DOM.getDocument", object{}, &doc)
	var html struct{ OuterHTML string }
	p.must("DOM.getOuterHTML", object{"nodeId": doc.Root.NodeID}, &html)
	return strings.TrimSpace(html.OuterHTML)
}
