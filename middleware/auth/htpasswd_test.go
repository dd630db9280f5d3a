package auth_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/gangplank-web/gangplank/middleware/auth"
)

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestHtpasswd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, groups := filepath.Join(dir, "passwd"), filepath.Join(dir, "group")
	b, _ := bcrypt.GenerateFromPassword([]byte("builder"), bcrypt.MinCost)
	write(t, file, "# people\n\nalice:"+hash(t, "wonderland")+"\r\nbob:"+string(b)+":a comment\ncarol:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\nbob:"+hash(t, "second")+"\nno colon\n")
	write(t, groups, "admin: alice\neditor : alice bob\n: x\n")
	var log bytes.Buffer
	f, err := auth.OpenHtpasswd(auth.HtpasswdConfig{File: file, Groups: groups, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"line 5: neither", "line 6: a second", "line 7: not a name", "line 3: not a role"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, &log)
		}
	}
	if strings.Contains(log.String(), "W6ph") || strings.Contains(log.String(), "no colon") {
		t.Errorf("the log has what is in the file:\n%s", &log)
	}
	h := guarded(auth.NewBasic("x", auth.NewPasswords(auth.PasswordsConfig{Accounts: f, Hasher: quick()})))
	want := func(name, password, body string) {
		t.Helper()
		status := 200
		if body == "" {
			status = 401
		}
		rec := ask(h, "GET", "/", basic(name, password))
		if rec.Code != status || body != "" && rec.Body.String() != body {
			t.Errorf("%s: got %d %q, want %q", name, rec.Code, rec.Body, body)
		}
	}
	want("alice", "wonderland", "alice by basic as admin editor")
	want("bob", "builder", "bob by basic as editor")
	want("bob", "second", "")
	want("carol", "password", "")

	// A change counts at once, also one that leaves size and time as they were.
	before, _ := os.Stat(file)
	content, _ := os.ReadFile(file)
	write(t, file, strings.Replace(string(content), "alice:", "alicf:", 1))
	if err := os.Chtimes(file, time.Time{}, before.ModTime()); err != nil {
		t.Fatal(err)
	}
	want("alice", "wonderland", "")
	want("alicf", "wonderland", "alicf by basic as ")

	// An old file is not read again, until it is another one.
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(file, old, old); err != nil {
		t.Fatal(err)
	}
	want("alicf", "wonderland", "alicf by basic as ")
	write(t, file+".new", "dave:"+hash(t, "hal")+"\n")
	if err := os.Chtimes(file+".new", old, old); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
	want("dave", "hal", "dave by basic as ")
	want("alicf", "wonderland", "")
	write(t, groups, "admin: dave")
	want("dave", "hal", "dave by basic as admin")

	// Without the file nobody can log in, whatever is remembered.
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if rec := ask(h, "GET", "/", basic("dave", "hal")); rec.Code != 503 {
		t.Errorf("got %d, want 503", rec.Code)
	}
	write(t, file, "dave:"+hash(t, "hal")+"\n")
	want("dave", "hal", "dave by basic as admin")
	if _, err := auth.OpenHtpasswd(auth.HtpasswdConfig{File: filepath.Join(dir, "none")}); err == nil {
		t.Error("a file that is not there is no error")
	}
	wantPanic(t, func() { _, _ = auth.OpenHtpasswd(auth.HtpasswdConfig{}) }, "auth: HtpasswdConfig: File: there is none")
}

// For a name that there is not a hash of the file is computed, always the same:
// in a file of slow and fast hashes the time does not tell.
func TestHtpasswdUnknown(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "passwd")
	b, _ := bcrypt.GenerateFromPassword([]byte("builder"), bcrypt.MinCost)
	write(t, file, "alice:"+hash(t, "wonderland")+"\nbob:"+string(b)+"\n")
	f, err := auth.OpenHtpasswd(auth.HtpasswdConfig{File: file})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[bool]int{}
	for i := range 64 {
		name := fmt.Sprint("nobody", i)
		first, _ := f.Account(t.Context(), name)
		second, _ := f.Account(t.Context(), name)
		if first.Name != "" || first.Hash == "" || first.Hash != second.Hash {
			t.Fatalf("%s: got %+v and %+v", name, first, second)
		}
		kinds[strings.HasPrefix(first.Hash, "$argon2id$")]++
	}
	if kinds[true] == 0 || kinds[false] == 0 {
		t.Errorf("got %v: 64 names should have both kinds", kinds)
	}
	h := guarded(auth.NewBasic("x", auth.NewPasswords(auth.PasswordsConfig{Accounts: f, Hasher: quick(), Throttle: auth.ThrottleConfig{Failures: 1000, NetworkFailures: 1000}})))
	for i := range 32 { // whichever hash it is, its right password is not enough
		for _, password := range []string{"wonderland", "builder"} {
			if rec := ask(h, "GET", "/", basic(strings.Repeat("z", i+1), password)); rec.Code != 401 {
				t.Fatalf("got %d", rec.Code)
			}
		}
	}
}

func FuzzHtpasswd(f *testing.F) {
	f.Add([]byte("alice:$2y$05$abcdefghijklmnopqrstuuJ0jDdqgHjBkcCvTdyPnNkmPTcYSSv2S\n# c\r\nbob:$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc:x"))
	f.Add([]byte("admin: a b c\n:\n a : b"))
	f.Fuzz(func(t *testing.T, content []byte) {
		accounts, _ := auth.ParseHtpasswd(content)
		seen := map[string]bool{}
		for _, a := range accounts {
			if a.Name == "" || strings.ContainsAny(a.Name, ":\r\n\x00") || seen[a.Name] || auth.CheckHash(a.Hash) != nil || len(a.Roles) > 0 {
				t.Fatalf("got %+v", a)
			}
			seen[a.Name] = true
		}
		roles, _ := auth.ParseGroups(content)
		for name, list := range roles {
			if name == "" || len(list) == 0 || len(strings.Fields(name)) != 1 {
				t.Fatalf("%q has %q", name, list)
			}
		}
	})
}
