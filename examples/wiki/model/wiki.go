package model

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of what is stored. A text of MaxText is a book.
const (
	MaxTitle   = 200
	MaxComment = 500
	MaxText    = 1 << 20
)

// Wiki is a Storage with the rules for changing what is in it.
type Wiki struct{ Storage }

// Conflict is what Edit returns when somebody has saved the page meanwhile.
type Conflict struct{ Theirs Revision }

func (e *Conflict) Error() string {
	return fmt.Sprintf("wiki: %q has been saved as revision %d meanwhile", e.Theirs.Title, e.Theirs.Number)
}

func (e *Conflict) Unwrap() error { return ErrConflict }

// Invalid says in public words what is wrong with something that somebody wrote.
type Invalid struct{ Reason string }

func (e *Invalid) Error() string { return "wiki: " + e.Reason }

// Show returns the newest revision of a page, and of the page under whose title it
// goes on if it was renamed; moved tells. A deleted page is ErrNotFound, with the
// revision that says so.
func (w Wiki) Show(ctx context.Context, title string) (r Revision, moved bool, err error) {
	for range 10 { // renamed to and fro, two pages may point at each other
		if r, err = w.Page(ctx, title); err != nil {
			return r, moved, err
		}
		if r.MovedTo == "" {
			break
		}
		title, moved = r.MovedTo, true
	}
	if !r.Live() {
		return r, moved, ErrNotFound
	}
	return r, moved, nil
}

// Has reports whether there is a page of that title to be read.
func (w Wiki) Has(ctx context.Context, title string) (bool, error) {
	r, err := w.Page(ctx, title)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && r.Live(), err
}

// Live reports whether a page of that revision is there to be read: it is neither
// deleted nor goes on under another title.
func (r Revision) Live() bool { return !r.Deleted && r.MovedTo == "" }

// Edit saves a new revision of the page. base is the number of the revision that
// the author had before him, 0 for none; if it is not the newest any more, Edit
// returns a *Conflict and stores nothing.
func (w Wiki) Edit(ctx context.Context, r Revision, base int) (Revision, error) {
	r.Title, r.Comment = CleanTitle(r.Title), strings.TrimSpace(r.Comment)
	r.Text = CleanText(r.Text)
	if err := check(r); err != nil {
		return r, err
	}
	r.Number, r.Time = base+1, now()
	err := w.Save(ctx, r)
	if errors.Is(err, ErrConflict) {
		theirs, err := w.Page(ctx, r.Title)
		if errors.Is(err, ErrNotFound) { // base was made up
			theirs, err = Revision{Title: r.Title}, nil
		}
		if err != nil {
			return r, err
		}
		return r, &Conflict{theirs}
	}
	return r, err
}

// CleanText ends a text's lines as they are stored: forms send them with CR LF.
func CleanText(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// now is the time as every storage can keep it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func check(r Revision) error {
	switch {
	case r.Title == "":
		return &Invalid{"A page needs a title."}
	case utf8.RuneCountInString(r.Title) > MaxTitle:
		return &Invalid{fmt.Sprintf("A title may have %d characters.", MaxTitle)}
	case strings.ContainsFunc(r.Title, unprintable) || strings.ContainsAny(r.Title, "[]|#<>/\\"):
		return &Invalid{"A title may not contain any of [ ] | # < > / \\ and control characters."}
	case strings.Trim(r.Title, ".") == "":
		return &Invalid{"A title needs more than dots."}
	case utf8.RuneCountInString(r.Comment) > MaxComment:
		return &Invalid{fmt.Sprintf("A comment may have %d characters.", MaxComment)}
	case len(r.Text) > MaxText:
		return &Invalid{fmt.Sprintf("A page may have %d kB; this has %d.", MaxText>>10, len(r.Text)>>10)}
	case !utf8.ValidString(r.Text + r.Title + r.Comment), strings.Contains(r.Text, "\x00"):
		return &Invalid{"The text is not UTF-8."}
	}
	return nil
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// Revert makes an old revision the newest again.
func (w Wiki) Revert(ctx context.Context, title string, number int, author string) (Revision, error) {
	old, err := w.Revision(ctx, title, number)
	if err != nil {
		return old, err
	}
	newest, err := w.Page(ctx, title)
	if err != nil {
		return newest, err
	}
	return w.Edit(ctx, Revision{Title: title, Text: old.Text, Author: author, Comment: fmt.Sprintf("Back to revision %d", number)}, newest.Number)
}

// Delete leaves a page's history and takes it out of the wiki.
func (w Wiki) Delete(ctx context.Context, title, author, comment string) error {
	newest, err := w.Page(ctx, title)
	if err != nil {
		return err
	}
	_, err = w.Edit(ctx, Revision{Title: title, Author: author, Comment: comment, Deleted: true}, newest.Number)
	return err
}

// Rename lets a page go on under another title, where none may be, or only a
// deleted one; the old title leads there.
func (w Wiki) Rename(ctx context.Context, from, to, author string) error {
	from, to = CleanTitle(from), CleanTitle(to)
	page, err := w.Page(ctx, from)
	switch {
	case err != nil:
		return err
	case from == to:
		return &Invalid{"That is its title already."}
	case !page.Live():
		return ErrNotFound
	}
	there, err := w.Page(ctx, to)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return err
	case !there.Deleted && there.MovedTo != from: // a page may be moved back
		return &Invalid{fmt.Sprintf("There is a page %q already.", to)}
	}
	comment := fmt.Sprintf("Renamed from %q", from)
	if _, err := w.Edit(ctx, Revision{Title: to, Text: page.Text, Author: author, Comment: comment}, there.Number); err != nil {
		return err
	}
	_, err = w.Edit(ctx, Revision{Title: from, Author: author, Comment: fmt.Sprintf("Renamed to %q", to), MovedTo: to}, page.Number)
	return err
}
