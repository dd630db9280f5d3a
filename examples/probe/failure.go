package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/gangplank-web/gangplank"
)

// doPanic panics, before anything was written or after.
func doPanic(w http.ResponseWriter, r *http.Request) error {
	after, err := queryNumber(r, "after", 0, maxBytes)
	if err != nil {
		return err
	}
	half, err := queryNumber(r, "half", 0, maxBytes)
	if err != nil {
		return err
	}
	if after > 0 {
		if err := flushEach(w, &letters{}, after); err != nil {
			return err
		}
	}
	if _, err := io.CopyN(w, &letters{}, half); err != nil {
		return err
	}
	if r.URL.Query().Get("abort") != "" {
		panic(http.ErrAbortHandler)
	}
	panic("probe: a panic was asked for")
}

// fail returns an error.
func fail(w http.ResponseWriter, r *http.Request) error {
	switch kind := r.PathValue("kind"); kind {
	case "notfound":
		return gangplank.Error(http.StatusNotFound, "There is no such page yet.")
	case "conflict":
		return gangplank.Error(http.StatusConflict, "Somebody else saved this page.").Because(errors.New("revision 7 is not 6"))
	case "toolarge":
		_, err := io.ReadAll(http.MaxBytesReader(w, io.NopCloser(&letters{}), 10))
		return err
	case "timeout":
		return fmt.Errorf("asking the database: %w", context.DeadlineExceeded)
	case "wrapped":
		cause := errors.New("no route to host")
		return fmt.Errorf("page: %w", fmt.Errorf("store: %w", fmt.Errorf("dial: %w", cause)))
	default:
		return gangplank.Error(http.StatusNotFound, "There is no error of the kind "+kind+".")
	}
}

func stderr(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(gangplank.From(r).Gateway().Stderr(), r.URL.Query().Get("msg"))
	io.WriteString(w, "ok\n")
}
