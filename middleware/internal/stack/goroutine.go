package stack

import (
	"bytes"
	"cmp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Goroutine is one of a dump.
type Goroutine struct {
	ID     int
	State  string // "IO wait, 3 minutes"
	Frames []Frame
	Origin Frame // where it was started
	Parent int   // which one started it; 0 when unknown
}

// ID returns the number of the calling goroutine. The runtime gives it away only
// in the head of a dump.
func ID() int {
	var buf [64]byte
	id, _, _ := goroutineHead(string(buf[:runtime.Stack(buf[:], false)]))
	return id
}

// Dump returns all goroutines but the calling one, as far as limit bytes of the
// runtime's text go. It stops the world while it writes.
func Dump(limit int) []Goroutine {
	buf := make([]byte, limit)
	buf = buf[:runtime.Stack(buf, true)]
	var all []Goroutine
	for i, block := range bytes.Split(buf, []byte("\n\n")) {
		if g, ok := parseGoroutine(string(block)); ok && i > 0 { // the first is this one
			all = append(all, g)
		}
	}
	return all
}

// goroutineHead reads "goroutine 18 [chan receive, 2 minutes]:".
func goroutineHead(line string) (id int, state string, ok bool) {
	rest, ok := strings.CutPrefix(line, "goroutine ")
	if !ok {
		return 0, "", false
	}
	number, rest, ok := strings.Cut(rest, " ")
	if !ok {
		return 0, "", false
	}
	id, err := strconv.Atoi(number)
	if i := strings.IndexByte(rest, '['); i >= 0 {
		state, _, _ = strings.Cut(rest[i+1:], "]")
	}
	return id, state, err == nil
}

func parseGoroutine(block string) (g Goroutine, ok bool) {
	lines := strings.Split(strings.Trim(block, "\n"), "\n")
	if g.ID, g.State, ok = goroutineHead(lines[0]); !ok {
		return g, false
	}
	for i := 1; i+1 < len(lines); i += 2 {
		if strings.HasPrefix(lines[i], "...") { // frames left out
			i--
			continue
		}
		created, isOrigin := strings.CutPrefix(lines[i], "created by ")
		if !isOrigin {
			g.Frames = append(g.Frames, parseFrame(withoutArguments(lines[i]), lines[i+1]))
			continue
		}
		fn, parent, _ := strings.Cut(created, " in goroutine ")
		g.Parent, _ = strconv.Atoi(parent)
		g.Origin = parseFrame(fn, lines[i+1])
	}
	return g, true
}

// withoutArguments cuts "net/http.(*conn).serve(0xc0000b2000, {...})" before its
// last parenthesis that opens at depth 0.
func withoutArguments(call string) string {
	depth := 0
	for i := len(call) - 1; i >= 0; i-- {
		switch call[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				return call[:i]
			}
		}
	}
	return call
}

// parseFrame reads "\t/src/net/http/server.go:2092 +0x5f4".
func parseFrame(fn, place string) Frame {
	place, _, _ = strings.Cut(strings.TrimSpace(place), " +0x")
	colon := strings.LastIndexByte(place, ':')
	if colon < 0 {
		return Frame{Func: fn, File: place}
	}
	line, _ := strconv.Atoi(place[colon+1:])
	return Frame{fn, place[:colon], line}
}

// Group is goroutines that stand at the same place.
type Group struct {
	IDs    []int
	State  string
	Frames []Frame
	Origin Frame
}

// GroupOf puts goroutines with equal stacks together, the largest group first.
func GroupOf(all []Goroutine) []Group {
	var groups []*Group
	places := make(map[string]*Group)
	for _, g := range all {
		state, _, _ := strings.Cut(g.State, ",") // without how long
		key := state + " " + keyOf(g.Frames) + keyOf([]Frame{g.Origin})
		if places[key] == nil {
			places[key] = &Group{State: g.State, Frames: g.Frames, Origin: g.Origin}
			groups = append(groups, places[key])
		}
		places[key].IDs = append(places[key].IDs, g.ID)
	}
	slices.SortStableFunc(groups, func(a, b *Group) int { return cmp.Compare(len(b.IDs), len(a.IDs)) })
	out := make([]Group, len(groups))
	for i, g := range groups {
		out[i] = *g
	}
	return out
}

func keyOf(frames []Frame) string {
	var b strings.Builder
	for _, f := range frames {
		b.WriteString(f.Func + ":" + strconv.Itoa(f.Line) + " ")
	}
	return b.String()
}

// Family returns those of all that are one of ids, or were started by one, by
// one that it started, and so on: parents before their children.
func Family(all []Goroutine, ids ...int) []Goroutine {
	var family []Goroutine
	seen := map[int]bool{0: true} // 0 is nobody: a parent that is unknown
	for queue := slices.Clone(ids); len(queue) > 0; queue = queue[1:] {
		id := queue[0]
		if seen[id] {
			continue
		}
		seen[id] = true
		for _, g := range all {
			switch id {
			case g.ID:
				family = append(family, g)
			case g.Parent:
				queue = append(queue, g.ID)
			}
		}
	}
	return family
}
