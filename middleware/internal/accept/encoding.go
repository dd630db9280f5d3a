// Package accept chooses by a request's Accept and Accept-Encoding fields: for
// pages in several forms, for layers that compress, and for compressed files.
package accept

import (
	"net/textproto"
	"slices"
	"strings"
)

// MaxEncodings is how many codings may be offered: more than there are.
const MaxEncodings = 8

// Encoding returns the index of the content coding to use, by the lines of an
// Accept-Encoding field, among those whose names are offered, or -1 for none, and
// whether the client refuses what is not encoded. Among equals the order of the
// names decides, with no coding at all last.
func Encoding(lines, names []string) (best int, insists bool) {
	p := parse(lines, names)
	return p.choose(len(names))
}

// Weighted reports whether an Accept-Encoding field states a weight. If it does
// not, the client refuses nothing, what is not encoded included, and [Encoding]
// need not be asked where that is all that counts.
func Weighted(lines []string) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return strings.IndexByte(line, ';') >= 0 })
}

// unlisted is the weight of what an Accept-Encoding field does not mention.
const unlisted = -1

// preferences is what an Accept-Encoding field says: weights in thousandths, 0
// for what is refused.
type preferences struct {
	codings        [MaxEncodings]int // of the names that it was parsed for
	identity, rest int               // rest is "*"
}

// parse reads the lines of an Accept-Encoding field (RFC 9110, section
// 12.5.3) in one pass over them, since they are an attacker's to choose
// (CVE-2026-34230 in Rack). A member that is none, or that has a bad weight, is
// taken as a refusal: that may cost bytes, but nobody gets what he cannot read.
// Of a coding that is listed twice the lower weight holds.
func parse(lines, names []string) preferences {
	p := preferences{identity: unlisted, rest: unlisted}
	for i := range p.codings {
		p.codings[i] = unlisted
	}
	for _, line := range lines {
		for more := true; more; {
			var member string
			member, line, more = strings.Cut(line, ",")
			if coding, weight := parseMember(member); coding != "" {
				p.note(coding, weight, names)
			}
		}
	}
	return p
}

func (p *preferences) note(coding string, weight int, names []string) {
	switch {
	case coding == "*":
		lower(&p.rest, weight)
	case equal(coding, "identity"):
		lower(&p.identity, weight)
	default:
		if equal(coding, "x-gzip") { // equivalent: section 8.4.1.3
			coding = "gzip"
		}
		for i, name := range names {
			if equal(coding, name) {
				lower(&p.codings[i], weight)
			}
		}
	}
}

// equal is EqualFold for names in ASCII, of which most differ in length.
func equal(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

func lower(to *int, weight int) {
	if *to == unlisted || weight < *to {
		*to = weight
	}
}

func (p *preferences) choose(n int) (best int, insists bool) {
	best, weight := -1, 0
	for i := range n {
		if w := p.weight(p.codings[i]); w > weight {
			best, weight = i, w
		}
	}
	identity := p.weight(p.identity)
	if identity > weight {
		best = -1
	}
	return best, identity == 0
}

func (p *preferences) weight(of int) int {
	if of == unlisted {
		return p.rest
	}
	return of
}

// parseMember parses "gzip", "gzip;q=0.5", "*;q=0".
func parseMember(s string) (coding string, weight int) {
	coding, param, weighted := strings.Cut(s, ";")
	if coding = textproto.TrimString(coding); !weighted {
		return coding, 1000
	}
	return coding, parseWeight(textproto.TrimString(param))
}

// parseWeight parses "q=0.123" (RFC 9110, section 12.4.2); garbage weighs 0.
func parseWeight(s string) int {
	if len(s) < 3 || s[0]|0x20 != 'q' || s[1] != '=' || len(s) > len("q=0.123") {
		return 0
	}
	whole, fraction := s[2], s[3:]
	if whole != '0' && whole != '1' || fraction != "" && fraction[0] != '.' {
		return 0
	}
	weight, unit := int(whole-'0')*1000, 100
	for _, digit := range []byte(strings.TrimPrefix(fraction, ".")) {
		if digit < '0' || digit > '9' {
			return 0
		}
		weight += int(digit-'0') * unit
		unit /= 10
	}
	if weight > 1000 {
		return 0
	}
	return weight
}
