package storage_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/storage"
)

// writerVariable makes the test binary a program that saves until it is killed.
const writerVariable = "WIKI_TEST_WRITE"

func TestMain(m *testing.M) {
	if address := os.Getenv(writerVariable); address != "" {
		write(address)
	}
	os.Exit(m.Run())
}

// write saves revision after revision, tells of each that is stored, and searches
// for it.
func write(address string) {
	s, err := storage.Open(context.Background(), address)
	for number := 1; err == nil; number++ {
		err = s.Save(context.Background(), model.Revision{Title: "P", Number: number, Text: text(number), Time: time.Now()})
		if err == nil {
			fmt.Println(number)
			_, err = s.Search(context.Background(), model.Words(text(number)[:8]), 1) // it may be what is killed
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func text(number int) string { return strings.Repeat(fmt.Sprintf("%08d\n", number), 500) }

func addresses(t *testing.T) map[string]string {
	dir := t.TempDir()
	return map[string]string{
		"sqlite": filepath.Join(dir, "wiki.db"), "files": "files:" + filepath.Join(dir, "wiki"), "bolt": "bolt:" + filepath.Join(dir, "wiki.bolt"),
	}
}

// What was stored when the process was killed is there, and whole.
func TestKill(t *testing.T) {
	for _, n := range []int{1, 40, 100} {
		for name, address := range addresses(t) {
			t.Run(fmt.Sprint(name, " after ", n), func(t *testing.T) { checkStored(t, address, killAfter(t, address, n)) })
		}
	}
}

// killAfter has another process write, kills it when it has stored n revisions,
// and returns how many it has told of.
func killAfter(t *testing.T, address string, n int) (stored int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), writerVariable+"="+address)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &stored); err != nil {
			t.Fatal(err)
		}
		if stored == n {
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	if stored < n {
		t.Fatalf("the writer ended by itself after %d", stored)
	}
	return stored
}

func checkStored(t *testing.T, address string, stored int) {
	t.Helper()
	s, err := storage.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	page, err := s.Page(t.Context(), "P")
	if err != nil || page.Number < stored {
		t.Fatalf("got revision %d, %v, want %d or more", page.Number, err, stored)
	}
	for number := 1; number <= page.Number; number++ {
		if r, err := s.Revision(t.Context(), "P", number); err != nil || r.Text != text(number) {
			t.Errorf("revision %d: %v, %d bytes", number, err, len(r.Text))
		}
	}
	if list, err := s.Recent(t.Context(), time.Time{}, 5); err != nil || list[0].Number != page.Number {
		t.Errorf("recent: %v, %v", list, err)
	}
	for number, want := range map[int]int{page.Number: 1, page.Number - 1: 0} {
		if found, err := s.Search(t.Context(), model.Words(text(number)[:8]), 9); err != nil || len(found) != want {
			t.Errorf("the words of revision %d of %d: found %d pages, %v, want %d", number, page.Number, len(found), err, want)
		}
	}
	if err := s.Save(t.Context(), model.Revision{Title: "P", Number: page.Number + 1, Time: time.Now()}); err != nil {
		t.Errorf("the next revision: %v", err)
	}
}

// Every storage's wiki is the same in every other.
func TestCopy(t *testing.T) {
	ctx := t.Context()
	at := time.Date(2026, 5, 4, 3, 2, 1, 9000, time.UTC)
	for fromName, fromAddress := range addresses(t) {
		from, err := storage.Open(ctx, fromAddress)
		if err != nil {
			t.Fatal(err)
		}
		defer from.Close()
		for number := 1; number <= 3; number++ {
			r := model.Revision{Title: "Ä", Number: number, Text: fmt.Sprint("text ", number), Author: "alice", Comment: "c", Time: at.Add(time.Duration(number) * time.Second)}
			r.Deleted = number == 3
			if err := from.Save(ctx, r); err != nil {
				t.Fatal(err)
			}
		}
		for _, err := range []error{
			from.Save(ctx, model.Revision{Title: "B", Number: 1, MovedTo: "Ä", Time: at}),
			from.Attach(ctx, model.Attachment{Page: "Ä", Name: "f", Type: "text/plain", Size: 4, Author: "bob", Time: at}, strings.NewReader("file")),
			from.SaveAccount(ctx, model.Account{Name: "alice", Hash: "h", Roles: []string{model.Admin}, Created: at}, true),
			from.Lock(ctx, "Ä", model.Admin),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		want := everything(t, from)
		for toName, toAddress := range addresses(t) {
			to, err := storage.Open(ctx, toAddress)
			if err != nil {
				t.Fatal(err)
			}
			if err := storage.Copy(ctx, to, from); err != nil {
				t.Errorf("%s to %s: %v", fromName, toName, err)
			}
			if got := everything(t, to); got != want {
				t.Errorf("%s to %s: got\n%s\nwant\n%s", fromName, toName, got, want)
			}
			if err := storage.Copy(ctx, to, from); err == nil {
				t.Errorf("%s: copied over a wiki", toName)
			}
			to.Close()
		}
	}
}

// everything is a wiki as text.
func everything(t *testing.T, s model.Storage) string {
	t.Helper()
	var out strings.Builder
	for page, err := range s.Pages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= page.Number; n++ {
			r, err := s.Revision(t.Context(), page.Title, n)
			fmt.Fprintf(&out, "%+v %v\n", r, err)
		}
		role, err := s.LockOf(t.Context(), page.Title)
		fmt.Fprintln(&out, "lock", role, err)
		files, err := s.Attachments(t.Context(), page.Title)
		fmt.Fprintf(&out, "%+v %v\n", files, err)
		for _, f := range files {
			_, content, err := s.Attachment(t.Context(), f.Page, f.Name)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(content)
			fmt.Fprintf(&out, "%q %v\n", b, err)
			content.Close()
		}
	}
	recent, err := s.Recent(t.Context(), time.Time{}, 2)
	fmt.Fprintf(&out, "%+v %v\n", recent, err)
	accounts, err := s.Accounts(t.Context())
	fmt.Fprintf(&out, "%+v %v\n", accounts, err)
	return out.String()
}

func TestUnknown(t *testing.T) {
	if _, err := storage.Open(t.Context(), "oracle://user:secret@host"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

func TestBeside(t *testing.T) {
	for address, want := range map[string]string{
		"data/wiki.db": "data/wiki.db-errors", "sqlite:wiki.db": "wiki.db-errors", "bolt:w": "w-errors",
		"files:wiki": filepath.Join("wiki", "errors"), "postgres://user@host/name": "",
	} {
		if got := storage.Beside(address, "errors"); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}
