package errorpage

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
)

// editors are the addresses under which editors open a file.
var editors = map[string]string{
	"none":     "",
	"vscode":   "vscode://file/{file}:{line}",
	"vscodium": "vscodium://file/{file}:{line}",
	"cursor":   "cursor://file/{file}:{line}",
	"windsurf": "windsurf://file/{file}:{line}",
	"zed":      "zed://file/{file}:{line}",
	"idea":     "idea://open?file={file}&line={line}",
	"goland":   "goland://open?file={file}&line={line}",
	"sublime":  "subl://open?url=file://{file}&line={line}",
	"textmate": "txmt://open?url=file://{file}&line={line}",
	"emacs":    "org-protocol://open-file?url=file://{file}&line={line}",
	"macvim":   "mvim://open?url=file://{file}&line={line}",
}

// editorURL returns the address of the editor of that name, or checks an own one.
func editorURL(editor string) (string, error) {
	if known, ok := editors[editor]; ok || editor == "" {
		return known, nil
	}
	scheme, _, ok := strings.Cut(editor, ":")
	if !ok || !strings.Contains(editor, "{file}") {
		return "", fmt.Errorf("%q is neither a known editor nor an address with {file}", editor)
	}
	switch strings.ToLower(strings.TrimSpace(scheme)) {
	case "javascript", "data", "vbscript", "blob":
		return "", fmt.Errorf("%q would run in the page", editor)
	}
	return editor, nil
}

// editorLink is the link that opens a file, or "". Paths may have the file's own
// name, which -trimpath makes one below its module, or where it is on this machine.
func (p *page) editorLink(name, located string, line int) string {
	file, mapped := p.mapPath(name)
	if !mapped {
		file, _ = p.mapPath(located)
	}
	if p.editor == "" || file == "" {
		return ""
	}
	file = filepath.ToSlash(file)
	escaped := (&url.URL{Path: file}).EscapedPath()
	if query := strings.IndexByte(p.editor, '?'); query >= 0 && strings.Index(p.editor, "{file}") > query {
		escaped = strings.ReplaceAll(url.QueryEscape(file), "%2F", "/")
	} else {
		escaped = strings.TrimPrefix(escaped, "/")
		if !strings.Contains(p.editor, "/{file}") {
			escaped = "/" + escaped
		}
	}
	return strings.NewReplacer("{file}", escaped, "{line}", strconv.Itoa(line)).Replace(p.editor)
}

// mapPath replaces the longest folder of Paths.
func (p *page) mapPath(file string) (_ string, mapped bool) {
	best := ""
	for from := range p.Paths {
		clean := strings.TrimSuffix(from, "/")
		if rest, ok := strings.CutPrefix(file, clean); ok && len(from) > len(best) && strings.HasPrefix(rest, "/") {
			best = from
		}
	}
	if best == "" {
		return file, false
	}
	return strings.TrimSuffix(p.Paths[best], "/") + strings.TrimPrefix(file, strings.TrimSuffix(best, "/")), true
}
