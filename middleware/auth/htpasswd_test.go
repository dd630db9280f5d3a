package auth_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
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

	if _, err := auth.OpenHtpasswd(auth.HtpasswdConfig{File: filepath.Join(dir, "none")}); err == nil {
		t.Error("a file that is not there is no error")
	}
	wantPanic(t, func() { _, _ = auth.OpenHtpasswd(auth.HtpasswdConfig{}) }, "auth: HtpasswdConfig: File: there is none")
}

// passwd is a file, and who can log in by it. Its times are those of the bubble.
type passwd struct {
	t    *testing.T
	file string
	log  bytes.Buffer
	h    http.Handler
}

func newPasswd(t *testing.T, content string) *passwd {
	p := &passwd{t: t, file: filepath.Join(t.TempDir(), "passwd")}
	p.save(p.file, content)
	p.save(p.file+".groups", "admin: alice\n")
	f, err := auth.OpenHtpasswd(auth.HtpasswdConfig{File: p.file, Groups: p.file + ".groups", Logger: slog.New(slog.NewTextHandler(&p.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	p.h = guarded(auth.NewBasic("x", auth.NewPasswords(auth.PasswordsConfig{Accounts: f, Hasher: quick(), Throttle: auth.ThrottleConfig{Failures: 1000, NetworkFailures: 1000}})))
	return p
}

func (p *passwd) save(file, content string) {
	p.t.Helper()
	write(p.t, file, content)
	p.touch(file, time.Now())
}

func (p *passwd) touch(file string, at time.Time) {
	p.t.Helper()
	if err := os.Chtimes(file, at, at); err != nil {
		p.t.Fatal(err)
	}
}

// want checks what a request with name and "pw" is answered with.
func (p *passwd) want(name string, status int) {
	p.t.Helper()
	if rec := ask(p.h, "GET", "/", basic(name, "pw")); rec.Code != status {
		p.t.Errorf("%s: got %d %s, want %d", name, rec.Code, rec.Body, status)
	}
}

// A change counts when a second has passed without another.
func TestHtpasswdChange(t *testing.T) {
	t.Parallel()
	hashed := hash(t, "pw") + "\n"
	synctest.Test(t, func(t *testing.T) {
		p := newPasswd(t, "alice:"+hashed)
		p.want("alice", 200)
		p.save(p.file, "bob:"+hashed)
		p.want("alice", 200)
		time.Sleep(999 * time.Millisecond)
		p.want("bob", 401)
		time.Sleep(time.Millisecond)
		p.want("bob", 200)
		p.want("alice", 401)

		// One that leaves size and time as they were is seen if it was made soon after.
		changed := time.Now().Add(-time.Second)
		p.save(p.file, "eve:"+hashed)
		p.touch(p.file, changed)
		p.want("eve", 200)
		p.save(p.file, "ann:"+hashed)
		p.touch(p.file, changed)
		p.want("ann", 200)

		// An old file is not read again, until it is another one.
		time.Sleep(time.Hour)
		p.want("ann", 200)
		p.save(p.file+".new", "max:"+hashed)
		p.touch(p.file+".new", changed)
		p.want("ann", 200)
		if err := os.Rename(p.file+".new", p.file); err != nil {
			t.Fatal(err)
		}
		p.want("max", 200)
		p.want("ann", 401)

		// The clock of another machine may be ahead.
		p.save(p.file, "zoe:"+hashed)
		p.touch(p.file, time.Now().Add(time.Hour))
		p.want("zoe", 401)
		time.Sleep(time.Second)
		p.want("zoe", 200)

		// Without the file nobody can log in, whatever is remembered; nor while
		// somebody writes another.
		if err := os.Remove(p.file); err != nil {
			t.Fatal(err)
		}
		p.want("zoe", 503)
		p.save(p.file, "zoe:"+hashed)
		p.want("zoe", 503)
		time.Sleep(time.Second)
		p.want("zoe", 200)
		if p.log.Len() > 0 {
			t.Errorf("logged: %s", &p.log)
		}
	})
}

// While a file is being written, and when its writer has stopped in the middle,
// what it said before holds.
func TestHtpasswdHalf(t *testing.T) {
	t.Parallel()
	hashed := hash(t, "pw") + "\n"
	synctest.Test(t, func(t *testing.T) {
		whole := "alice:" + hashed + "bob:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\ncarol:" + hashed
		p := newPasswd(t, whole)
		p.log.Reset()
		for n := 0; n < len(whole); n += 7 {
			p.save(p.file, whole[:n])
			p.want("carol", 200)
			time.Sleep(500 * time.Millisecond)
		}
		for _, broken := range []string{"", "# nobody\n", whole[:len(whole)-40], "\n<<<<<<< mine\n" + whole} {
			p.save(p.file, broken)
			time.Sleep(time.Minute)
			for range 3 {
				p.want("carol", 200)
				p.want("alice", 200)
			}
			if n := strings.Count(p.log.String(), "still holds"); n != 1 {
				t.Errorf("%.20q: the log says %d times that the file is broken:\n%s", broken, n, &p.log)
			}
			p.save(p.file, whole)
			time.Sleep(time.Minute)
			p.want("carol", 200)
			p.log.Reset()
		}
		p.save(p.file, "carol:"+hashed)
		p.save(p.file+".groups", "admin: alice carol\nfriends")
		time.Sleep(time.Minute)
		p.want("carol", 200)
		p.want("alice", 401)
		if rec := ask(p.h, "GET", "/", basic("carol", "pw")); rec.Body.String() != "carol by basic as " {
			t.Errorf("got %q by half of a file", rec.Body)
		}
		p.save(p.file+".groups", "admin: alice carol")
		time.Sleep(time.Minute)
		if rec := ask(p.h, "GET", "/", basic("carol", "pw")); rec.Body.String() != "carol by basic as admin" {
			t.Errorf("got %q", rec.Body)
		}
	})
}

// For a name that is not there a hash of the file is computed, always the same:
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
		for name, list := range auth.ParseGroups(content) {
			if name == "" || len(list) == 0 || len(strings.Fields(name)) != 1 {
				t.Fatalf("%q has %q", name, list)
			}
		}
	})
}
