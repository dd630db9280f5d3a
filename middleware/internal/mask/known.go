package mask

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	// minKnown is the length from which a hidden value is looked for elsewhere: a
	// shorter one would be found in half of all words.
	minKnown = 5
	// maxKnown is how many are looked for.
	maxKnown = 4096
	// probeLength is how much of a value is looked for. What agrees so far is
	// hidden as far as it agrees: a value that somebody has cut is still known.
	probeLength = 64
)

// known is the values that were hidden. All are found in one pass over a text,
// with a number of steps for each byte that does not grow with the values'
// length and hardly with their number: the values may be an attacker's, and the
// text too.
type known struct {
	values map[string]whole // by the probe
	sorted []string         // the probes, if they are indexed
	parent []int            // of each the longest other one that it begins with, or -1
	begins [256]uint64      // hashes of the first four bytes of all
}

// whole is the values that begin with the same probe.
type whole struct {
	why    string
	values []string // those that are longer
}

// learn has secret be found from now on, in the forms that escaping and quoting
// give it.
func (m *Masker) learn(why, secret string) {
	if len(secret) > maxText || m.allowed[secret] {
		return
	}
	for _, form := range forms(secret) {
		if len(form) >= minKnown && !common[strings.ToLower(form)] {
			m.known.add(why, form)
		}
	}
}

// forms are how a value is written: as it is, without its escapes, and escaped
// as in queries, paths, Go, JSON and SQL.
func forms(secret string) []string {
	plain := []string{secret, strings.TrimSpace(secret)}
	if unescaped, err := url.QueryUnescape(secret); err == nil {
		plain = append(plain, unescaped)
	}
	if unescaped, err := url.PathUnescape(secret); err == nil {
		plain = append(plain, unescaped)
	}
	if unquoted, err := strconv.Unquote(`"` + secret + `"`); err == nil {
		plain = append(plain, unquoted)
	}
	slices.Sort(plain)
	all := slices.Compact(plain)
	for _, s := range slices.Clone(all) {
		if strings.IndexFunc(s, func(r rune) bool { return r > '~' || !alphanumeric(byte(r)) }) < 0 {
			continue // nothing to escape
		}
		quoted, ascii := strconv.Quote(s), strconv.QuoteToASCII(s)
		inJSON, _ := json.Marshal(s) // of a string never fails
		all = append(all, url.QueryEscape(s), url.PathEscape(s), strings.ReplaceAll(s, "'", "''"),
			quoted[1:len(quoted)-1], ascii[1:len(ascii)-1], string(inJSON[1:len(inJSON)-1]))
	}
	return all
}

func (k *known) add(why, value string) {
	probe := value[:min(len(value), probeLength)]
	w, ok := k.values[probe]
	switch {
	case !ok && len(k.values) >= maxKnown:
		return
	case !ok:
		if k.values == nil {
			k.values = make(map[string]whole)
		}
		w.why, k.sorted = why, nil
	}
	if len(value) > probeLength && !slices.Contains(w.values, value) {
		w.values = append(w.values, value)
	} else if ok {
		return
	}
	k.values[probe] = w
}

// index sorts the probes, so that all that a text may begin with are found from
// the last that is not after it.
func (k *known) index() {
	k.sorted, k.parent, k.begins = k.sorted[:0], k.parent[:0], [256]uint64{}
	for probe := range k.values {
		k.sorted = append(k.sorted, probe)
		h := hash(probe)
		k.begins[h/64] |= 1 << (h % 64)
	}
	slices.Sort(k.sorted)
	last := -1
	for i, probe := range k.sorted {
		for last >= 0 && !strings.HasPrefix(probe, k.sorted[last]) {
			last = k.parent[last]
		}
		k.parent = append(k.parent, last)
		last = i
	}
}

// hash spreads the first four bytes over the bits of known.begins.
func hash(s string) uint32 {
	return (uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24) * 0x9E3779B1 >> 18
}

// match returns how much of text's beginning is a known value, and why that was
// hidden. text has at least minKnown bytes.
func (k *known) match(text string) (int, string) {
	if h := hash(text); k.begins[h/64]&(1<<(h%64)) == 0 {
		return 0, ""
	}
	i, exact := slices.BinarySearch(k.sorted, text[:min(len(text), probeLength)])
	if !exact {
		i--
	}
	for i >= 0 && !strings.HasPrefix(text, k.sorted[i]) {
		i = k.parent[i]
	}
	if i < 0 {
		return 0, ""
	}
	w, n := k.values[k.sorted[i]], len(k.sorted[i])
	for _, value := range w.values {
		n = max(n, agreement(text, value))
	}
	return n, w.why
}

// agreement is how long the common beginning is.
func agreement(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// again hides known values, of those that begin at one place the longest, so
// that one that contains another leaves no rest.
func (m *Masker) again(where, text string) string {
	if len(m.known.values) == 0 {
		return text
	}
	if len(m.known.sorted) == 0 {
		m.known.index()
	}
	var found []span
	var why []string
	for i := 0; i+minKnown <= len(text); {
		if n := m.marked(text[i:]); n > 0 {
			i += n
			continue
		}
		n, reason := m.known.match(text[i:])
		if n == 0 {
			i++
			continue
		}
		found, why = append(found, span{i, i + n}), append(why, reason)
		i += n
	}
	next := 0
	return replace(text, found, func(string) string {
		next++
		return m.note(where, why[next-1])
	})
}
