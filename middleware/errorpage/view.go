package errorpage

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

//go:embed report.html
var reportHTML string

//go:embed report.css
var reportCSS string

//go:embed report.js
var reportJS string

var reportTemplate = sync.OnceValue(func() *template.Template { return parse("report", reportHTML) })

func parse(name, text string) *template.Template {
	return template.Must(template.New(name).Funcs(template.FuncMap{
		"highlight": highlight,
		"link":      func(s string) template.URL { return template.URL(s) }, // Validate has checked its scheme
		"base":      func(file string) string { return path.Base(filepath.ToSlash(file)) },
		"short":     shortFunc,
		"first":     firstLine,
		"own":       ownMessage,
		"place":     placeOf,
		"calls":     calls,
		"title":     titleOf,
		"round":     func(d time.Duration) time.Duration { return d.Round(time.Microsecond) },
		"clock":     func(t time.Time) string { return t.Format("15:04:05.000") },
		"day":       func(t time.Time) string { return t.Format("2 Jan 2006, 15:04:05 MST") },
		"iso":       func(t time.Time) string { return t.Format(time.RFC3339) },
	}).Parse(text))
}

// writeReport answers with the development page.
func (p *page) writeReport(w http.ResponseWriter, r *http.Request, f *failure) {
	report := p.reportOf(r, f)
	switch formatFor(r) {
	case asHTML:
		send(w, f.status, asHTML, report.html(setPolicy(w.Header(), "'none'"), nil))
	case asProblem:
		send(w, f.status, asProblem, problemJSON(p.publicPage(w, r, f), report))
	case asMarkdown:
		send(w, f.status, asMarkdown, []byte(report.Markdown()))
	default:
		send(w, f.status, asText, []byte(report.Text()))
	}
}

// view is what the template sees.
type view struct {
	*Report
	Nonce         string
	CSS           template.CSS
	JS            template.JS
	Heading, Rest string // of the message: its first line and the others
	Kind          string // the type that tells most
	Place         *Frame // where it went wrong
	Stacks        []stackView
	Record        *Record // for a stored report
	total         time.Duration
	AllGoroutines int
}

type stackView struct {
	Title, Note string
	Runs        []run
}

// run is consecutive frames of one kind: those of libraries are folded.
type run struct {
	Open   bool
	Label  string
	Frames []frameView
}

type frameView struct {
	Frame
	ID       string
	Selected bool
	Again    int // how often the same call follows
}

// html renders the report. What it contains was masked when it was made.
func (r *Report) html(nonce string, rec *Record) []byte {
	v := view{Report: r, Nonce: nonce, CSS: template.CSS(reportCSS), JS: template.JS(reportJS), Record: rec, Kind: r.kind()}
	v.Heading, v.Rest, _ = strings.Cut(r.Title(), "\n")
	for _, c := range r.Chain() {
		v.addStack(firstLine(c.Message), c.Type, c.Stack)
	}
	for _, g := range r.Stuck {
		v.addStack("Goroutine of this request", strconv.Itoa(g.Count)+" × "+g.State+" when its time was over", g.Stack)
	}
	for _, l := range r.Layers {
		v.total = max(v.total, l.Before+l.Took)
	}
	var b bytes.Buffer
	if err := reportTemplate().Execute(&b, &v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// kind is the type that tells most of the tree's: the first one that does more
// than wrap, join or hold a text.
func (r *Report) kind() string {
	for _, c := range r.Chain() {
		if c.Type != httpErrorType && !strings.HasPrefix(c.Type, "*fmt.wrap") && !strings.HasPrefix(c.Type, "*errors.") {
			return c.Type
		}
	}
	return ""
}

// ownMessage is what an error says besides its causes, whose messages most of
// them repeat.
func ownMessage(c *Cause) string {
	var said []string
	for _, cause := range c.Causes {
		said = append(said, cause.Message)
	}
	own, _ := strings.CutSuffix(c.Message, strings.Join(said, "\n"))
	return strings.TrimRight(own, ": ")
}

// placeOf is the frame that a developer looks at first, or nil.
func placeOf(frames []Frame) *Frame {
	if i := slices.IndexFunc(frames, func(f Frame) bool { return f.Kind == "application" }); i >= 0 {
		return &frames[i]
	}
	if len(frames) > 0 {
		return &frames[0]
	}
	return nil
}

func (v *view) addStack(title, note string, frames []Frame) {
	if len(frames) == 0 {
		return
	}
	if v.Place == nil {
		v.Place = placeOf(frames)
	}
	s := stackView{Title: title, Note: note}
	selected := false
	for i, f := range frames {
		open := f.Kind == "application"
		s.add(frameView{Frame: f, ID: fmt.Sprintf("f%d-%d", len(v.Stacks), i), Selected: open && !selected}, open)
		selected = selected || open
	}
	if !selected { // no frame of the program's own: open what there is
		s.Runs[0].Open, s.Runs[0].Frames[0].Selected = true, true
	}
	for i := range s.Runs {
		s.Runs[i].Label = label(s.Runs[i].Frames)
	}
	v.Stacks = append(v.Stacks, s)
}

// add puts a frame below those there are: into the same run if it is of the same
// kind, and only counted if it is the same call once more, as in a recursion.
func (s *stackView) add(f frameView, open bool) {
	if n := len(s.Runs); n == 0 || s.Runs[n-1].Open != open {
		s.Runs = append(s.Runs, run{Open: open})
	}
	r := &s.Runs[len(s.Runs)-1]
	if n := len(r.Frames); n > 0 && r.Frames[n-1].Func == f.Func && r.Frames[n-1].Line == f.Line {
		r.Frames[n-1].Again++
		return
	}
	r.Frames = append(r.Frames, f)
}

// Span is a layer's bar in the list of layers, in percent of the whole time.
func (v *view) Span(l Layer) (s struct{ From, Length float64 }) {
	took := l.Took
	if took == 0 { // it has not returned
		took = v.total - l.Before
	}
	if v.total > 0 {
		s.From, s.Length = 100*float64(l.Before)/float64(v.total), 100*float64(took)/float64(v.total)
	}
	return s
}

// label names folded frames: "6 calls in net/http, gangplank".
func label(frames []frameView) string {
	var names []string
	n, seen := 0, map[string]bool{}
	for _, f := range frames {
		n += 1 + f.Again
		if pkg := packageName(stack.Package(f.Func)); !seen[pkg] {
			seen[pkg] = true
			names = append(names, pkg)
		}
	}
	calls := " calls in "
	if n == 1 {
		calls = " call in "
	}
	return strconv.Itoa(n) + calls + strings.Join(names, ", ")
}

// packageName is the last element of a path that is not a version's.
func packageName(pkg string) string {
	if base := path.Base(pkg); len(base) < 2 || base[0] != 'v' || strings.Trim(base[1:], "0123456789") != "" {
		return base
	}
	return path.Base(path.Dir(pkg))
}

// shortFunc is a function's name without the path of its package.
func shortFunc(fn string) string { return fn[strings.LastIndexByte(fn, '/')+1:] }
