package static_test

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/static"
)

func TestRanges(t *testing.T) {
	t.Parallel()
	const digits = "0123456789"
	dir := tree(t, map[string]string{"a.txt": digits, "empty.txt": ""})
	for _, maxFile := range []int64{0, 5} { // from memory, and from the disk
		h := site(t, static.Config{Dir: dir, MaxFile: maxFile})
		tag := get(h, "/a.txt").Header().Get("Etag")
		for _, tt := range []struct {
			desc   string
			fields []string
			status int
			body   string
			want   []string
		}{
			{"the first", []string{"Range: bytes=0-3"}, 206, "0123", []string{"Content-Range: bytes 0-3/10", "Content-Length: 4", "Etag: " + tag}},
			{"from", []string{"Range: bytes=7-"}, 206, "789", []string{"Content-Range: bytes 7-9/10"}},
			{"the last", []string{"Range: bytes=-2"}, 206, "89", nil},
			{"beyond", []string{"Range: bytes=10-"}, 416, "invalid range: failed to overlap\n", []string{"Content-Range: bytes */10", "Etag:", "Cache-Control:"}},
			{"garbage", []string{"Range: bytes=x"}, 416, "invalid range\n", nil},
			{"another unit", []string{"Range: lines=1"}, 200, digits, []string{"Content-Length: 10", "Content-Range:"}}, // RFC 9110, section 14.2; net/http: 416
			{"the unit in capitals", []string{"Range: BYTES=0-3"}, 200, digits, nil},                                    // might be honoured; net/http: 416
			{"overlapping, more than the file", []string{"Range: bytes=0-,0-"}, 200, digits, []string{"Content-Length: 10"}},
			{"if the tag matches", []string{"Range: bytes=0-0", "If-Range: " + tag}, 206, "0", nil},
			{"if it does not", []string{"Range: bytes=0-0", `If-Range: "x"`}, 200, digits, nil},
			{"if not changed", []string{"Range: bytes=0-0", "If-Range: Thu, 29 Feb 2024 12:00:00 GMT"}, 206, "0", nil},
			{"if changed", []string{"Range: bytes=0-0", "If-Range: Thu, 29 Feb 2024 11:00:00 GMT"}, 200, digits, nil},
			{"not modified, by tag", []string{"If-None-Match: W/" + tag}, 304, "", []string{"Etag: " + tag, "Last-Modified:"}},
			{"the tag comes before the time", []string{`If-None-Match: "x"`, "If-Modified-Since: Thu, 29 Feb 2024 12:00:00 GMT"}, 200, digits, nil},
			{"not modified, by time", []string{"If-Modified-Since: Thu, 29 Feb 2024 12:00:00 GMT"}, 304, "", nil},
			{"modified since", []string{"If-Modified-Since: Thu, 29 Feb 2024 11:59:59 GMT"}, 200, digits, nil},
			{"precondition failed", []string{`If-Match: "x"`}, 412, "", []string{"Content-Length:"}},
			{"precondition met", []string{"If-Match: " + tag}, 200, digits, []string{"Content-Length: 10"}},
			{"modified meanwhile", []string{"If-Unmodified-Since: Thu, 29 Feb 2024 11:00:00 GMT"}, 412, "", []string{"Content-Length:"}},
		} {
			t.Run(fmt.Sprintf("%s/MaxFile=%d", tt.desc, maxFile), func(t *testing.T) {
				check(t, get(h, "/a.txt", tt.fields...), tt.status, tt.body, tt.want...)
			})
		}
		check(t, get(h, "/empty.txt", "Range: bytes=0-"), 200, "")
		// Ranges are for GET alone (RFC 9110, section 14.2; net/http: 206).
		check(t, do(h, "HEAD", "/a.txt", "Range: bytes=0-3"), 200, "", "Content-Length: 10", "Content-Range:", "Etag: "+tag)
		check(t, do(h, "HEAD", "/a.txt", "Range: bytes=10-"), 200, "", "Content-Length: 10")
		check(t, do(h, "HEAD", "/a.txt", "Range: bytes=0-3", "If-None-Match: "+tag), 304, "")
	}
}

// Ranges that are many cost more than they are worth (CVE-2011-3192): up to 16 are
// honoured.
func TestManyRanges(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("0123456789", 1000)
	dir := tree(t, map[string]string{"a.txt": large})
	for _, maxFile := range []int64{0, 5} {
		h := site(t, static.Config{Dir: dir, MaxFile: maxFile})
		for _, tt := range []struct{ ranges, parts int }{{2, 2}, {16, 16}, {17, 0}, {1000, 0}} {
			var b strings.Builder
			for i := range tt.ranges {
				fmt.Fprintf(&b, ",%d-%d", 2*i, 2*i)
			}
			w := get(h, "/a.txt", "Range: bytes="+b.String()[1:])
			if tt.parts == 0 {
				check(t, w, 200, large, "Content-Length: 10000", "Content-Range:", "Accept-Ranges: bytes")
				continue
			}
			kind, params, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
			if w.Code != 206 || kind != "multipart/byteranges" {
				t.Fatalf("%d ranges: got %d, %s", tt.ranges, w.Code, kind)
			}
			mr := multipart.NewReader(w.Body, params["boundary"])
			for i := range tt.parts {
				p, err := mr.NextPart()
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(p)
				if want := large[2*i : 2*i+1]; err != nil || string(got) != want {
					t.Errorf("part %d: got %q, %v, want %q", i, got, err, want)
				}
			}
			if _, err := mr.NextPart(); err != io.EOF {
				t.Errorf("after %d parts: got %v, want none", tt.parts, err)
			}
		}
	}
}
