package form

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// readJSON parses an object. Syntax is checked first, by a scanner that
// builds nothing, so that what follows meets only limits.
func (t *tree) readJSON(body []byte) error {
	if !utf8.Valid(body) {
		return malformed("The form is not in UTF-8.", nil) // encoding/json would replace what is not
	}
	if err := json.Unmarshal(body, new(syntaxOnly)); err != nil {
		return malformed("The form is not valid JSON.", err)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	token, err := d.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return malformed("The form must be a JSON object.", nil)
	}
	return t.readObject(d, &t.root, 1)
}

// syntaxOnly accepts what encoding/json has checked, without a copy of it.
type syntaxOnly struct{}

func (*syntaxOnly) UnmarshalJSON([]byte) error { return nil }

// readObject reads members up to the closing brace. A key that comes twice is
// marked, as parsers disagree about which one counts (RFC 8259, section 4).
func (t *tree) readObject(d *json.Decoder, n *node, depth int) error {
	n.kind = kindObject
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		if err := t.checkName(key); err != nil {
			return err
		}
		again := n.kids[key] != nil
		if err := t.readMember(d, n, key, depth); err != nil {
			return err
		}
		n.kids[key].again = again
		t.lossy = t.lossy || again
	}
	_, err := d.Token()
	return err
}

func (t *tree) readList(d *json.Decoder, n *node, depth int) error {
	n.kind = kindList
	for i := 0; d.More(); i++ {
		if err := t.readMember(d, n, strconv.Itoa(i), depth); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// readMember reads one value of an object or a list into a new node.
func (t *tree) readMember(d *json.Decoder, n *node, level string, depth int) error {
	if err := t.charge(); err != nil {
		return err
	}
	if depth > t.limits.Depth {
		return malformed("The form is nested too deeply.", nil)
	}
	token, err := d.Token()
	if err != nil {
		return err
	}
	kid := n.add(level)
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return t.readObject(d, kid, depth+1)
		}
		return t.readList(d, kid, depth+1)
	case string:
		kid.set(kindString, v)
	case json.Number:
		kid.set(kindNumber, v.String())
	case bool:
		kid.set(kindBool, strconv.FormatBool(v))
	default:
		kid.kind = kindNull
	}
	return nil
}

func (n *node) set(k kind, text string) {
	n.kind = k
	n.texts = []string{text}
}
