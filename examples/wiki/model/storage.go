package model

import (
	"context"
	"io"
	"iter"
	"time"
)

// Storage keeps a wiki. All methods may be called from several goroutines and,
// unless a storage says otherwise, from several processes at once; what a method
// has reported as stored survives a crash. Titles, names and texts are arbitrary
// strings: a storage must never take them for paths or statements.
//
// The package storagetest tests that an implementation keeps what is said here.
type Storage interface {
	// Page returns the newest revision of a page, also if that says moved or
	// deleted; ErrNotFound if there never was one.
	Page(ctx context.Context, title string) (Revision, error)
	// Revision returns one revision of a page, or ErrNotFound.
	Revision(ctx context.Context, title string, number int) (Revision, error)
	// Save stores r if its Number is one above the newest revision's (1 for a new
	// page), and ErrConflict otherwise. Of several callers one succeeds.
	Save(ctx context.Context, r Revision) error
	// History returns the page's revisions without their texts, newest first, from
	// number before-1 (0: from the newest), at most limit.
	History(ctx context.Context, title string, before, limit int) ([]Revision, error)
	// Recent returns the wiki's last revisions without their texts, newest first,
	// of those from before a time (the zero time: of all), at most limit.
	Recent(ctx context.Context, before time.Time, limit int) ([]Revision, error)
	// Pages yields the newest revision of every page, in the order of titles.
	Pages(ctx context.Context) iter.Seq2[Revision, error]

	// Search returns the newest revisions of the pages whose terms (Revision.Terms)
	// have each of the words, or a longer one that begins with it; at most limit,
	// the best first. It finds a page as it was last saved, also if a process was
	// killed at any time.
	Search(ctx context.Context, words []string, limit int) ([]Revision, error)

	// Attach stores a file, in place of one of the same page and name. A read
	// error of content leaves what was there.
	Attach(ctx context.Context, a Attachment, content io.Reader) error
	// Attachment returns a file, or ErrNotFound. The caller closes it.
	Attachment(ctx context.Context, page, name string) (Attachment, io.ReadSeekCloser, error)
	// Attachments returns a page's files in the order of names.
	Attachments(ctx context.Context, page string) ([]Attachment, error)
	// Detach removes a file. Nothing there is no error.
	Detach(ctx context.Context, page, name string) error

	// Account returns an account, or ErrNotFound.
	Account(ctx context.Context, name string) (Account, error)
	// Accounts returns all accounts in the order of names.
	Accounts(ctx context.Context) ([]Account, error)
	// SaveAccount stores an account, in place of one of the same name; with fresh
	// set, ErrConflict if there is one.
	SaveAccount(ctx context.Context, a Account, fresh bool) error

	// Lock lets only those with the role edit the page; "" unlocks it.
	Lock(ctx context.Context, title, role string) error
	// LockOf returns the role that a page is locked for, or "".
	LockOf(ctx context.Context, title string) (string, error)

	Close() error
}
