// Package model is what a wiki is: pages with revisions, attachments and
// accounts, and the rules for changing them. It knows nothing of HTTP and
// nothing of how things are stored.
package model

import (
	"errors"
	"time"
)

// What storages answer, so that callers can tell what happened.
var (
	ErrNotFound = errors.New("wiki: there is no such thing")
	ErrConflict = errors.New("wiki: somebody else was quicker")
)

// Revision is one version of a page, whole. A page is its newest revision.
type Revision struct {
	Title   string    // of the page, as people write it
	Number  int       // 1 for the first, without gaps
	Text    string    // Markdown
	Author  string    // the account's name; empty for nobody known
	Comment string    // why, in the author's words
	Time    time.Time // in UTC, to the microsecond
	MovedTo string    // the page has been renamed: the title under which it goes on
	Deleted bool      // the page is gone, its history is not
}

// Attachment is a file that belongs to a page.
type Attachment struct {
	Page, Name string
	Type       string // media type, as found out by looking at the content
	Size       int64
	Author     string
	Time       time.Time
}

// Account is somebody who may log in.
type Account struct {
	Name    string
	Hash    string   // of the password, as package auth made it
	Roles   []string // see Reader, Editor, Admin
	Created time.Time
}

// The roles, each of which includes the one before it.
const (
	Reader = "reader"
	Editor = "editor"
	Admin  = "admin"
)
