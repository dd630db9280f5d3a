package fastcgi

import "errors"

var errParamsTooLong = errors.New("parameters too long")

// params are a request's variables: the PARAMS stream as one string, in which
// all names and values are substrings. It is a gateway.Source, which takes the
// pairs from where they lie.
type params struct{ block string }

// paramsReader collects them.
type paramsReader struct {
	params
	parts []byte // the stream so far, while it comes in several pieces
}

// add reads the content of a PARAMS record. The stream may be cut anywhere, also
// inside a length or a name (h2o does), so nothing is looked at before its end.
func (p *paramsReader) add(r *records, limit int) (err error) {
	if r.left > limit-len(p.block)-len(p.parts) {
		return errParamsTooLong
	}
	if p.block == "" && p.parts == nil && r.complete() {
		b, err := r.content(maxContent)
		p.block = string(b)
		return err
	}
	if p.parts == nil {
		p.parts = []byte(p.block)
		p.block = ""
	}
	p.parts, err = r.appendTo(p.parts)
	return err
}

// done ends the stream, and checks all of it: what is malformed is refused, and
// not cut off where it becomes so.
func (p *paramsReader) done(limit int) error {
	if p.parts != nil {
		p.block, p.parts = string(p.parts), nil
	}
	_, err := countPairs(p.block, limit)
	return err
}

// Pair implements gateway.Source.
func (p *params) Pair(pos int) (name, value string, next int, ok bool) {
	name, value, rest, err := cutPair(p.block[pos:])
	if err != nil {
		return "", "", pos, false
	}
	return name, value, len(p.block) - len(rest), true
}
