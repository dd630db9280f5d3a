//go:build linux

package browsertest

import (
	"encoding/base64"
	"os"
	"path/filepath"
)

// screenshots is the environment variable with the folder where Look keeps what
// it sees, for a person to judge.
const screenshots = "GANGPLANK_SCREENSHOTS"

// codes are what the browser goes by at keys that are no character's.
var codes = map[string]int{"Tab": 9, "Enter": 13}

// Key presses a key: a character, Tab or Enter.
func (p *Page) Key(key string) {
	p.b.t.Helper()
	text := key
	switch key {
	case "Tab":
		text = ""
	case "Enter":
		text = "\r"
	}
	p.must("Input.dispatchKeyEvent", object{"type": "keyDown", "key": key, "text": text, "windowsVirtualKeyCode": codes[key]}, nil)
	p.must("Input.dispatchKeyEvent", object{"type": "keyUp", "key": key, "windowsVirtualKeyCode": codes[key]}, nil)
}

// Press presses a key that leads to another page, and waits until that is loaded.
func (p *Page) Press(key string) {
	p.b.t.Helper()
	p.Key(key)
	p.awaitAnother("the key " + key)
}

// Type writes text where the focus is.
func (p *Page) Type(text string) {
	p.b.t.Helper()
	p.must("Input.insertText", object{"text": text}, nil)
}

// Choose gives the file to the input that the selector finds, as the system's
// dialog would.
func (p *Page) Choose(selector, file string) {
	p.b.t.Helper()
	var doc, input struct {
		Root   struct{ NodeID int }
		NodeID int
	}
	p.must("DOM.getDocument", object{}, &doc)
	p.must("DOM.querySelector", object{"nodeId": doc.Root.NodeID, "selector": selector}, &input)
	p.must("DOM.setFileInputFiles", object{"nodeId": input.NodeID, "files": []string{file}}, nil)
}

// Look keeps a picture of the whole page under that name, if somebody wants to
// see it: if GANGPLANK_SCREENSHOTS names a folder.
func (p *Page) Look(name string) {
	p.b.t.Helper()
	dir := os.Getenv(screenshots)
	if dir == "" {
		return
	}
	var picture struct{ Data string }
	p.must("Page.bringToFront", object{}, nil) // a tab behind another is not drawn
	p.must("Page.captureScreenshot", object{"captureBeyondViewport": true}, &picture)
	png, err := base64.StdEncoding.DecodeString(picture.Data)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		p.b.t.Fatal(err)
	}
}
