package errorpage

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"path/filepath"
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

var reportTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Funcs(template.FuncMap{
		"highlight": highlight,
		"link":      func(s string) template.URL { return template.URL(s) }, // Validate has checked its scheme
		"base":      func(file string) string { return path.Base(filepath.ToSlash(file)) },
		"short":     shortFunc,
		"round":     func(d time.Duration) time.Duration { return d.Round(time.Microsecond) },
		"title":     titleOf,
		"clock":     func(t time.Time) string { return t.Format("15:04:05.000") },
		"micros":    func(d time.Duration) int64 { return d.Microseconds() },
	}).Parse(reportHTML))
})

// writeReport answers with the development page.
func (p *page) writeReport(w http.ResponseWriter, r *http.Request, f *failure) {
	report := p.reportOf(r, f)
	switch formatFor(r) {
	case asHTML:
		nonce := setPolicy(w.Header())
		send(w, f.status, "text/html; charset=utf-8", report.html(nonce, nil))
	case asProblem:
		send(w, f.status, "application/problem+json", problemJSON(p.publicPage(w, r, f), report))
	case asMarkdown:
		send(w, f.status, "text/markdown; charset=utf-8", []byte(report.Markdown()))
	default:
		send(w, f.status, "text/plain; charset=utf-8", []byte(report.Text()))
	}
}

// view is what the template sees.
type view struct {
	*Report
	Nonce  string
	CSS    template.CSS
	JS     template.JS
	Stacks []stackView
	Record *Record // for a stored report
	Total  time.Duration
}

type stackView struct {
	Title, Message string
	Runs           []run
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
}

// html renders the report. What it contains was masked when it was made.
func (r *Report) html(nonce string, rec *Record) []byte {
	v := view{Report: r, Nonce: nonce, CSS: template.CSS(reportCSS), JS: template.JS(reportJS), Record: rec}
	for _, c := range r.Chain() {
		if len(c.Stack) > 0 {
			v.addStack(c.Type, firstLine(c.Message), c.Stack)
		}
	}
	for _, g := range r.Stuck {
		v.addStack("goroutine of this request", strconv.Itoa(g.Count)+" × ["+g.State+"] when its time was over", g.Stack)
	}
	for _, l := range r.Layers {
		v.Total = max(v.Total, l.Before+l.Took)
	}
	var b bytes.Buffer
	if err := reportTemplate().Execute(&b, v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func (v *view) addStack(title, message string, frames []Frame) {
	s := stackView{Title: title, Message: message}
	selected := false
	for i, f := range frames {
		open := f.Kind == "application"
		fv := frameView{Frame: f, ID: fmt.Sprintf("f%d-%d", len(v.Stacks), i), Selected: open && !selected}
		selected = selected || open
		if last := len(s.Runs) - 1; last >= 0 && s.Runs[last].Open == open {
			s.Runs[last].Frames = append(s.Runs[last].Frames, fv)
			continue
		}
		s.Runs = append(s.Runs, run{Open: open, Frames: []frameView{fv}})
	}
	if !selected && len(s.Runs) > 0 { // no frame of the program's own: open what there is
		s.Runs[0].Open, s.Runs[0].Frames[0].Selected = true, true
	}
	for i := range s.Runs {
		s.Runs[i].Label = label(s.Runs[i].Frames)
	}
	v.Stacks = append(v.Stacks, s)
}

// label names folded frames: "6 calls in net/http, gangplank".
func label(frames []frameView) string {
	var names []string
	seen := map[string]bool{}
	for _, f := range frames {
		if pkg := packageName(stack.Package(f.Func)); !seen[pkg] {
			seen[pkg] = true
			names = append(names, pkg)
		}
	}
	calls := " calls in "
	if len(frames) == 1 {
		calls = " call in "
	}
	return strconv.Itoa(len(frames)) + calls + strings.Join(names, ", ")
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
