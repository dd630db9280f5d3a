// Package storagetest tests that a wiki's storage keeps what model.Storage says.
package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// Run tests storages that open returns, each empty.
func Run(t *testing.T, open func(t *testing.T) model.Storage) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, model.Storage)
	}{
		{"Revisions", revisions}, {"History", history}, {"Recent", recent}, {"Pages", pages}, {"Race", race},
		{"HostileNames", hostileNames}, {"Attachments", attachments}, {"BrokenUpload", brokenUpload},
		{"Accounts", accounts}, {"Locks", locks}, {"Cancelled", cancelled}, {"Search", search}, {"SearchChanges", searchChanges}, {"SearchLarge", searchLarge}, {"SearchRace", searchRace},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
			test.run(t, s)
		})
	}
}

// moment is a time as storages keep it.
var moment = time.Date(2026, 5, 4, 3, 2, 1, 123456000, time.UTC)

func revision(title string, number int) model.Revision {
	return model.Revision{
		Title: title, Number: number, Text: fmt.Sprintf("text %d\n", number), Author: "alice",
		Comment: fmt.Sprintf("change %d", number), Time: moment.Add(time.Duration(number) * time.Second),
	}
}

func save(t *testing.T, s model.Storage, r model.Revision) {
	t.Helper()
	if err := s.Save(t.Context(), r); err != nil {
		t.Fatalf("Save(%q, %d): %v", r.Title, r.Number, err)
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

func revisions(t *testing.T, s model.Storage) {
	ctx := t.Context()
	if _, err := s.Page(ctx, "A"); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("a page that never was: %v", err)
	}
	first, second := revision("A", 1), revision("A", 2)
	second.MovedTo, second.Deleted = "B", true
	for _, early := range []int{0, 2, -1} {
		if err := s.Save(ctx, revision("A", early)); !errors.Is(err, model.ErrConflict) {
			t.Errorf("revision %d of a new page: %v", early, err)
		}
	}
	save(t, s, first)
	save(t, s, second)
	for _, late := range []int{1, 2, 4} {
		if err := s.Save(ctx, revision("A", late)); !errors.Is(err, model.ErrConflict) {
			t.Errorf("revision %d after 2: %v", late, err)
		}
	}
	page, err := s.Page(ctx, "A")
	equal(t, "the page", fmt.Sprint(page, err), fmt.Sprint(second, nil))
	old, err := s.Revision(ctx, "A", 1)
	equal(t, "the first revision", fmt.Sprint(old, err), fmt.Sprint(first, nil))
	for _, none := range []int{0, 3, -1} {
		if _, err := s.Revision(ctx, "A", none); !errors.Is(err, model.ErrNotFound) {
			t.Errorf("revision %d: %v", none, err)
		}
	}
}

func history(t *testing.T, s model.Storage) {
	for n := range 12 {
		save(t, s, revision("A", n+1))
	}
	save(t, s, revision("B", 1))
	for _, test := range []struct {
		before, limit int
		want          []int
	}{
		{0, 3, []int{12, 11, 10}}, {11, 2, []int{10, 9}}, {3, 10, []int{2, 1}}, {1, 10, nil}, {0, 0, nil},
	} {
		list, err := s.History(t.Context(), "A", test.before, test.limit)
		var got []int
		for _, r := range list {
			got = append(got, r.Number)
			if r.Text != "" || r.Title != "A" || r.Author != "alice" || !r.Time.Equal(moment.Add(time.Duration(r.Number)*time.Second)) {
				t.Errorf("got %+v", r)
			}
		}
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("before %d, limit %d: got %v, %v, want %v", test.before, test.limit, got, err, test.want)
		}
	}
	if list, err := s.History(t.Context(), "none", 0, 9); err != nil || len(list) != 0 {
		t.Errorf("a page that never was: %v, %v", list, err)
	}
}

func recent(t *testing.T, s model.Storage) {
	for n := range 6 {
		r := revision(fmt.Sprintf("P%d", n%3), n/3+1)
		r.Time = moment.Add(time.Duration(n) * time.Minute)
		save(t, s, r)
	}
	for _, test := range []struct {
		before time.Time
		want   string
	}{
		{time.Time{}, "P2/2 P1/2 P0/2 P2/1"},
		{moment.Add(time.Hour), "P2/2 P1/2 P0/2 P2/1"},
		{moment.Add(3*time.Minute + time.Microsecond), "P0/2 P2/1 P1/1 P0/1"},
		{moment.Add(3 * time.Minute), "P2/1 P1/1 P0/1"},
		{moment, ""},
		{time.UnixMicro(1), ""},
	} {
		list, err := s.Recent(t.Context(), test.before, 4)
		var got []string
		for _, r := range list {
			got = append(got, fmt.Sprint(r.Title, "/", r.Number, r.Text))
		}
		if err != nil || strings.Join(got, " ") != test.want {
			t.Errorf("before %v: got %q, %v, want %q", test.before, got, err, test.want)
		}
	}
}

func pages(t *testing.T, s model.Storage) {
	for _, title := range []string{"b", "a", "ä", "A", "B c"} {
		save(t, s, revision(title, 1))
	}
	save(t, s, revision("b", 2))
	var got []string
	for r, err := range s.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Title+":"+strings.TrimSpace(r.Text))
	}
	if want := []string{"A:text 1", "B c:text 1", "a:text 1", "b:text 2", "ä:text 1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for range s.Pages(t.Context()) {
		break // must leave nothing locked
	}
	save(t, s, revision("b", 3))
}

// race: of many writers of one revision one wins, and its text is stored.
func race(t *testing.T, s model.Storage) {
	for number := 1; number <= 5; number++ {
		var winners atomic.Int32
		var winner atomic.Value
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() {
				r := revision("A", number)
				r.Author = fmt.Sprint("author ", n)
				err := s.Save(t.Context(), r)
				if err == nil {
					winners.Add(1)
					winner.Store(r.Author)
				} else if !errors.Is(err, model.ErrConflict) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		page, err := s.Page(t.Context(), "A")
		if err != nil || winners.Load() != 1 || page.Author != winner.Load() || page.Number != number {
			t.Errorf("round %d: %d winners, %v, stored %+v, %v", number, winners.Load(), winner.Load(), page, err)
		}
	}
}

func hostileNames(t *testing.T, s model.Storage) {
	names := []string{
		"../../etc/passwd", "..", ".", "/", "a/b", `a\b`, "CON", "a'; DROP TABLE pages; --", "%00", "a\x00b", "a\nb", strings.Repeat("ä", 200),
		"a", "A", "ä", "a\u0308", "%", "_", "Category:Ships", "-", ".git", "\u202e", "\U0001F6A2",
	}
	for _, name := range names {
		save(t, s, revision(name, 1))
		a := model.Attachment{Page: name, Name: name, Type: "text/plain", Time: moment}
		if err := s.Attach(t.Context(), a, strings.NewReader(name)); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range names {
		if r, err := s.Page(t.Context(), name); err != nil || r.Title != name || r.Number != 1 {
			t.Errorf("%q: got %+v, %v", name, r, err)
		}
		if got := content(t, s, name, name); got != name {
			t.Errorf("%q: attachment %q", name, got)
		}
	}
}

func accounts(t *testing.T, s model.Storage) {
	ctx := t.Context()
	alice := model.Account{Name: "alice", Hash: "h", Roles: []string{model.Editor, model.Admin}, Created: moment}
	if err := s.SaveAccount(ctx, alice, true); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveAccount(ctx, model.Account{Name: "alice"}, true); !errors.Is(err, model.ErrConflict) {
		t.Errorf("a second alice: %v", err)
	}
	got, err := s.Account(ctx, "alice")
	equal(t, "alice", fmt.Sprint(got, err), fmt.Sprint(alice, nil))
	alice.Roles, alice.Hash = nil, "h2"
	if err := s.SaveAccount(ctx, alice, false); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveAccount(ctx, model.Account{Name: "Alice", Created: moment}, true); err != nil {
		t.Errorf("names differ by case: %v", err)
	}
	list, err := s.Accounts(ctx)
	if err != nil || len(list) != 2 || list[0].Name != "Alice" || list[1].Hash != "h2" || len(list[1].Roles) != 0 {
		t.Errorf("got %+v, %v", list, err)
	}
	if _, err := s.Account(ctx, "bob"); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func locks(t *testing.T, s model.Storage) {
	for _, role := range []string{"", model.Admin, model.Editor, ""} {
		if role != "" {
			if err := s.Lock(t.Context(), "A", role); err != nil {
				t.Fatal(err)
			}
		} else if err := s.Lock(t.Context(), "A", ""); err != nil {
			t.Fatal(err)
		}
		if got, err := s.LockOf(t.Context(), "A"); got != role || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, role)
		}
	}
}

func cancelled(t *testing.T, s model.Storage) {
	save(t, s, revision("A", 1))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Save(ctx, revision("A", 2)); err != nil {
		if r, _ := s.Page(t.Context(), "A"); r.Number != 1 {
			t.Errorf("Save failed with %v and has stored %d", err, r.Number)
		}
	}
}
