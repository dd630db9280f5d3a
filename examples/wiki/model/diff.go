package model

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Hunk is a place where two texts differ, with some lines around it.
type Hunk struct{ Lines []Line }

// Line is a line of a Hunk. Old and New are its numbers in the two texts; 0 where
// it is not in that text.
type Line struct {
	Kind     string // "same", "removed" or "added"
	Old, New int
	Text     string
}

// diffContext is how many equal lines are shown around a difference.
const diffContext = 3

// Diff compares two texts line by line.
func Diff(old, new string) ([]Hunk, error) {
	old, new = endLine(old), endLine(new)
	unified, err := udiff.ToUnifiedDiff("", "", old, udiff.Lines(old, new), diffContext)
	if err != nil {
		return nil, err
	}
	var hunks []Hunk
	for _, h := range unified.Hunks {
		hunks = append(hunks, number(h))
	}
	return hunks, nil
}

func number(h *udiff.Hunk) Hunk {
	var out Hunk
	before, after := h.FromLine, h.ToLine
	for _, l := range h.Lines {
		line := Line{Text: strings.TrimSuffix(l.Content, "\n")}
		switch l.Kind {
		case udiff.Equal:
			line.Kind, line.Old, line.New = "same", before, after
			before++
			after++
		case udiff.Delete:
			line.Kind, line.Old = "removed", before
			before++
		case udiff.Insert:
			line.Kind, line.New = "added", after
			after++
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

func endLine(s string) string {
	if s == "" || strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "\n"
}
