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

// Plant writes the pages into a wiki that has none. Several processes may do so
// at once.
func Plant(ctx context.Context, w model.Wiki) error {
	for _, err := range w.Pages(ctx) {
		return err // there is a page, or an error
	}
	files, err := fs.Glob(pages, "pages/*.md")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := pages.ReadFile(file)
		if err != nil {
			return err
		}
		title := strings.TrimSuffix(path.Base(file), ".md")
		title = strings.Replace(title, "Category-", model.CategoryPrefix, 1)
		_, err = w.Edit(ctx, model.Revision{Title: title, Text: string(text), Comment: "As the wiki came"}, 0)
		if err != nil && !errors.Is(err, model.ErrConflict) {
			return err
		}
	}
	return nil
}
