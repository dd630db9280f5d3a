//go:build !unix

package static_test

import "errors"

func mkfifo(string) error { return errors.ErrUnsupported }
