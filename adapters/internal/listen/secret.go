package listen

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// Secret claims secret=, secret-file= and secret-env=, of which one may be given, and returns the secret; "" if there is none.
// secret= is seen by everybody who may list processes: the others exist for that reason.
func (o *Options) Secret() string {
	sources := []struct {
		name string
		read func(string) (string, error)
	}{
		{"secret", func(s string) (string, error) { return s, nil }},
		{"secret-file", readSecret},
		{"secret-env", func(s string) (string, error) { return os.Getenv(s), nil }},
	}
	var secret, from string
	for _, source := range sources {
		value, ok := o.Text(source.name)
		if !ok {
			continue
		}
		if from != "" {
			o.errs = append(o.errs, fmt.Errorf("%s and %s exclude each other", from, source.name))
		}
		from = source.name
		s, err := source.read(value)
		if err == nil && s == "" {
			err = errors.New("the secret is empty") // most likely a variable that is not set; it must not mean "no secret needed"
		}
		if err != nil {
			o.errs = append(o.errs, fmt.Errorf("option %s: %w", source.name, err))
		}
		secret = s
	}
	return secret
}

// readSecret drops the end of the line that editors and echo leave behind.
func readSecret(path string) (string, error) {
	b, err := os.ReadFile(path)
	return strings.TrimRight(string(b), "\r\n"), err
}
