package model

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Piece is a part of a text; Hit, if it is a word that was searched for.
type Piece struct {
	Text string
	Hit  bool
}

// How many characters of a text an excerpt has, and how many before the first hit.
const (
	excerptLength = 240
	excerptBefore = 80
)

// Mark divides a text where it has one of the words, which are as Words returns
// them, or a longer one that begins so.
func Mark(text string, words []string) (pieces []Piece) {
	done := 0
	for from, to := range spans(text) {
		if !begins(fold(text[from:to]), words) {
			continue
		}
		if from > done {
			pieces = append(pieces, Piece{Text: text[done:from]})
		}
		pieces = append(pieces, Piece{text[from:to], true})
		done = to
	}
	if done < len(text) {
		pieces = append(pieces, Piece{Text: text[done:]})
	}
	return pieces
}

func begins(word string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(word, w) })
}

// Excerpt marks the words in a part of a text: around the first of them, or the
// beginning.
func Excerpt(text string, words []string) []Piece {
	var before string
	for from, to := range spans(text) {
		if begins(fold(text[from:to]), words) {
			before, text = text[:from], text[from:]
			break
		}
	}
	before = lastOf(before, excerptBefore)
	return Mark(before+firstOf(text, excerptLength-utf8.RuneCountInString(before)), words)
}

// firstOf returns the first n characters of s, to where a word ends if there are
// spaces.
func firstOf(s string, n int) string {
	head, tail := cut(s, n)
	if tail == "" {
		return s
	}
	if end := strings.LastIndexByte(head, ' '); end > 0 {
		head = head[:end]
	}
	return head + "…"
}

// lastOf returns the last n characters of s, from where a word begins if there
// are spaces.
func lastOf(s string, n int) string {
	skip := utf8.RuneCountInString(s) - n
	if skip <= 0 {
		return s
	}
	_, s = cut(s, skip)
	if _, words, ok := strings.Cut(s, " "); ok {
		s = words
	}
	return "…" + s
}
