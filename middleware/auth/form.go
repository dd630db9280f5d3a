package auth

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// FormConfig holds the settings of [NewForm].
type FormConfig struct {
	_ [0]func()

	// Login and Passwords are required.
	Login     *Login
	Passwords *Passwords

	// Title is over the form. Default: "Log in".
	Title string

	// Remember, if positive, is for how long the session of who ticks "keep me
	// logged in" lives on in the browser.
	Remember time.Duration

	// Page writes the page with the form. The status is for it to send. Default:
	// a plain one of ours.
	Page func(w http.ResponseWriter, r *http.Request, page *FormPage) error
}

// Validate reports all that is wrong with the settings.
func (cfg FormConfig) Validate() error {
	var f settings.Faults
	if cfg.Login == nil {
		f.Add("Login", "there is none")
	}
	if cfg.Passwords == nil {
		f.Add("Passwords", "there are none")
	}
	if cfg.Remember < 0 {
		f.Add("Remember", "it is negative")
	}
	return f.Join()
}

// FormPage is what the page with the form has to show: fields named username,
// password, next (hidden) and, if CanRemember, a checkbox remember.
type FormPage struct {
	Status      int
	Title       string
	Action      string // where the form is sent to
	Username    string // as typed before
	Next        string
	Problem     string // why the last attempt has failed; empty at first
	CanRemember bool
	Style       template.CSS // of our own page
}

// Form is the handler of the login page: GET shows it, POST logs in.
//
// A right password leads to where the user came from; a wrong one, and an account
// that is locked, to the form again. It needs a session around it, and
// middleware.CSRF: else another site could log a browser in as somebody else.
type Form struct{ cfg FormConfig }

// NewForm returns the handler of the login page. It panics if cfg is not valid;
// see [FormConfig.Validate].
func NewForm(cfg FormConfig) *Form {
	settings.Check("auth: FormConfig", cfg.Validate())
	settings.Default(&cfg.Title, "Log in")
	if cfg.Page == nil {
		cfg.Page = writeForm
	}
	return &Form{cfg}
}

// maxForm bounds the body.
const maxForm = 16 << 10

// ServeHTTP implements http.Handler.
func (f *Form) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	gangplank.Try(f.serve).ServeHTTP(w, r)
}

func (f *Form) serve(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return f.show(w, r, &FormPage{Status: http.StatusOK, Next: r.URL.Query().Get("next")})
	case http.MethodPost:
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			return gangplank.Error(http.StatusBadRequest, "The form is broken.").Because(err)
		}
		return f.logIn(w, r)
	}
	return gangplank.Error(http.StatusMethodNotAllowed, "").With("Allow", "GET, HEAD, POST")
}

func (f *Form) logIn(w http.ResponseWriter, r *http.Request) error {
	name, next := strings.TrimSpace(r.PostFormValue("username")), r.PostFormValue("next")
	account, err := f.cfg.Passwords.Check(r, name, r.PostFormValue("password"))
	if err != nil {
		page := &FormPage{Username: name, Next: next}
		if page.Status, page.Problem = f.problem(w, r, err); page.Problem == "" {
			return err
		}
		return f.show(w, r, page)
	}
	if err := f.cfg.Login.BeginAccount(r, account); err != nil {
		return err
	}
	session, ok := gangplank.From(r).Session().(interface{ Remember(time.Duration) })
	if ok && f.cfg.Remember > 0 && r.PostFormValue("remember") != "" {
		session.Remember(f.cfg.Remember)
	}
	f.cfg.Login.Return(w, r, next)
	return nil
}

// problem says what a person can do something about.
func (f *Form) problem(w http.ResponseWriter, r *http.Request, err error) (status int, text string) {
	var refusal *gangplank.HTTPError
	switch {
	case errors.Is(err, ErrWrongPassword):
		w.Header().Set("WWW-Authenticate", f.cfg.Login.Challenge(r))
		return http.StatusUnauthorized, "That name and password do not belong together."
	case errors.As(err, &refusal) && refusal.Header.Get("Retry-After") != "":
		gangplank.SetErrorHeader(w.Header(), err)
		return refusal.Status, refusal.PublicText()
	}
	return 0, ""
}

func (f *Form) show(w http.ResponseWriter, r *http.Request, page *FormPage) error {
	page.Title = f.cfg.Title
	page.Action = f.cfg.Login.below(r, f.cfg.Login.cfg.Path)
	page.CanRemember = f.cfg.Remember > 0
	if !safeReturn(page.Next, gangplank.From(r).MountPoint()) {
		page.Next = ""
	}
	return f.cfg.Page(w, r, page)
}

//go:embed form.html
var formHTML string

//go:embed form.css
var formCSS string

var formTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("form").Parse(formHTML))
})

// formPolicy permits the page's own style, and its form to be sent home.
var formPolicy = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(formCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
})

func writeForm(w http.ResponseWriter, _ *http.Request, page *FormPage) error {
	page.Style = template.CSS(formCSS)
	var b bytes.Buffer
	if err := formTemplate().Execute(&b, page); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", formPolicy())
	h.Set("Referrer-Policy", "same-origin") // the next address may be private; Origin is for CSRF checks
	w.WriteHeader(page.Status)
	_, err := w.Write(b.Bytes())
	return err
}
