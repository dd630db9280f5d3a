package static

import (
	"cmp"
	"slices"
	"strings"
)

// order is how a page is sorted: "size", or "-size" for the largest first. A page
// has no script; its column heads are links.
type order struct {
	by         string
	descending bool
}

// column is a head of the table.
type column struct {
	By, Title string
	Sorted    string // for aria-sort: "ascending", "descending" or empty
	Href      string
}

var orders = []struct {
	by, title string
	compare   func(a, b item) int
}{
	{"name", "Name", byName},
	{"size", "Size", func(a, b item) int { return cmp.Compare(a.Bytes, b.Bytes) }},
	{"modified", "Modified", func(a, b item) int { return a.At.Compare(b.At) }},
}

func parseOrder(s string) order {
	by, descending := strings.CutPrefix(s, "-")
	for _, o := range orders {
		if o.by == by {
			return order{by, descending}
		}
	}
	return order{by: orders[0].by}
}

// sort puts folders first; what is equal is in the order of the names.
func (o order) sort(items []item) {
	slices.SortFunc(items, func(a, b item) int {
		if a.Folder != b.Folder {
			if a.Folder {
				return -1
			}
			return 1
		}
		return cmp.Or(o.compare(a, b), byName(a, b))
	})
}

func (o order) compare(a, b item) int {
	for _, known := range orders {
		if known.by == o.by {
			if o.descending {
				a, b = b, a
			}
			return known.compare(a, b)
		}
	}
	return 0
}

// columns are the heads: each links to its own order, the current one to its reverse.
func (o order) columns() []column {
	var cs []column
	for _, known := range orders {
		c := column{By: known.by, Title: known.title, Href: "?sort=" + known.by}
		if known.by == o.by {
			c.Sorted = "ascending"
			if o.descending {
				c.Sorted = "descending"
			} else {
				c.Href = "?sort=-" + known.by
			}
		}
		cs = append(cs, c)
	}
	return cs
}

// byName compares as a person does: without regard to case, 9 before 10.
func byName(a, b item) int {
	return cmp.Or(natural(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Name, b.Name))
}

func natural(a, b string) int {
	for a != "" && b != "" {
		na, nb := digits(a), digits(b)
		if na == 0 || nb == 0 {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		x, y := strings.TrimLeft(a[:na], "0"), strings.TrimLeft(b[:nb], "0")
		if c := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); c != 0 {
			return c
		}
		a, b = a[na:], b[nb:]
	}
	return cmp.Compare(len(a), len(b))
}

// digits counts those that s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}
