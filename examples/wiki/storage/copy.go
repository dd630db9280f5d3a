package storage

import (
	"context"
	"errors"
	"fmt"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// Copy copies a whole wiki into an empty one: all revisions of all pages, with
// their files and locks, and the accounts. Sessions are not copied.
func Copy(ctx context.Context, to, from model.Storage) error {
	for range to.Pages(ctx) {
		return errors.New("storage: there is a wiki already")
	}
	for page, err := range from.Pages(ctx) {
		if err == nil {
			err = copyPage(ctx, to, from, page)
		}
		if err != nil {
			return fmt.Errorf("storage: page %q: %w", page.Title, err)
		}
	}
	accounts, err := from.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := to.SaveAccount(ctx, a, true); err != nil {
			return fmt.Errorf("storage: account %q: %w", a.Name, err)
		}
	}
	return nil
}

func copyPage(ctx context.Context, to, from model.Storage, page model.Revision) error {
	for number := 1; number <= page.Number; number++ {
		r, err := from.Revision(ctx, page.Title, number)
		if err == nil {
			err = to.Save(ctx, r)
		}
		if err != nil {
			return err
		}
	}
	role, err := from.LockOf(ctx, page.Title)
	if err == nil && role != "" {
		err = to.Lock(ctx, page.Title, role)
	}
	if err != nil {
		return err
	}
	files, err := from.Attachments(ctx, page.Title)
	for i := 0; i < len(files) && err == nil; i++ {
		err = copyFile(ctx, to, from, files[i])
	}
	return err
}

func copyFile(ctx context.Context, to, from model.Storage, file model.Attachment) error {
	a, content, err := from.Attachment(ctx, file.Page, file.Name)
	if err != nil {
		return err
	}
	defer content.Close()
	return to.Attach(ctx, a, content)
}
