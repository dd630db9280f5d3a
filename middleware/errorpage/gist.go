package errorpage

import (
	"errors"
	"io/fs"
	"iter"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/posted"
)

const (
	maxGist = 60       // words
	maxRead = 64 << 10 // of the message, and of what the client has sent
)

// gist is what an error says in each of its occurrences: the different words of its
// message without numbers, what is quoted, what errors of known types name, and
// what the client has sent. Whoever asks for pages that are not there, each under
// another name, shall not make an error of each.
func gist(r *http.Request, err error) string {
	message := unquoted(withoutNames(err))
	sent := wordsOf(r, err)
	var said []string
	for token := range strings.FieldsFuncSeq(message, func(r rune) bool { return !ofWord(r) && !strings.ContainsRune("-_:.", r) }) {
		if strings.ContainsFunc(token, unicode.IsDigit) { // an address, a date, an id
			continue
		}
		for word := range words(token) {
			if !sent[strings.ToLower(word)] && !slices.Contains(said, word) && len(said) < maxGist {
				said = append(said, word)
			}
		}
	}
	return strings.Join(said, " ")
}

var quoted = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("\"[^\"]*\"|'[^']*'|`[^`]*`") })

func unquoted(message string) string {
	return quoted().ReplaceAllString(message, " ")
}

// withoutNames is err's message in which the errors of known types say what was
// tried and what was wrong with it, and not to which file or host it happened.
func withoutNames(err error) string {
	message := gangplank.ErrorText(err)
	message = message[:min(len(message), maxRead)]
	walk(err, func(e error, _ int) {
		if what, inner, ok := operation(e); ok {
			if inner != nil {
				what += " " + gangplank.ErrorText(inner)
			}
			message = strings.Replace(message, gangplank.ErrorText(e), what, 1)
		}
	})
	return message
}

func operation(err error) (what string, inner error, ok bool) {
	switch e := err.(type) {
	case *fs.PathError:
		return e.Op, e.Err, true
	case *os.LinkError:
		return e.Op, e.Err, true
	case *exec.Error:
		return "exec", e.Err, true
	case *url.Error:
		return e.Op, e.Err, true
	case *net.OpError:
		return e.Op + " " + e.Net, e.Err, true
	case *net.DNSError:
		return "lookup", errors.New(e.Err), true
	}
	return "", nil, false
}

// wordsOf are the words that the client has sent, in lower case: of the address,
// the form as far as it was parsed, cookies, and the name that it claims.
func wordsOf(r *http.Request, err error) map[string]bool {
	sent := map[string]bool{}
	left := maxRead
	add := func(text string) {
		text = text[:min(len(text), left)]
		left -= len(text)
		for word := range words(text) {
			sent[strings.ToLower(word)] = true
		}
	}
	addForm := func(fields iter.Seq[posted.Field]) {
		for f := range fields {
			if add(f.Name); f.File != nil {
				add(f.File.Name)
			}
			add(f.Text)
		}
	}
	if r.URL != nil {
		add(r.URL.Path)
		addForm(valueFields(r.URL.Query()))
	}
	user, _, _ := r.BasicAuth()
	add(user)
	add(r.Host)
	add(gangplank.From(r).RequestID())
	for _, c := range r.Cookies() {
		add(c.Value)
	}
	c := &collector{r: r, stuck: timedOut(err)}
	if form := c.parsed(); form != nil {
		addForm(form.fields)
	}
	return sent
}

// words are those that tell something. Of one letter there are too many by accident.
func words(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !ofWord(r) }) {
			if len(word) > 1 && !yield(word) {
				return
			}
		}
	}
}

func ofWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}
