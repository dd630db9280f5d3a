package form_test

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/form"
)

type signup struct {
	Email    string `form:"email,required"`
	Age      int    `form:"age"`
	Password string `form:"password,required,secret"`
	Typed    form.Values
}

// Validate is called once the fields have the right types.
func (s *signup) Validate() error {
	var errs form.Errors
	if s.Age < 18 {
		errs.Add("age", "must be at least 18")
	}
	return errs.Err()
}

var signupPage = template.Must(template.New("").Parse(`<form method="post">
<input name="email" value="{{.Form.Typed.Get "email"}}">{{.Errors.Get "email"}}
<input name="age" value="{{.Form.Typed.Get "age"}}">{{.Errors.Get "age"}}
<input name="password" type="password" value="{{.Form.Typed.Get "password"}}">{{.Errors.Get "password"}}
</form>
`))

// A form that is shown again, with what was typed and what is wrong with it.
func ExampleDecode() {
	h := gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		var s signup
		err := form.Decode(r, &s, form.Limits{})
		var wrong form.Errors
		if errors.As(err, &wrong) {
			w.WriteHeader(wrong.HTTPStatus())
			return signupPage.Execute(w, map[string]any{"Form": s, "Errors": wrong})
		}
		if err != nil {
			return err // 400, 413, 415: the nearest error page answers
		}
		_, err = fmt.Fprintf(w, "Welcome, %s!\n", s.Email)
		return err
	})
	send := func(contentType, body string) {
		r := httptest.NewRequest("POST", "/signup", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		fmt.Print(w.Code, "\n", w.Body)
	}
	send(urlencoded, url.Values{"email": {`"ann" <ann@example.org>`}, "age": {"17"}, "password": {"hunter2"}}.Encode())
	send("application/json", `{"email":"ann@example.org","age":18,"password":"hunter2"}`)
	send("text/csv", "ann@example.org,18")
	// Output:
	// 422
	// <form method="post">
	// <input name="email" value="&#34;ann&#34; &lt;ann@example.org&gt;">
	// <input name="age" value="17">must be at least 18
	// <input name="password" type="password" value="">
	// </form>
	// 200
	// Welcome, ann@example.org!
	// 415
	// 415 Unsupported Media Type
	// This kind of content cannot be read as a form.
}

// An upload. The common mistake is filepath.Join(dir, file.Name): the name is the
// client's, and may lead out of dir or overwrite what is there. SafeName cannot
// lead out, and O_EXCL does not overwrite.
func ExampleFile() {
	dir, err := os.MkdirTemp("", "uploads")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	save := func(f *form.File) error {
		out, err := os.OpenFile(filepath.Join(dir, f.SafeName()), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, f.Open())
		return errors.Join(err, out.Close())
	}

	const body = "--B\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"../../.bashrc\"\r\n\r\nhello\r\n--B--\r\n"
	r := httptest.NewRequest("POST", "/upload", strings.NewReader(body))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=B")
	var v struct {
		Photo *form.File `form:"photo,required"`
	}
	if err := form.Decode(r, &v, form.Limits{File: 5 << 20}); err != nil {
		panic(err)
	}
	fmt.Println("called: ", v.Photo.Name)
	fmt.Println("as path:", filepath.Join("/srv/uploads", v.Photo.Name))
	fmt.Println("safe:   ", v.Photo.SafeName(), save(v.Photo))
	fmt.Println("again:  ", errors.Is(save(v.Photo), os.ErrExist))
	// Output:
	// called:  ../../.bashrc
	// as path: /.bashrc
	// safe:    bashrc <nil>
	// again:   true
}

// The common mistake: reading the form before Decode, here with FormValue for a
// token. That reads up to 10 MiB without these limits (32 MiB of a multipart form into
// memory, and the rest to disk); Decode refuses afterwards what it can no longer
// prevent. Ask for the token in the struct.
func ExampleDecode_mistake() {
	r := httptest.NewRequest("POST", "/", strings.NewReader("token=t&note="+strings.Repeat("x", 4<<20)))
	r.Header.Set("Content-Type", urlencoded)
	fmt.Println(len(r.FormValue("note")), "bytes were read")

	r = httptest.NewRequest("POST", "/", strings.NewReader("token=t&note="+strings.Repeat("x", 4<<20)))
	r.Header.Set("Content-Type", urlencoded)
	var v struct {
		Token string `form:"token,required"`
		Note  string `form:"note"`
	}
	fmt.Println(gangplank.PublicText(form.Decode(r, &v, form.Limits{})))
	// Output:
	// 4194304 bytes were read
	// The form is too large.
}
