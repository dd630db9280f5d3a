package errorpage

import (
	"fmt"
	"strings"
	"time"
)

// Text is the report as plain text, for terminals and mails.
func (r *Report) Text() string {
	w := &plain{}
	w.line("%d %s", r.Status, titleOf(r.Status))
	w.line("%s", r.Title())
	w.line("")
	w.line("error id: %s   %s", r.ID, r.Time.Format(time.RFC3339))
	w.line("request:  %s %s  (%s, %s)", r.Request.Method, r.Request.URI, r.Request.Proto, orDash(r.Gateway.Interface))
	if r.Request.Route != "" {
		w.line("route:    %s", r.Request.Route)
	}
	w.line("response: %s", r.Response)
	w.head("Error")
	w.cause(r.Error, 0)
	w.groups("The request's goroutines when its time was over", r.Stuck)
	w.fields("Values", r.Values)
	w.fields("Header", r.Request.Header)
	w.fields("Form", r.Request.Form)
	if r.Request.FormNote != "" {
		w.line("\nForm: %s", r.Request.FormNote)
	}
	w.logs(r.Logs)
	w.layers(r.Layers)
	if len(r.Hidden) > 0 {
		w.head("Hidden")
		for _, h := range r.Hidden {
			w.line("  %s: %s (%d)", h.Where, h.Why, h.Times)
		}
	}
	if len(r.Missing) > 0 {
		w.head("Not shown")
		for _, m := range r.Missing {
			w.line("  %s", m)
		}
	}
	return printable(w.String())
}

// printable takes out what would command a terminal, and what is no UTF-8.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, s)
}

// plain writes text with headings underlined.
type plain struct{ strings.Builder }

func (w *plain) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *plain) head(title string) { w.line("\n%s\n%s", title, strings.Repeat("-", len(title))) }

func (w *plain) cause(c *Cause, depth int) {
	if c == nil {
		return
	}
	indent := strings.Repeat("  ", depth)
	w.line("%s%s: %s", indent, c.Type, strings.ReplaceAll(c.Message, "\n", "\n"+indent+"  "))
	for _, f := range c.Fields {
		w.line("%s  . %s = %s", indent, f.Name, f.Value)
	}
	w.frames(indent+"  ", c.Stack)
	for _, cause := range c.Causes {
		w.cause(cause, depth+1)
	}
}

// frames writes a stack; the excerpts of application frames only.
func (w *plain) frames(indent string, frames []Frame) {
	for _, f := range frames {
		verb := "at"
		if f.Created {
			verb = "started by"
		}
		w.line("%s%s %s (%s:%d)", indent, verb, f.Func, f.File, f.Line)
		if f.Kind != "application" {
			continue
		}
		for _, l := range f.Source {
			mark := " "
			if l.Current {
				mark = ">"
			}
			w.line("%s  %s%5d  %s", indent, mark, l.N, strings.ReplaceAll(l.Text, "\t", "    "))
		}
	}
}

func (w *plain) groups(title string, groups []Group) {
	if len(groups) == 0 {
		return
	}
	w.head(title)
	for _, g := range groups {
		w.line("  %d × [%s]", g.Count, g.State)
		w.frames("    ", g.Stack)
	}
}

func (w *plain) fields(title string, fields []Field) {
	if len(fields) == 0 {
		return
	}
	w.head(title)
	for _, f := range fields {
		w.line("  %s: %s", f.Name, f.Value)
	}
}

func (w *plain) logs(logs []Log) {
	if len(logs) == 0 {
		return
	}
	w.head("Log")
	for _, l := range logs {
		w.line("  %s %s %s%s", l.Time.Format("15:04:05.000"), l.Level, l.Message, inline(l.Attrs))
	}
}

func (w *plain) layers(layers []Layer) {
	if len(layers) == 0 {
		return
	}
	w.head("Layers")
	for _, l := range layers {
		w.line("  %s%s", l.Name, timesOf(l))
	}
}

func timesOf(l Layer) string {
	switch {
	case l.Untimed:
		return ""
	case l.Took == 0:
		return fmt.Sprintf("  entered after %v, not left", l.Before)
	}
	return fmt.Sprintf("  entered after %v, left after %v", l.Before, l.Took)
}

func inline(fields []Field) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(" " + f.Name + "=" + f.Value)
	}
	return b.String()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
