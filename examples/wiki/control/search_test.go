package control_test

import (
	"strconv"
	"strings"
	"testing"
)

func TestSearch(t *testing.T) {
	alice := member(t, site(t, true), "alice")
	alice.post("/pages/Tall%20Ship", 200, "base", "0", "text", "# The *mast*\n\nSee [here](https://example.com/hidden), where `sails<b>` are.")
	alice.get("/search?q=SHIP+mast+sail", 200).
		has("Tall <mark>Ship</mark></a></h2>", "<p>The <mark>mast</mark> See here, where <mark>sails</mark>&lt;b&gt; are.</p>").hasNot("example.com", "There are more")
	alice.get("/search?q=ship+hidden", 200).has("No page has all of these words.")
	for n := range 31 {
		alice.post("/pages/Boat"+strconv.Itoa(n), 200, "base", "0", "text", "adrift")
	}
	if got := alice.get("/search?q=adrift", 200).has("There are more."); strings.Count(got.body, "<mark>adrift</mark>") != 30 {
		t.Error(got.body)
	}
}
