package adaptertest

import (
	"context"
	"errors"
	"maps"
	"slices"
)

// note notes that c is being checked, and the differences that excuse it.
func (t *Target) note(c Case) {
	if t.checked == nil {
		t.checked, t.uses = map[string]bool{}, map[Difference][]string{}
	}
	t.checked[c.Name] = true
	t.noteUses(c, slices.DeleteFunc(slices.Clone(c.except), func(d Difference) bool { return !slices.Contains(t.Differences, d) }))
}

func (t *Target) noteUses(c Case, differences []Difference) {
	for _, d := range differences {
		if !slices.Contains(t.uses[d], c.Name) {
			t.uses[d] = append(t.uses[d], c.Name)
		}
	}
}

// Needless returns those of t.Differences without each of which, one at a time, all
// cases still pass, and the names of those cases of t.Except that do. It checks all
// cases that have not been checked on t.
func (t *Target) Needless(ctx context.Context) (differences []Difference, cases []string) {
	for _, c := range table() {
		if !t.checked[c.Name] { // go test -run has left it out
			_ = t.Check(ctx, c)
		}
	}
	different := slices.Compact(slices.Sorted(slices.Values(t.Differences)))
	for _, d := range different {
		others := slices.DeleteFunc(slices.Clone(different), func(other Difference) bool { return other == d })
		if t.passes(ctx, others, t.Except, t.uses[d]...) {
			differences = append(differences, d)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.Except)) {
		except := maps.Clone(t.Except)
		delete(except, name)
		if t.passes(ctx, t.Differences, except, name) {
			cases = append(cases, name)
		}
	}
	return differences, cases
}

// passes reports whether no case of these fails with other differences and exceptions.
// Nearly all are expected to, many by hanging, and need not have all the time for it.
func (t *Target) passes(ctx context.Context, differences []Difference, except map[string]string, cases ...string) bool {
	other := *t
	other.Differences, other.Except, other.Timeout = differences, except, t.timeout()/5
	other.checked, other.uses = nil, nil
	for _, name := range cases {
		c, _ := lookup(name)
		var excused *ExcusedError
		if err := other.Check(ctx, c); err != nil && !errors.As(err, &excused) {
			return false
		}
	}
	return true
}
