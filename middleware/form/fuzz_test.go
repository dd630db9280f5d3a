package form_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/form"
	"github.com/gangplank-web/gangplank/middleware/internal/posted"
)

type anything struct {
	order
	Kids []anything          `form:"kids"`
	Rows [][]int             `form:"rows"`
	More map[string]anything `form:"more"`
}

// FuzzDecode: whatever arrives, Decode fills within the limits, refuses with a
// status that blames the client, or names fields; it never panics and never
// calls a fault of the client the server's.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{"who=a&tags=b&tags[]=c", "kids[0].kids[0].who=x&rows[0][1]=2", "more[a][b]=1&%zz", "a[=1&a]=2&[]=3&.=4&a..b=5"} {
		f.Add(urlencoded, body)
	}
	for _, body := range []string{`{"who":"a","tags":["b"]}`, `{"kids":[{"rows":[[1]]}],"more":{"a":{"":null}}}`, `{"who":1e999,"count":300}`, `[`} {
		f.Add("application/json", body)
	}
	f.Add(multi, wholeBody)
	f.Add(multi, "--B\nContent-Disposition: form-data; name=photos; filename*=utf-8''%2e%2e\n\nx\n--B--\n")
	f.Add("multipart/form-data; boundary=\"a b\"", "--a b--")
	f.Add(urlencoded+"; charset=latin1", "who=a")
	limits := form.Limits{Body: 4096, Text: 2048, Fields: 50, Depth: 4, Name: 40, Files: 3, File: 512, Memory: 1 << 20}
	f.Fuzz(func(t *testing.T, contentType, body string) {
		r := httptest.NewRequestWithContext(context.Background(), "POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		var v anything
		read, err := told(r, &v, limits)
		var refused *gangplank.HTTPError
		if err != nil && (!errors.As(err, &refused) || refused.Status < 400 || refused.Status >= 500 || refused.Public == "") {
			t.Fatalf("got %v (%T), want a fault of the client", err, err)
		}
		checkWithin(t, limits, &v)
		checkTold(t, read)
		query := httptest.NewRequest(http.MethodGet, "/", nil)
		query.URL.RawQuery = body
		if status := gangplank.StatusOf(form.Decode(query, &v, limits)); status == 413 && len(body) < 50 {
			t.Errorf("refused as too large: %q", body)
		}
	})
}

// checkTold: what an error page is told of JSON is the same once it was written anew.
func checkTold(t *testing.T, read posted.Form) {
	if read == nil || !strings.HasSuffix(read.MediaType(), "json") {
		return
	}
	var v anything
	body := read.JSON(func(f posted.Field) string { return f.Text })
	again, err := told(post("application/json", body), &v, form.Limits{})
	if again == nil || !again.Whole() || listed(again) != listed(read) {
		t.Errorf("wrote %s for %q: %v", body, listed(read), err)
	}
}

func checkWithin(t *testing.T, limits form.Limits, v *anything) {
	values := 0
	for _, texts := range v.Typed {
		values += len(texts)
	}
	if got := levels(v); got > limits.Depth {
		t.Errorf("got %d levels", got)
	}
	files := len(v.Photos)
	for _, file := range v.Photos {
		if file != nil && file.Size > limits.File {
			t.Errorf("got a file of %d bytes", file.Size)
		}
	}
	if values > limits.Fields || files > limits.Files || len(v.Kids)+len(v.Rows)+len(v.More)+len(v.Tags) > limits.Fields {
		t.Errorf("got %d values, %d files, more than the limits", values, files)
	}
}

// levels returns how deep v is filled, its slices' indices not counted.
func levels(v *anything) int {
	deepest := 0
	for i := range v.Kids {
		deepest = max(deepest, 1+levels(&v.Kids[i]))
	}
	for _, kid := range v.More {
		deepest = max(deepest, 1+levels(&kid))
	}
	return deepest
}
