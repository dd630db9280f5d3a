// Package seed has the pages of a new wiki, which explain it and Gangplank.
package seed

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

//go:embed pages/*.md
var pages embed.FS

// comment is the seed pages' own.
const comment = "As the wiki came"

// Plant writes the pages into a wiki that has no others. Several processes may do so
// at once: each returns when all are there, whoever has written them, since it then
// shows them.
func Plant(ctx context.Context, w model.Wiki) error {
	files, err := fs.Glob(pages, "pages/*.md")
	if err != nil {
		return err
	}
	planted := 0
	for r, err := range w.Pages(ctx) {
		if err != nil || r.Comment != comment {
			return err // or the wiki is in use
		}
		planted++
	}
	if planted == len(files) {
		return nil
	}
	for _, file := range files {
		if err := plant(ctx, w, file); err != nil {
			return err
		}
	}
	return nil
}

// plant writes a page, unless it is there.
func plant(ctx context.Context, w model.Wiki, file string) error {
	text, err := pages.ReadFile(file)
	if err != nil {
		return err
	}
	title := strings.TrimSuffix(path.Base(file), ".md")
	title = strings.Replace(title, "Category-", model.CategoryPrefix, 1)
	_, err = w.Edit(ctx, model.Revision{Title: title, Text: string(text), Comment: comment}, 0)
	if errors.Is(err, model.ErrConflict) {
		return nil
	}
	return err
}
