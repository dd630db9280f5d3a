// Package settings is what all middleware does with its settings: it collects
// what is wrong with them, says so when the program starts, and fills in defaults.
package settings

import (
	"errors"
	"fmt"
)

// Faults collects all that is wrong with the fields of a Config.
type Faults []error

// Add adds one; a fault names the field and its value. The format is that of
// fmt.Errorf.
func (f *Faults) Add(field, format string, args ...any) {
	*f = append(*f, fmt.Errorf("%s: %w", field, fmt.Errorf(format, args...)))
}

// Join is what Validate returns: nil if there is none.
func (f Faults) Join() error { return errors.Join(f...) }

// Check panics if err is not nil: what is wrong with the settings of a constructor
// is a mistake in the program, which shows at its start. who is the package, or
// the package and what in it was given the settings, as in "auth: LoginConfig".
func Check(who string, err error) {
	if err != nil {
		panic(who + ": " + err.Error())
	}
}

// Default gives a setting that is not set its default.
func Default[T comparable](setting *T, value T) {
	var zero T
	if *setting == zero {
		*setting = value
	}
}
