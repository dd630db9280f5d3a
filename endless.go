package gangplank

// maxErrors bounds an error's tree of causes: whole trees are small.
const maxErrors = 1000

// Finite returns err, or, if its causes have no end, an error with its text that
// has none: an error that is its own cause hangs errors.Is and errors.As. [Fail] and
// [Context.SetFailure] see to it; layers that recover from panics have to.
func Finite(err error) error {
	if room := maxErrors; endless(err, &room) {
		return &cutError{err}
	}
	return err
}

type cutError struct{ err error }

func (e *cutError) Error() string { return e.err.Error() }

func endless(err error, room *int) bool {
	if *room--; *room < 0 {
		return true
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return endless(e.Unwrap(), room)
	case interface{ Unwrap() []error }:
		for _, cause := range e.Unwrap() {
			if endless(cause, room) {
				return true
			}
		}
	}
	return false
}
