package form

import (
	"bytes"
	"encoding/json"
	"iter"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank/middleware/internal/posted"
)

// tell leaves what was read for an error page, which cannot read it again. An error
// in reading comes with what was read before. A second Decode, which finds an empty
// body, does not take back what the first one has told.
func (t *tree) tell(r *http.Request, err error) {
	if t.root.kids == nil && (err != nil || posted.Of(r) != nil) {
		return
	}
	t.lossy = t.lossy || err != nil
	posted.Set(r, t)
}

// MediaType is for [posted.Form].
func (t *tree) MediaType() string { return t.mediaType }

// Whole is for [posted.Form].
func (t *tree) Whole() bool { return !t.lossy }

// Fields is for [posted.Form].
func (t *tree) Fields() iter.Seq[posted.Field] {
	return func(yield func(posted.Field) bool) { (&place{node: &t.root, elem: t.target}).visitBelow(yield) }
}

// JSON is for [posted.Form].
func (t *tree) JSON(text func(posted.Field) string) string {
	var b strings.Builder
	(&place{node: &t.root, elem: t.target}).writeJSON(&b, text)
	return b.String()
}

// A place is a node with what the struct that is to be filled says about it.
type place struct {
	*node
	name   string
	elem   reflect.Type // nil: the struct has nothing for it
	secret bool         // it, or what it is a part of
}

// places are those below p, in the order of their names; of JSON's lists, in theirs.
func (p *place) places() iter.Seq2[string, *place] {
	levels := slices.Sorted(maps.Keys(p.kids))
	if p.kind == kindList {
		for i := range levels {
			levels[i] = strconv.Itoa(i)
		}
	}
	return func(yield func(string, *place) bool) {
		for _, level := range levels {
			elem, secret := below(p.elem, level)
			if !yield(level, &place{p.kids[level], join(p.name, level), elem, secret || p.secret}) {
				return
			}
		}
	}
}

// visitBelow yields the values below p, until yield is content.
func (p *place) visitBelow(yield func(posted.Field) bool) bool {
	for _, kid := range p.places() {
		for f := range kid.own() {
			if !yield(f) {
				return false
			}
		}
		if !kid.visitBelow(yield) {
			return false
		}
	}
	return true
}

// own are the values of p alone.
func (p *place) own() iter.Seq[posted.Field] {
	return func(yield func(posted.Field) bool) {
		f := posted.Field{Name: p.name, Secret: p.secret}
		if p.sent != "" {
			f.Name = p.sent
		}
		for _, f.Text = range p.texts {
			if !yield(f) {
				return
			}
		}
		if f.Text = p.literal(); f.Text != "" {
			yield(f)
			return
		}
		for i := range p.files {
			f.File = &posted.File{Name: p.files[i].Name, ContentType: p.files[i].ContentType, Size: p.files[i].Size}
			if !yield(f) {
				return
			}
		}
		if p.file && len(p.files) == 0 {
			f.File = &posted.File{Size: -1}
			yield(f)
		}
	}
}

// literal is how JSON writes what has no text and nothing below it.
func (p *place) literal() string {
	switch {
	case p.kind == kindNull:
		return "null"
	case p.kind == kindObject && len(p.kids) == 0:
		return "{}"
	case p.kind == kindList && len(p.kids) == 0:
		return "[]"
	}
	return ""
}

// writeJSON writes p as it was sent, but for the texts and the order of keys.
func (p *place) writeJSON(b *strings.Builder, text func(posted.Field) string) {
	if !p.group() {
		for f := range p.own() {
			said := text(f)
			if said != f.Text || p.kind == kindString {
				said = quote(said)
			}
			b.WriteString(said)
		}
		return
	}
	brackets, comma := "{}", ""
	if p.kind == kindList {
		brackets = "[]"
	}
	b.WriteByte(brackets[0])
	for level, kid := range p.places() {
		b.WriteString(comma)
		comma = ","
		if p.kind != kindList {
			b.WriteString(quote(level) + ":")
		}
		kid.writeJSON(b, text)
	}
	b.WriteByte(brackets[1])
}

// quote writes a text as people do, with < and & as they are.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // of a text never fails
	return strings.TrimSuffix(b.String(), "\n")
}
