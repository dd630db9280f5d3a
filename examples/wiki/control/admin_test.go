package control_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/examples/wiki/control"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// ends returns the addresses at which the admin page ends somebody's sessions,
// in whose rows is a text.
func (s shown) ends(name, text string) (addresses []string) {
	for row := range strings.SplitSeq(s.body, "<tr>") {
		m := regexp.MustCompile(`action="(/admin/accounts/` + name + `/sessions/[^"]+)"`).FindStringSubmatch(row)
		if m != nil && strings.Contains(row, text) {
			addresses = append(addresses, m[1])
		}
	}
	return addresses
}

// An admin sees who is logged in, and ends one log-in or all of somebody.
func TestSessions(t *testing.T) {
	address := site(t, true)
	alice, bob := member(t, address, "alice"), member(t, address, "bob")
	laptop := visitor(t, address)
	laptop.post("/login", 200, "username", "bob", "password", "correct horse", "remember", "1").has("Log out")
	all := alice.get("/admin", 200).has("last seen")
	own, bobs, kept := all.ends("alice", "this one"), all.ends("bob", ""), all.ends("bob", "kept")
	if len(own) != 1 || len(bobs) != 2 || len(kept) != 1 {
		t.Fatalf("got the sessions %q, %q and %q", own, bobs, kept)
	}
	bob.post(own[0], 403)
	alice.post(strings.Replace(own[0], "alice", "bob", 1), 200).has("had ended already") // not bob's
	ended := kept[0]
	alice.post(ended, 200).has("One session of bob has ended.")
	alice.post(ended, 200).has("had ended already")
	laptop.get("/", 200).has("Log in")
	bob.get("/", 200).has("Log out")
	alice.post("/admin/accounts/bob/sessions", 200).has("bob is logged out everywhere.")
	bob.get("/", 200).has("Log in")
	if left := alice.get("/admin", 200).ends("bob", ""); len(left) != 0 {
		t.Errorf("bob still has %q", left)
	}
	alice.post("/admin/accounts/alice/sessions", 200).has("Log in")
	alice.get("/admin", 200).has("<h1>Log in</h1>")
}

// failing cannot tell what changed.
type failing struct{ model.Storage }

func (failing) Recent(context.Context, time.Time, int) ([]model.Revision, error) {
	return nil, errors.New("the disk <hums>")
}

func TestErrors(t *testing.T) {
	address := siteWith(t, false, newEngines(t), func(cfg *control.Config) { cfg.Storage = failing{cfg.Storage} })
	alice, nobody := member(t, address, "alice"), visitor(t, address)
	alice.get("/admin", 200).has("Recent errors", "None.")
	nobody.get("/changes", 500).hasNot("hums")
	record := regexp.MustCompile(`/admin/errors/\?id=\w+`).FindString(alice.get("/admin", 200).has("the disk &lt;hums&gt;", "1×").body)
	alice.get(record, 200).has("the disk &lt;hums&gt;", "/changes")
	nobody.get(record, 200).has("<h1>Log in</h1>").hasNot("hums")
}
