package errorpage

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// cause describes an error and its causes, with their stacks or without.
func (c *collector) cause(err error, depth int, stacks bool) *Cause {
	values, pcs, err := bare(err)
	if own := stack.Of(err); own != nil {
		pcs = own
	}
	out := &Cause{Type: typeOf(err), Message: c.mask.Text("message", printable(gangplank.ErrorText(err)))}
	for _, v := range values {
		out.Fields = append(out.Fields, c.anyField("value", v.key, v.value))
	}
	out.Fields = append(out.Fields, c.exported(err)...)
	if stacks {
		out.Stack = c.frames(stack.Frames(pcs), true)
	}
	if panicked, ok := err.(*PanicError); ok {
		c.mask.Any("panic", "value", panicked.Value) // for its secrets: the message has no names
		out.Type = fmt.Sprintf("panic(%T)", panicked.Value)
	}
	if len(out.Stack) > 0 && !stack.Whole(pcs) {
		c.missing("the outer calls of the stack of %s: it may have more than these %d", out.Type, len(out.Stack))
	}
	if isCut(err) {
		c.missing("what %s may have as causes: they are too many, or have no end, or the methods of one panic", out.Type)
	}
	if depth == maxDepth {
		c.tooDeep += countCauses(err)
		return out
	}
	for _, cause := range causes(err) {
		out.Causes = append(out.Causes, c.cause(cause, depth+1, stacks))
	}
	return out
}

// countCauses counts what is below err.
func countCauses(err error) (n int) {
	for _, cause := range causes(err) {
		_, _, cause = bare(cause)
		n += 1 + countCauses(cause)
	}
	return n
}

// standIn is an error that the root package has put in the place of one whose
// methods panic or lead nowhere.
type standIn interface{ StandsFor() error }

// bare takes off what is no error of its own: what Trace adds to the one that it is
// put around, which is returned as well, and a standIn for one that may be asked.
func bare(err error) (values []value, pcs []uintptr, _ error) {
	for {
		switch e := err.(type) {
		case *traced:
			values, pcs, err = append(values, e.values...), e.pcs, e.err
			continue
		case standIn:
			if below := causes(err); below != nil {
				err = below[0]
				continue
			}
		}
		return values, pcs, err
	}
}

// isCut reports whether nobody may ask err for its causes.
func isCut(err error) bool {
	_, stands := err.(standIn)
	_, unwraps := err.(interface{ Unwrap() error })
	return stands && !unwraps
}

func typeOf(err error) string {
	if e, ok := err.(standIn); ok {
		err = e.StandsFor()
	}
	return fmt.Sprintf("%T", err)
}

// exported are the exported fields of an error, as cgitb showed the public
// attributes of an exception. Errors among them are causes, and shown as such.
func (c *collector) exported(err error) []Field {
	v := reflect.ValueOf(err)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	if _, ours := err.(*PanicError); ours {
		return nil
	}
	var out []Field
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || v.Field(i).IsZero() || f.Type.Implements(reflect.TypeFor[error]()) {
			continue
		}
		out = append(out, c.anyField("field", f.Name, v.Field(i).Interface()))
	}
	return out
}

// maxSourceFrames bounds the frames with excerpts, of one stack: an endless
// recursion has thousands.
const maxSourceFrames = 40

func (c *collector) frames(frames []stack.Frame, source bool) []Frame {
	var out []Frame
	for i, f := range frames {
		d := Frame{Func: f.Func, File: f.File, Line: f.Line, Kind: c.page.kind(f)}
		located := c.page.sources.Locate(f)
		if located != "" {
			d.File = located
		}
		d.Editor = c.page.editorLink(f.File, located, f.Line)
		if source && i < maxSourceFrames && c.page.Context >= 0 {
			d.Source = c.excerpt(f, d.Kind)
		}
		out = append(out, d)
	}
	return out
}

// sourceless says so if no frame of the program's own has source, and how to mend it.
func (c *collector) sourceless() {
	var frames []Frame
	for _, cause := range c.out.Chain() {
		frames = append(frames, cause.Stack...)
	}
	for _, g := range c.out.Stuck {
		frames = append(frames, g.Stack...)
	}
	frames = slices.DeleteFunc(frames, func(f Frame) bool { return f.Kind != "application" })
	if len(frames) == 0 || c.page.Context < 0 || slices.ContainsFunc(frames, func(f Frame) bool { return f.Source != nil }) {
		return
	}
	c.missing("source: %s and the others are not on this machine. Config.SourceDir says where they are, Config.Source embeds them.", frames[0].File)
}

// excerpt is masked as a whole: a private key has many lines. The standard
// library has no secrets, and most of the frames.
func (c *collector) excerpt(f stack.Frame, kind string) []Line {
	lines, first := c.page.sources.Excerpt(f, c.page.Context)
	if lines == nil {
		return nil
	}
	if kind != "standard" {
		lines = strings.Split(c.mask.Source("source", strings.Join(lines, "\n")), "\n")
	}
	var out []Line
	for n, text := range lines {
		out = append(out, Line{N: first + n, Text: text, Current: first+n == f.Line})
	}
	return out
}

func (p *page) kind(f stack.Frame) string {
	switch {
	case p.application(f):
		return "application"
	case stack.Standard(stack.Package(f.Func)):
		return "standard"
	}
	return "module"
}
