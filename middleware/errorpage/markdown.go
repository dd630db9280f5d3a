package errorpage

import (
	"fmt"
	"strings"
	"time"
)

// Markdown is the report for an issue tracker, a chat or a language model.
func (r *Report) Markdown() string {
	w := &markdown{}
	w.line("# %d %s: %s", r.Status, titleOf(r.Status), markdownText(firstLine(r.Title())))
	w.line("")
	w.line("- Error id: `%s`, %s", r.ID, r.Time.Format(time.RFC3339))
	w.line("- Request: %s, %s, gateway %s", code(r.Request.Method+" "+r.Request.URI), r.Request.Proto, orDash(r.Gateway.Interface))
	if r.Request.Route != "" {
		w.line("- Route: %s", code(r.Request.Route))
	}
	w.line("- Response: %s", r.Response)
	for _, f := range r.Build {
		if f.Name == "Go" || f.Name == "module" || f.Name == "vcs.revision" {
			w.line("- %s: %s", f.Name, code(f.Value))
		}
	}
	w.line("\n## Error\n")
	w.cause(r.Error, 0)
	for _, c := range r.Chain() {
		w.stack("Stack of "+c.Type, c.Stack)
	}
	for _, g := range r.Stuck {
		w.stack(fmt.Sprintf("%d goroutine(s) of the request when its time was over: %s", g.Count, g.State), g.Stack)
	}
	w.table("Values", r.Values)
	w.table("Request header", r.Request.Header)
	w.table("Form", r.Request.Form)
	if r.Request.FormNote != "" {
		w.line("\nForm: %s", markdownText(r.Request.FormNote))
	}
	if len(r.Logs) > 0 {
		w.line("\n## Log\n")
		for _, l := range r.Logs {
			w.line("- %s", code(l.Time.Format("15:04:05.000")+" "+l.Level+" "+l.Message+inline(l.Attrs)))
		}
	}
	if len(r.Hidden) > 0 {
		w.line("\nSecrets are hidden: %d kinds of place.", len(r.Hidden))
	}
	for _, m := range r.Missing {
		w.line("\nNot shown: %s", markdownText(m))
	}
	return printable(w.String())
}

type markdown struct{ strings.Builder }

func (w *markdown) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *markdown) cause(c *Cause, depth int) {
	if c == nil {
		return
	}
	indent := strings.Repeat("  ", depth)
	w.line("%s- %s %s", indent, code(c.Type), markdownText(firstLine(c.Message)))
	if strings.Contains(c.Message, "\n") { // the detail of a compiler, a template, a validator
		w.block(indent+"  ", "", strings.Split(c.Message, "\n"))
	}
	for _, f := range c.Fields {
		w.line("%s  - %s = %s", indent, markdownText(f.Name), code(f.Value))
	}
	for _, cause := range c.Causes {
		w.cause(cause, depth+1)
	}
}

// excerpts is how many application frames come with their source.
const excerpts = 3

func (w *markdown) stack(title string, frames []Frame) {
	if len(frames) == 0 {
		return
	}
	w.line("\n## %s\n", markdownText(title))
	n := 0
	for _, f := range frames {
		w.line("- %s %s", code(f.Func), code(fmt.Sprintf("%s:%d", f.File, f.Line)))
		if f.Kind != "application" || len(f.Source) == 0 || n == excerpts {
			continue
		}
		n++
		var lines []string
		for _, l := range f.Source {
			mark := "  "
			if l.Current {
				mark = "> "
			}
			lines = append(lines, fmt.Sprintf("%s%d\t%s", mark, l.N, l.Text))
		}
		w.block("  ", "go", lines)
	}
}

// block writes lines as they are, between fences that are longer than any in them.
func (w *markdown) block(indent, language string, lines []string) {
	fence, text := "```", strings.Join(lines, "\n")
	for strings.Contains(text, fence) {
		fence += "`"
	}
	w.line("\n%s%s%s", indent, fence, language)
	for _, l := range lines {
		w.line("%s%s", indent, l)
	}
	w.line("%s%s\n", indent, fence)
}

func (w *markdown) table(title string, fields []Field) {
	if len(fields) == 0 {
		return
	}
	w.line("\n## %s\n\n| name | value |\n|---|---|", title)
	for _, f := range fields {
		w.line("| %s | %s |", markdownText(f.Name), strings.ReplaceAll(code(f.Value), "|", `\|`))
	}
}

// code quotes s, on one line, with enough backticks.
func code(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 || s == "" {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

var markdownEscaper = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "|", `\|`, "#", `\#`)

// markdownText escapes what would be markup: messages contain what clients sent.
func markdownText(s string) string {
	return markdownEscaper.Replace(strings.Join(strings.Fields(s), " "))
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
