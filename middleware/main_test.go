package middleware_test

import (
	"crypto/x509"
	"fmt"
	"io"
	"iter"
	"maps"
	"runtime/debug"
	"strings"
	"testing"
)

// wantPanic checks that f panics with a message that contains all of want.
func wantPanic(t *testing.T, f func(), want ...string) {
	t.Helper()
	defer func() {
		t.Helper()
		message := fmt.Sprint(recover())
		for _, w := range want {
			if !strings.Contains(message, w) {
				t.Errorf("got panic %q, want %q in it", message, w)
			}
		}
	}()
	f()
}

// variables is the facts of a gateway that has nothing but variables.
type variables map[string]string

func (v variables) Var(name string) (string, bool)        { value, ok := v[name]; return value, ok }
func (v variables) Vars() iter.Seq2[string, string]       { return maps.All(v) }
func (variables) Stderr() io.Writer                       { return nil }
func (variables) ClientCertUnverified() *x509.Certificate { return nil }

func stackOf() string { return string(debug.Stack()) }
