package static_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gangplank-web/gangplank/middleware/static"
)

func listed(page string) (names []string) {
	for _, m := range regexp.MustCompile(`</svg><span>([^<]*)</span>`).FindAllStringSubmatch(page, -1) {
		names = append(names, html.UnescapeString(m[1]))
	}
	return names
}

func TestList(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return longAgo.AddDate(0, 0, n) }
	fsys := fstest.MapFS{
		"d/chapter 10.txt": {Data: make([]byte, 1), ModTime: day(3)},
		"d/Chapter 9.txt":  {Data: make([]byte, 1_500_000), ModTime: day(1)},
		"d/b.txt":          {Data: make([]byte, 999), ModTime: day(2)},
		"d/sub/x":          {}, "d/Another/x": {}, "d/.git/x": {}, "d/.env": {},
		"indexed/index.html": {Data: []byte("index")},
	}
	h := site(t, static.Config{FS: fsys, List: true, Prefix: "/files"})
	for _, tt := range []struct{ sort, want string }{
		{"", "Folder above|Another/|sub/|b.txt|Chapter 9.txt|chapter 10.txt"},
		{"-name", "Folder above|sub/|Another/|chapter 10.txt|Chapter 9.txt|b.txt"},
		{"size", "Folder above|Another/|sub/|chapter 10.txt|b.txt|Chapter 9.txt"},
		{"-size", "Folder above|Another/|sub/|Chapter 9.txt|b.txt|chapter 10.txt"},
		{"modified", "Folder above|Another/|sub/|Chapter 9.txt|b.txt|chapter 10.txt"},
		{"-modified", "Folder above|Another/|sub/|chapter 10.txt|b.txt|Chapter 9.txt"},
		{"garbage", "Folder above|Another/|sub/|b.txt|Chapter 9.txt|chapter 10.txt"},
	} {
		w := get(h, "/files/d/?sort="+tt.sort)
		if got := strings.Join(listed(w.Body.String()), "|"); got != tt.want {
			t.Errorf("sort=%s: got  %s\nwant %s", tt.sort, got, tt.want)
		}
	}
	w := get(h, "/files/d/")
	check(t, w, 200, w.Body.String(), "Content-Type: text/html; charset=utf-8", "Cache-Control: no-cache")
	for _, want := range []string{
		"<title>/files/d/</title>", `<h1><a href="../">/files/</a><span>d</span></h1>`, `href="./sub/"`, `href="./chapter%2010.txt"`,
		`>1.5 MB<`, `>999 B<`, `datetime="2024-03-03T12:00:00Z"`, "2 folders, 3 files, 1.5 MB", `aria-sort="ascending"><a href="?sort=-name"`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	check(t, do(h, "HEAD", "/files/d/"), 200, "", "Content-Type: text/html; charset=utf-8")
	check(t, get(h, "/files/indexed/"), 200, "index")
	check(t, get(h, "/files/d"), 301, "", "Location: ./d/")
	check(t, get(h, "/files/.git/"), 418, "next: GET /files/.git/")
	check(t, get(h, "/files/none/"), 418, "next: GET /files/none/")
	if got := listed(get(h, "/files/").Body.String()); !slices.Equal(got, []string{"d/", "indexed/"}) {
		t.Errorf("the top: got %q", got)
	}
	mounted := http.StripPrefix("/my app", h)
	if page := get(mounted, "/my%20app/files/d/").Body.String(); !strings.Contains(page, "<title>/my app/files/d/</title>") {
		t.Error("the mount point is missing in the title")
	}
}

// Names are anybody's who may put a file there.
func TestListEscapes(t *testing.T) {
	t.Parallel()
	h := site(t, static.Config{FS: fstest.MapFS{"<script>alert(1)<": {}, "javascript:alert(1)": {}, "a&b?c#d%2f": {}, `"'`: {}, "e\u202etxt": {}}, List: true})
	w := get(h, "/")
	page := w.Body.String()
	for _, want := range []string{`href="./%3Cscript%3Ealert%281%29%3C"`, `href="./javascript:alert%281%29"`, `href="./a&amp;b%3Fc%23d%252f"`, `href="./%22%27"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	policy := w.Header().Get("Content-Security-Policy")
	if strings.Contains(page, "<script") || !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q, page %s", policy, page)
	}
	if external := regexp.MustCompile(`(src=|url\(|https?:|@import)`).FindString(page); external != "" {
		t.Errorf("the page refers to something outside by %q", external)
	}
}

func TestListIsBounded(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for i := range 10_050 {
		fsys[fmt.Sprint(i)] = &fstest.MapFile{}
	}
	page := get(site(t, static.Config{FS: fsys, List: true}), "/").Body.String()
	if n := len(listed(page)); n != 10_000 || !strings.Contains(page, "Only a part of what is there") {
		t.Errorf("got %d names", n)
	}
	empty := get(site(t, static.Config{Dir: t.TempDir(), List: true}), "/").Body.String()
	if !strings.Contains(empty, "This folder is empty.") {
		t.Errorf("an empty folder: got %s", empty)
	}
}
