package auth

import (
	"errors"
	"fmt"
)

// check panics with what is wrong with the settings of a constructor: a mistake
// in the program that shows at its start.
func check(config string, err error) {
	if err != nil {
		panic("auth: " + config + ": " + err.Error())
	}
}

// faults collects all that is wrong with settings.
type faults []error

// add adds one; a fault names the setting and its value.
func (f *faults) add(setting, format string, args ...any) {
	*f = append(*f, fmt.Errorf("%s: %w", setting, fmt.Errorf(format, args...)))
}

func (f faults) join() error { return errors.Join(f...) }

// set gives a setting its default.
func set[T comparable](setting *T, value T) {
	var zero T
	if *setting == zero {
		*setting = value
	}
}
