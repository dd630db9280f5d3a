// Package masktest holds secrets, none of them real, in the shapes in which
// they turn up: what no page may show.
package masktest

import (
	_ "embed"
	"strings"
)

// Secret is one shape.
type Secret struct {
	Name   string
	Text   string // in which it turns up
	Secret string // what must not be seen of it
}

//go:embed corpus.txt
var corpus string

// Corpus returns all secrets. Each line of the file is a name and a text, the
// secret between « and ». So that no scanner takes the file itself for a leak,
// ¦ stands in the middle of what is known by its prefix.
func Corpus() []Secret {
	var all []Secret
	for line := range strings.SplitSeq(strings.ReplaceAll(strings.TrimSpace(corpus), "¦", ""), "\n") {
		name, text, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		text = strings.ReplaceAll(text, `\n`, "\n")
		_, rest, _ := strings.Cut(text, "«")
		secret, _, _ := strings.Cut(rest, "»")
		all = append(all, Secret{name, strings.NewReplacer("«", "", "»", "").Replace(text), secret})
	}
	return all
}
