package model

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A search is a list of words. A page is found if its title and its text, as
// readers see it, have all of them; a word is also found where a longer one
// begins with it: "ship" finds "Ships". Nothing else has a meaning.

// IndexVersion is part of the name of every storage's index. It rises when pages
// are to be found by other words than before: the index is then made anew.
const IndexVersion = "1"

// The longest word that is told from others, in characters, and how much memory
// the different words of a text may take: a book has less.
const (
	maxWord  = 60
	maxTerms = 1_000_000
)

// Words returns the words of a text in order, in the form in which they are
// compared. They have letters, marks and digits only: inside any quotes a storage
// can use them as they are.
func Words(text string) (words []string) {
	for from, to := range spans(text) {
		words = append(words, fold(text[from:to]))
	}
	return words
}

// Terms returns the words by which a page is found. A page that is moved or
// deleted has none.
func (r Revision) Terms() (title, text []string) {
	if !r.Live() {
		return nil, nil
	}
	seen, room := make(map[string]bool), maxTerms
	for _, word := range Words(Plain(r.Text)) {
		if !seen[word] {
			seen[word] = true
			room -= len(word) + 8 // what a storage needs beside the word
		}
		if room < 0 {
			break
		}
		text = append(text, word)
	}
	return Words(r.Title), text
}

// spans yields where the words of a text begin and end.
func spans(text string) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		begin := -1
		for i, r := range text {
			single := isSingle(r)
			inside := !single && inWord(r)
			if begin >= 0 && !inside {
				if !yield(begin, i) {
					return
				}
				begin = -1
			}
			switch {
			case single && !yield(i, i+utf8.RuneLen(r)):
				return
			case inside && begin < 0:
				begin = i
			}
		}
		if begin >= 0 {
			yield(begin, len(text))
		}
	}
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// isSingle reports whether a letter is of a script that does not divide its
// words. Each such letter is taken for a word.
func isSingle(r rune) bool {
	const first = 0x0e00 // Thai: letters before it need no look into the tables
	return r >= first && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// fold makes words equal that differ by case or by how an accent is encoded. The
// way over upper case makes one letter of those that have two small ones, such as
// the Greek sigma.
func fold(word string) string {
	word = strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, word)
	word, _ = cut(norm.NFC.String(word), maxWord)
	return word
}

// cut returns the first n characters of s, and the others.
func cut(s string, n int) (head, tail string) {
	for i := range s {
		if n == 0 {
			return s[:i], s[i:]
		}
		n--
	}
	return s, ""
}
