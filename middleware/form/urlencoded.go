package form

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"
)

// charsetField is the hidden field in which a browser names the encoding that it
// used (HTML, "_charset_").
const charsetField = "_charset_"

// readQuery parses application/x-www-form-urlencoded, pair by pair, so that the
// limits hold before anything is stored; url.ParseQuery would build its map
// first.
func (t *tree) readQuery(query string) error {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		if pair == "" {
			continue
		}
		// As in url.ParseQuery: servers that split at semicolons would see
		// other fields (golang/go#25192).
		if strings.Contains(pair, ";") {
			return malformed("The form is malformed.", errors.New("form: semicolon in a pair"))
		}
		name, value, _ := strings.Cut(pair, "=")
		if err := t.readPair(name, value); err != nil {
			return err
		}
	}
	return nil
}

func (t *tree) readPair(name, value string) error {
	if len(name) > 3*t.limits.Name {
		return t.checkName(name)
	}
	name, err := url.QueryUnescape(name)
	if err != nil {
		return malformed("The form is malformed.", err)
	}
	if value, err = url.QueryUnescape(value); err != nil {
		return malformed("The form is malformed.", err)
	}
	return t.pair(name, value)
}

// pair stores a decoded name and value.
func (t *tree) pair(name, value string) error {
	if !utf8.ValidString(name) || !utf8.ValidString(value) {
		return malformed("The form is not in UTF-8.", nil)
	}
	if name == charsetField {
		if !isUTF8(value) {
			return unsupported("Only forms in UTF-8 can be read.")
		}
		return nil
	}
	return t.text(name, value)
}

// readPosted takes what somebody's r.ParseForm has read.
func (t *tree) readPosted(values url.Values) error {
	left := t.limits.Text
	for name, list := range values {
		for _, value := range list {
			if left -= int64(len(name) + len(value)); left < 0 {
				return tooLarge("The form is too large.")
			}
			if err := t.pair(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}
