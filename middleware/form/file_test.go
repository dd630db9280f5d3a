package form_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/form"
)

func TestFile(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("p", 1000)
	for _, memory := range []int64{1, 1008, 2015, 1 << 20} { // on disk, one in memory and one not, both
		dir := t.TempDir()
		r := upload(t, [3]string{"photo", `C:\pics\..\a.png`, png}, [3]string{"photos", "b", png + "b"}, [3]string{"photos[]", "c", "c"})
		ctx, cancel := context.WithCancel(r.Context())
		var v order
		wantErrors(t, form.Decode(r.WithContext(ctx), &v, form.Limits{Memory: memory, TempDir: dir}))
		if v.Photo.SafeName() != "a.png" || v.Photo.Size != 1008 || len(v.Photos) != 2 {
			t.Fatalf("got %+v %+v", v.Photo, v.Photos)
		}
		for f, want := range map[*form.File]string{v.Photo: png, v.Photos[0]: png + "b", v.Photos[1]: "c"} {
			first, again := f.Open(), f.Open()
			_, _ = first.Read(make([]byte, 1))
			if got, err := io.ReadAll(again); string(got) != want || err != nil {
				t.Errorf("memory %d: got %d bytes, %v; want %d", memory, len(got), err, len(want))
			}
			if sum, err := f.SHA256(); sum != sha256.Sum256([]byte(want)) || err != nil {
				t.Errorf("memory %d: got hash %x, %v", memory, sum, err)
			}
		}
		if kind, err := v.Photo.Detect(); kind != "image/png" || err != nil {
			t.Errorf("got type %q, %v", kind, err)
		}
		wantNames(t, dir)
		cancel()
	}
}

// wantNames checks that no file has a name in dir.
func wantNames(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		t.Errorf("got %v, %v in the folder for temporary files", entries, err)
	}
}

// TestFileEnds: behind net/http, a file on disk ends when the handler has
// returned.
func TestFileEnds(t *testing.T) {
	kept := make(chan *form.File, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var v order
		if err := form.Decode(r, &v, form.Limits{Memory: 1}); err != nil {
			gangplank.Fail(w, r, err)
			return
		}
		if got, err := io.ReadAll(v.Photo.Open()); string(got) != "hello" {
			t.Errorf("got %q, %v", got, err)
		}
		kept <- v.Photo
	}))
	r := upload(t, [3]string{"photo", "x", "hello"})
	resp, err := http.Post(server.URL, r.Header.Get("Content-Type"), r.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	f := <-kept
	server.Close()
	for { // what follows a context's end runs at some time after it
		if _, err := f.SHA256(); err != nil {
			if !errors.Is(err, os.ErrClosed) {
				t.Errorf("got %v, want os.ErrClosed", err)
			}
			return
		}
	}
}

func TestFileWhereNoneBelongs(t *testing.T) {
	var v order
	dir := t.TempDir()
	err := form.Decode(upload(t, [3]string{"who", "x", "hello"}, [3]string{"tags", "x", "hello"}, [3]string{"zz", "x", "hello"}), &v, form.Limits{TempDir: dir, Memory: 1})
	wantErrors(t, err, "who invalid", "tags invalid")
	err = form.Decode(upload(t, [3]string{"photo", "x", "1"}, [3]string{"photo", "x", "2"}), &v, form.Limits{})
	wantErrors(t, err, "photo duplicate")
	var must struct {
		F *form.File `form:"f,required"`
	}
	wantErrors(t, form.Decode(upload(t, [3]string{"f", "", ""}), &must, form.Limits{}), "f required")
	wantErrors(t, form.Decode(upload(t, [3]string{"f", "empty.txt", ""}), &must, form.Limits{}))
	if must.F == nil || must.F.Name != "empty.txt" || must.F.Size != 0 {
		t.Errorf("got %+v", must.F)
	}
}

func TestNoDisk(t *testing.T) {
	err := form.Decode(upload(t, [3]string{"photo", "x", "hello"}), new(order), form.Limits{Memory: 1, TempDir: t.TempDir() + "/none"})
	if !errors.Is(err, os.ErrNotExist) || gangplank.StatusOf(err) != 500 {
		t.Errorf("got %v, want a 500 because of the folder", err)
	}
}

func TestSafeName(t *testing.T) {
	cases := []struct{ name, want string }{
		{"photo.jpg", "photo.jpg"},
		{"../../etc/passwd", "passwd"},
		{`..\..\boot.ini`, "boot.ini"},
		{"/etc/passwd", "passwd"},
		{`C:\Users\x\a b.txt`, "a b.txt"},
		{"..", "file"}, {".", "file"}, {"", "file"}, {"a/", "file"}, {"...", "file"}, {"\x00", "file"},
		{".htaccess", "htaccess"},
		{"-rf", "rf"},
		{"a\x00.php\n", "a.php"},
		{"a.txt. . ", "a.txt"},
		{"x:stream", "x_stream"}, // an alternate data stream on NTFS
		{`<a>"|?*$;&`, "_a________"},
		{"jpg.\u202egpj.exe", "jpg.gpj.exe"},
		{"CON", "file-CON"}, {"nul.txt", "file-nul.txt"}, {"com1.tar.gz", "file-com1.tar.gz"}, {"LPT¹", "LPT_"}, {"lpt9 .x", "file-lpt9 .x"}, {"company", "company"}, {"aux .c", "file-aux .c"},
		{"Übersicht 日本.pdf", "Übersicht 日本.pdf"},
		{"a\xff.txt", "a_.txt"},
		{strings.Repeat("ü", 200) + ".jpeg", strings.Repeat("ü", 57) + ".jpeg"},
		{"a." + strings.Repeat("x", 200), "a." + strings.Repeat("x", 118)},
	}
	for _, tc := range cases {
		if got := form.SafeName(tc.name); got != tc.want {
			t.Errorf("%q: got %q, want %q", tc.name, got, tc.want)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	for _, name := range []string{"a.txt", "../x", "con", "nul .x", "\xff", "-.-", "a. .", "file-."} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := form.SafeName(name)
		if got == "" || len(got) > 120 || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\:\x00") || strings.ContainsAny(got[:1], ".- ") || strings.ContainsAny(got[len(got)-1:], ". ") {
			t.Errorf("%q: got %q", name, got)
		}
		if again := form.SafeName(got); again != got {
			t.Errorf("%q: got %q, and %q from that", name, got, again)
		}
	})
}
