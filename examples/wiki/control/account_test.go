package control_test

import (
	"fmt"
	"regexp"
	"testing"
)

// Where nobody may sign up, the admin makes the accounts.
func TestNewMember(t *testing.T) {
	address := site(t, false)
	alice := member(t, address, "alice")
	alice.get("/admin/new-member", 200).has("<option selected>editor")
	alice.post("/admin/new-member", 422, "name", "alice", "password", "correct horse", "role", "reader").has("has that name already", "<option selected>reader")
	alice.post("/admin/new-member", 422, "name", "..", "password", "short", "role", "reader").has("a letter at least", "between 10 and 200", `value=".."`)
	alice.post("/admin/new-member", 422, "name", "bob", "password", "correct horse", "role", "king").hasNot("king")
	alice.post("/admin/new-member", 200, "name", " bob ", "password", "correct horse", "role", "reader").has("bob has an account now, as reader.", "alice</a>")
	bob := visitor(t, address)
	bob.post("/admin/new-member", 401, "name", "eve", "password", "correct horse", "role", "admin")
	bob.post("/login", 200, "username", "bob", "password", "correct horse").has("bob</a>")
	bob.post("/admin/new-member", 403, "name", "eve", "password", "correct horse", "role", "admin")
	bob.get("/pages/Gangplank/edit", 403)
}

// A role in the form for oneself is not looked at.
func TestSignUpWithRole(t *testing.T) {
	address := site(t, true)
	member(t, address, "alice")
	bob := visitor(t, address)
	bob.post("/signup", 200, "name", "bob", "password", "correct horse", "role", "admin").has("Welcome, bob.")
	bob.get("/admin", 403)
}

func TestOwnPassword(t *testing.T) {
	address := site(t, true)
	alice := member(t, address, "alice")
	visitor(t, address).get("/account", 200).has("<h1>Log in</h1>")
	laptop := visitor(t, address)
	laptop.post("/login", 200, "username", "alice", "password", "correct horse").has("alice</a>")
	alice.post("/account", 422, "old", "wrong horse", "new", "correct battery").has("That is not your password.").hasNot("battery")
	alice.post("/account", 422, "old", "correct horse", "new", "short").has("between 10 and 200")
	laptop.get("/", 200).has("Log out")
	alice.post("/account", 200, "old", "correct horse", "new", "correct battery").has("You have a new password", "alice</a>")
	laptop.get("/", 200).has("Log in")
	laptop.post("/login", 401, "username", "alice", "password", "correct horse")
	laptop.post("/login", 200, "username", "alice", "password", "correct battery").has("alice</a>")
}

// Who has forgotten a password gets another from an admin.
func TestForgottenPassword(t *testing.T) {
	address := site(t, true)
	alice, bob := member(t, address, "alice"), member(t, address, "bob")
	bob.post("/admin/accounts/alice/password", 403, "password", "correct battery")
	alice.post("/admin/accounts/bob/password", 200, "password", "short").has("between 10 and 200")
	alice.post("/admin/accounts/nobody/password", 404, "password", "correct battery")
	bob.get("/", 200).has("Log out")
	alice.post("/admin/accounts/bob/password", 200, "password", "correct battery").has("bob has a new password")
	bob.get("/", 200).has("Log in")
	bob.post("/login", 200, "username", "bob", "password", "correct battery").has("bob</a>")
}

// A user sees the own sessions, ends one, and then all.
func TestOwnSessions(t *testing.T) {
	address := site(t, true)
	member(t, address, "alice")
	bob, laptop := member(t, address, "bob"), visitor(t, address)
	laptop.post("/login", 200, "username", "bob", "password", "correct horse", "remember", "1")
	id := field(t, bob.get("/account", 200).has(">here<").body, `kept until[\s\S]*?name="session" value="([^"]+)"`)
	bob.post("/logout", 200, "session", id, "next", "/account").has("Where you are logged in").hasNot("kept until")
	laptop.get("/", 200).has("Log in")
	laptop.post("/login", 200, "username", "bob", "password", "correct horse")
	bob.post("/logout", 200, "everywhere", "1").has("Log in")
	laptop.get("/", 200).has("Log in")
}

// Drafts are listed, and are not too many for a session.
func TestDrafts(t *testing.T) {
	alice := member(t, site(t, true), "alice")
	for n := range 8 {
		alice.post(fmt.Sprint("/pages/Draft", n), 200, "base", "0", "text", "begun", "do", "draft").has("This is your draft")
	}
	alice.post("/pages/Draft8", 422, "base", "0", "text", "one too many", "do", "draft").has("8 drafts already", "one too many")
	alice.post("/pages/Draft7", 200, "base", "0", "text", "more", "do", "draft").has("more")
	alice.get("/account", 200).has(`<a href="/pages/Draft0/edit">Draft0</a>`, `Draft7</a>`)
	alice.post("/pages/Draft0", 200, "base", "0", "text", "whole").has("Saved.")
	alice.get("/account", 200).hasNot("Draft0")
	alice.post("/pages/Draft8", 200, "base", "0", "text", "begun", "do", "draft").has("This is your draft")
}

// field is what the pattern finds.
func field(t *testing.T, body, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no %s in %s", pattern, body)
	}
	return m[1]
}
