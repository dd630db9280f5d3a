package form_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/form"
)

const urlencoded = "application/x-www-form-urlencoded"

func post(contentType, body string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

// upload makes a request of file parts: name, file name, content.
func upload(t *testing.T, parts ...[3]string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for _, p := range parts {
		w, err := m.CreateFormFile(p[0], p[1])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(p[2]))
	}
	_ = m.Close()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r := httptest.NewRequest("POST", "/", &body).WithContext(ctx)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

// wantErrors checks field errors, each written as "name code".
func wantErrors(t *testing.T, err error, want ...string) {
	t.Helper()
	var wrong form.Errors
	if err != nil && !errors.As(err, &wrong) {
		t.Fatalf("got error %v (%T), want field errors %q", err, err, want)
	}
	var got []string
	for _, f := range wrong {
		got = append(got, strings.TrimSpace(f.Name+" "+f.Code))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got field errors %q, want %q (%v)", got, want, err)
	}
}

// wantStatus checks a refusal: its status and that the client gets a text.
func wantStatus(t *testing.T, err error, want int) {
	t.Helper()
	var refused *gangplank.HTTPError
	if !errors.As(err, &refused) {
		t.Fatalf("got error %v, want a *gangplank.HTTPError of status %d", err, want)
	}
	if refused.Status != want || refused.Public == "" {
		t.Errorf("got %d %q, want %d and a text", refused.Status, refused.Public, want)
	}
}
