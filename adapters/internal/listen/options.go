package listen

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options are the name=value pairs of an address. Whoever understands one claims it by one of the methods, as with package flag:
// asking for a name makes it known, and a bad value is kept for [Address.Check]. An option that is not given leaves
// the variable alone.
type Options struct {
	pairs []pair
	known []string
	errs  []error
}

type pair struct{ name, value, text string }

func parseOptions(query string) *Options {
	o := &Options{}
	for text := range strings.SplitSeq(query, "&") {
		if text == "" {
			continue
		}
		p, err := parsePair(text)
		if err == nil && slices.ContainsFunc(o.pairs, func(q pair) bool { return q.name == p.name }) {
			err = fmt.Errorf("option %s is given twice", p.name)
		}
		if err != nil {
			o.errs = append(o.errs, err)
			continue
		}
		o.pairs = append(o.pairs, p)
	}
	return o
}

// parsePair shows in errors nothing but a name that cannot hold a secret.
func parsePair(text string) (pair, error) {
	rawName, rawValue, ok := strings.Cut(text, "=")
	name, err1 := url.PathUnescape(rawName)
	value, err2 := url.PathUnescape(rawValue)
	if !ok || err1 != nil || err2 != nil || strings.ContainsFunc(name, notInOption) {
		return pair{}, errors.New("options want the form name=value, with lower-case names (a percent sign in a value is written %25)")
	}
	return pair{name, value, text}, nil
}

func notInOption(r rune) bool {
	return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-')
}

// Text claims an option that may be any text.
func (o *Options) Text(name string) (value string, ok bool) {
	if !slices.Contains(o.known, name) {
		o.known = append(o.known, name)
	}
	for _, p := range o.pairs {
		if p.name == name {
			return p.value, true
		}
	}
	return "", false
}

// Switch claims an option that is 1 or 0.
func (o *Options) Switch(name string) bool {
	value, ok := o.Text(name)
	if ok && value != "0" && value != "1" {
		o.fault(name, value, "want 1 or 0")
	}
	return value == "1"
}

// Duration claims a time such as 30s or 1m30s. Like those of all limits, its value may be "none", which becomes -1.
func (o *Options) Duration(name string, d *time.Duration) {
	limit(o, name, d, "want a duration such as 30s or 5m, or none", time.ParseDuration)
}

// Count claims a number.
func (o *Options) Count(name string, n *int) {
	limit(o, name, n, "want a number, or none", func(text string) (int, error) {
		n, err := strconv.ParseInt(text, 10, 32)
		return int(n), err
	})
}

// Size claims a number of bytes; k, m and g after it mean KiB, MiB and GiB.
func (o *Options) Size(name string, n *int64) { limit(o, name, n, wantSize, parseSize) }

// Memory claims the size of something in memory.
func (o *Options) Memory(name string, n *int) {
	limit(o, name, n, wantSize, func(text string) (int, error) {
		n, err := parseSize(text)
		if err == nil && n > math.MaxInt {
			err = strconv.ErrRange
		}
		return int(n), err
	})
}

const wantSize = "want a number of bytes such as 65536, 64k or 10m, or none"

func parseSize(text string) (int64, error) {
	shift := 0
	if digits := strings.TrimRight(text, "kKmMgG"); len(digits) == len(text)-1 {
		shift = 10 * (1 + strings.IndexByte("kmg", text[len(digits)]|0x20))
		text = digits
	}
	n, err := strconv.ParseUint(text, 10, 63-shift)
	return int64(n) << shift, err
}

// limit claims a positive number. Zero is refused: to some it means nothing, to others no limit.
func limit[T ~int | ~int64](o *Options, name string, into *T, want string, parse func(string) (T, error)) {
	text, ok := o.Text(name)
	if !ok {
		return
	}
	n, err := T(-1), error(nil)
	if text != "none" {
		n, err = parse(text)
	}
	if err != nil || text != "none" && n <= 0 {
		o.fault(name, text, want)
		return
	}
	*into = n
}

// Fail reports what else is wrong with the address; nil is nothing.
func (o *Options) Fail(err error) {
	if err != nil {
		o.errs = append(o.errs, err)
	}
}

func (o *Options) fault(name, value, want string) {
	o.errs = append(o.errs, fmt.Errorf("option %s=%q: %s", name, value, want))
}

// faults joins what was wrong so far with the options that nobody claimed.
func (o *Options) faults(of string) error {
	errs := slices.Clone(o.errs)
	for _, p := range o.pairs {
		if !slices.Contains(o.known, p.name) {
			known := slices.Sorted(slices.Values(o.known))
			errs = append(errs, fmt.Errorf("%s has no option %q (it has: %s)", of, p.name, strings.Join(known, ", ")))
		}
	}
	return errors.Join(errs...)
}

// String hides the secret, and each value whose meaning is not known.
func (o *Options) String() string {
	var list []string
	for _, p := range o.pairs {
		if p.name == "secret" || !slices.Contains(o.known, p.name) {
			p.text = p.name + "=..."
		}
		list = append(list, p.text)
	}
	return strings.Join(list, "&")
}

// GoString keeps %#v from printing secrets.
func (o *Options) GoString() string { return "listen.Options(" + o.String() + ")" }
