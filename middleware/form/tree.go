package form

import (
	"reflect"
	"strings"
)

// A node is one name of a form, or one level of it: the neutral form between the
// three syntaxes and the struct. Once read it does not change: see [tree.tell].
type node struct {
	texts []string
	files []File
	kids  map[string]*node
	sent  string // the name as a form has first spelled it, such as a[b][]
	kind  kind   // of texts
	file  bool   // a file was sent, stored or not
	again bool   // a JSON key came twice
}

// nothing is what was sent for a name that was not.
var nothing node

// kind tells JSON's types apart; a form has only text.
type kind byte

const (
	kindText kind = iota
	kindString
	kindNumber
	kindBool
	kindNull
	kindList
	kindObject
)

// blank reports that nothing was sent, or only empty inputs.
func (n *node) blank() bool {
	if n == nil {
		return true
	}
	for _, text := range n.texts {
		if text != "" {
			return false
		}
	}
	return !n.file && len(n.kids) == 0 && !n.again
}

// group reports JSON's {} and [], which are not nothing even if they are empty.
func (n *node) group() bool { return n.kind == kindObject || n.kind == kindList }

// A tree grows from the request within limits.
type tree struct {
	root      node
	limits    *Limits
	target    reflect.Type // the struct that is to be filled
	mediaType string       // of the body; "" for a query
	spent     int          // of limits.Fields
	files     int
	lossy     bool // not all that was sent is here
}

// charge counts one field.
func (t *tree) charge() error {
	if t.spent++; t.spent > t.limits.Fields {
		return tooLarge("The form has too many fields.")
	}
	return nil
}

// checkName is called with a name before anything is made of it.
func (t *tree) checkName(name string) error {
	if len(name) > t.limits.Name {
		return malformed("The name of a field is too long.", nil)
	}
	return nil
}

// at returns the node for a form's name, made if need be.
func (t *tree) at(name string) (*node, error) {
	if err := t.checkName(name); err != nil {
		return nil, err
	}
	sent := name
	name = canonical(name)
	if strings.Count(name, ".") >= t.limits.Depth {
		return nil, malformed("The form is nested too deeply.", nil)
	}
	n := &t.root
	for level := range strings.SplitSeq(name, ".") {
		kid := n.kids[level]
		if kid == nil {
			if err := t.charge(); err != nil {
				return nil, err
			}
			kid = n.add(level)
		}
		n = kid
	}
	if n.sent == "" {
		n.sent = sent
	}
	return n, nil
}

// text adds a value under a form's name.
func (t *tree) text(name, value string) error {
	n, err := t.at(name)
	if err != nil {
		return err
	}
	if len(n.texts) > 0 { // the first is paid for with its node
		if err := t.charge(); err != nil {
			return err
		}
	}
	n.texts = append(n.texts, value)
	return nil
}

func (n *node) add(level string) *node {
	if n.kids == nil {
		n.kids = make(map[string]*node)
	}
	kid := new(node)
	n.kids[level] = kid
	return kid
}

// canonical writes a[b][0] and a[b].0 as a.b.0, and a[] as a. A name with
// brackets that do not pair stays as it is, and fits no field.
func canonical(name string) string {
	head, rest, found := strings.Cut(name, "[")
	if !found {
		return name
	}
	var b strings.Builder
	b.WriteString(head)
	rest = "[" + rest
	for rest != "" && rest != "[]" {
		if after, ok := strings.CutPrefix(rest, "["); ok {
			level, more, ok := strings.Cut(after, "]")
			if !ok || level == "" || strings.ContainsAny(level, "[.") {
				return name
			}
			b.WriteString("." + level)
			rest = more
			continue
		}
		if rest[0] != '.' {
			return name
		}
		end := strings.IndexByte(rest, '[')
		if end < 0 {
			end = len(rest)
		}
		b.WriteString(rest[:end])
		rest = rest[end:]
	}
	return b.String()
}
