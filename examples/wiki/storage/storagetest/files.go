package storagetest

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

func content(t *testing.T, s model.Storage, page, name string) string {
	t.Helper()
	_, f, err := s.Attachment(t.Context(), page, name)
	if err != nil {
		t.Errorf("%s of %s: %v", name, page, err)
		return ""
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

func attachments(t *testing.T, s model.Storage) {
	ctx := t.Context()
	big := strings.Repeat("0123456789abcdef", 1<<16)
	for _, file := range []struct{ page, name, content string }{
		{"A", "b.txt", "old"}, {"A", "a.bin", big}, {"A", "b.txt", "new"}, {"B", "b.txt", "another page's"}, {"A", "empty", ""},
	} {
		a := model.Attachment{Page: file.page, Name: file.name, Type: "text/plain", Size: int64(len(file.content)), Author: "alice", Time: moment}
		if err := s.Attach(ctx, a, strings.NewReader(file.content)); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Attachments(ctx, "A")
	var names []string
	for _, a := range list {
		names = append(names, fmt.Sprint(a.Page, a.Name, a.Size, a.Type, a.Author, a.Time.Equal(moment)))
	}
	want := []string{fmt.Sprint("Aa.bin", len(big), "text/plainalicetrue"), "Ab.txt3text/plainalicetrue", "Aempty0text/plainalicetrue"}
	equal(t, "list", names, want)
	if err != nil || content(t, s, "A", "a.bin") != big || content(t, s, "A", "b.txt") != "new" {
		t.Errorf("contents differ, %v", err)
	}
	a, f, err := s.Attachment(ctx, "A", "a.bin")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.Seek(-16, io.SeekEnd); err != nil || n != int64(len(big)-16) || a.Size != int64(len(big)) {
		t.Errorf("Seek: %d, %v, size %d", n, err, a.Size)
	}
	f.Close()
	for range 2 {
		if err := s.Detach(ctx, "A", "b.txt"); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := s.Attachment(ctx, "A", "b.txt"); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("a removed file: %v", err)
	}
	if content(t, s, "B", "b.txt") != "another page's" {
		t.Error("the other page's file is gone")
	}
}

// brokenUpload: what was there stays.
func brokenUpload(t *testing.T, s model.Storage) {
	a := model.Attachment{Page: "A", Name: "f", Time: moment}
	if err := s.Attach(t.Context(), a, strings.NewReader("whole")); err != nil {
		t.Fatal(err)
	}
	broken := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if err := s.Attach(t.Context(), a, broken); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
	if got := content(t, s, "A", "f"); got != "whole" {
		t.Errorf("got %q", got)
	}
}
