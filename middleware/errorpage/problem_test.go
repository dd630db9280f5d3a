package errorpage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/form"
)

// What is wrong with single fields is told of each, and is no failure of the program.
func TestFieldErrors(t *testing.T) {
	for _, development := range []bool{false, true} {
		s := newSite(errorpage.Config{Development: development}, func(_ http.ResponseWriter, r *http.Request) error {
			var v struct {
				Name string `form:"name,required"`
				Age  int    `form:"age"`
			}
			return form.Decode(r, &v, form.Limits{RefuseUnknown: true})
		})
		r := local("POST", "/", "Accept", "application/json", "Content-Type", "application/x-www-form-urlencoded")
		r.Body = io.NopCloser(strings.NewReader("age=old&%c2%9b" + strings.Repeat("&a.b.c.d.e.f.g.h=1", 3)))
		rec := s.get(t, r)
		var got struct {
			Errors []map[string]string
			Detail string
			ID     string `json:"error_id"`
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		const want = "[map[code:required detail:is required name:name] map[code:invalid detail:must be a whole number name:age] " +
			"map[code:unknown detail:is not a field of this form name:a] map[code:unknown detail:is not a field of this form name:\ufffd]]"
		if fmt.Sprint(got.Errors) != want || !strings.Contains(got.Detail, "name: is required; age: must be a whole number") {
			t.Errorf("got %v, %q", got.Errors, got.Detail)
		}
		if rec.Code != 422 || got.ID != "" || rec.Header().Get("X-Error-Id") != "" || s.log.String() != "" {
			t.Errorf("got %d, %v, %s", rec.Code, rec.Header(), s.log)
		}
	}
}

type unmarshalable struct{ error }

func (unmarshalable) HTTPStatus() int    { return 422 }
func (unmarshalable) ProblemErrors() any { return make(chan int) }

// What is private stays so: the fields of a cause, of a panic's value; and with a
// cause there is something to look into.
func TestFieldErrorsOfCauses(t *testing.T) {
	wrong := form.Errors{{Name: "name", Text: "is private"}}
	for name, tt := range map[string]struct {
		fail          func() error
		logged, shown bool
	}{
		"wrapped":         {func() error { return fmt.Errorf("signup: %w", wrong) }, true, true},
		"joined":          {func() error { return errors.Join(wrong, io.EOF) }, true, true},
		"a cause":         {func() error { return gangplank.Error(400, "No.").Because(wrong) }, true, false},
		"panic":           {func() error { panic(wrong) }, true, false},
		"not for JSON":    {func() error { return unmarshalable{io.EOF} }, false, false},
		"another's cause": {func() error { return fmt.Errorf("%w: %w", gangplank.Error(409, ""), wrong) }, true, false},
	} {
		s := newSite(errorpage.Config{}, func(http.ResponseWriter, *http.Request) error { return tt.fail() })
		rec := s.get(t, local("POST", "/", "Accept", "application/problem+json"))
		if shown := strings.Contains(rec.Body.String(), `"detail":"is private"`); shown != tt.shown || !json.Valid(rec.Body.Bytes()) {
			t.Errorf("%s: got %s", name, rec.Body)
		}
		if logged := strings.Contains(s.log.String(), "error_id="); logged != tt.logged {
			t.Errorf("%s: logged %q", name, s.log)
		}
	}
}
