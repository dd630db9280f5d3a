// Package control turns requests into changes of the model and into views.
package control

import (
	"net/http"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/compress"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/ratelimit"
	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/static"
)

// Config says how the wiki is run.
type Config struct {
	Name     string // of the site
	Storage  model.Storage
	Sessions session.Store
	Renderer view.Renderer
	Records  *errorpage.Records
	SignUp   bool // whether anybody may make an account
	HTTP     bool // whether browsers may log in without TLS
	Proxies  int  // how many tell of clients in X-Forwarded-For and -Proto: see middleware.ClientIPConfig
}

// Site is the wiki as an http.Handler's methods.
type Site struct {
	wiki      model.Wiki
	views     *view.Views
	accounts  accounts
	hasher    *auth.Hasher
	login     *auth.Login
	passwords *auth.Passwords
	records   *errorpage.Records
	signUp    bool
	proxies   int
}

// frontPage is the page at the wiki's root.
const frontPage = "Front Page"

// New puts the layers and the routes together.
func New(cfg Config) http.Handler {
	people := accounts{cfg.Storage}
	hasher := auth.NewHasher(auth.HasherConfig{})
	s := &Site{
		wiki: model.Wiki{Storage: cfg.Storage}, accounts: people, hasher: hasher, records: cfg.Records, signUp: cfg.SignUp, proxies: cfg.Proxies,
		login:     auth.NewLogin(auth.LoginConfig{Accounts: people, Realm: cfg.Name}),
		passwords: auth.NewPasswords(auth.PasswordsConfig{Accounts: people, Hasher: hasher}),
	}
	s.views = &view.Views{Renderer: cfg.Renderer, Site: cfg.Name, Rights: s.rights}

	r := gangplank.New()
	r.Use(middleware.RequestID, middleware.ClientIP(middleware.ClientIPConfig{Proxies: cfg.Proxies}), middleware.Logger(nil),
		compress.New(compress.Config{}), middleware.SecureHeaders(policy()), errorpage.New(errorpage.Config{Records: cfg.Records}),
		middleware.CSRF, static.New(static.Config{FS: view.Assets(), Prefix: "/assets"}))
	r.Group(func(r *gangplank.Router) {
		r.Use(session.New(sessions(cfg)), auth.Identify(s.login))
		s.readers(r)
		s.visitors(r)
		edits := ratelimit.New(ratelimit.Config{Name: "edits", Key: byUser, Requests: 60, Window: time.Minute})
		r.With(edits).Post("/pages/{title}", gangplank.Try(s.save)).Name("save") // whoever may not gets back what was typed
		r.Group(func(r *gangplank.Router) {
			r.Use(auth.Require(atLeast(model.Reader)))
			s.users(r)
		})
		r.Group(func(r *gangplank.Router) {
			r.Use(auth.Require(atLeast(model.Editor)), edits)
			s.editors(r)
		})
		r.Group(func(r *gangplank.Router) {
			r.Use(auth.Require(atLeast(model.Admin)))
			s.admins(r)
		})
	})
	return r
}

// sessions outlive a night: there are drafts in them.
func sessions(cfg Config) session.Config {
	return session.Config{Store: cfg.Sessions, Idle: 24 * time.Hour, Absolute: 7 * 24 * time.Hour, DangerouslyAllowHTTP: cfg.HTTP}
}

// policy lets a page load what comes from here, and nothing else.
func policy() middleware.SecureHeadersConfig {
	cfg := middleware.SecurePages()
	cfg.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return cfg
}

// readers are the routes for everybody.
func (s *Site) readers(r *gangplank.Router) {
	r.Get("/", gangplank.Try(s.home)).Name("home")
	r.Get("/pages/{title}", gangplank.Try(s.page)).Name("page")
	r.Get("/pages/{title}/revisions/{number:[0-9]+}", gangplank.Try(s.revision)).Name("revision")
	r.Get("/pages/{title}/history", gangplank.Try(s.history)).Name("history")
	r.Get("/pages/{title}/diff", gangplank.Try(s.diff)).Name("diff")
	r.Get("/pages/{title}/about", gangplank.Try(s.about)).Name("about")
	r.Get("/pages/{title}/files/{name}", gangplank.Try(s.file)).Name("file")
	r.Get("/search", gangplank.Try(s.search)).Name("search")
	r.Get("/changes", gangplank.Try(s.changes)).Name("changes")
	r.Get("/feed.atom", gangplank.Try(s.feed)).Name("feed")
	r.Get("/index", gangplank.Try(s.index)).Name("index")
}

// visitors are the routes by which a visitor becomes a user, and back.
func (s *Site) visitors(r *gangplank.Router) {
	form := auth.NewForm(auth.FormConfig{Login: s.login, Passwords: s.passwords, Title: "Log in", Remember: 30 * 24 * time.Hour, Page: s.loginPage})
	r.Handle("/login", form).Name("login")
	r.Post("/logout", s.login.LogOut).Name("logout")
	r.Get("/signup", gangplank.Try(s.signUpPage)).Name("signup")
	r.With(ratelimit.New(ratelimit.Config{Name: "signup", Key: ratelimit.ByClientIP, Requests: 10, Window: time.Hour})).
		Post("/signup", gangplank.Try(s.makeAccount))
}

// users are the routes for whoever has an account.
func (s *Site) users(r *gangplank.Router) {
	r.Get("/account", gangplank.Try(s.account)).Name("account")
	r.Post("/account", gangplank.Try(s.ownPassword))
}

func (s *Site) editors(r *gangplank.Router) {
	r.Get("/pages/{title}/edit", gangplank.Try(s.edit)).Name("edit")
	r.Post("/pages/{title}/revert", gangplank.Try(s.revert)).Name("revert")
	r.Post("/pages/{title}/rename", gangplank.Try(s.rename)).Name("rename")
	r.Post("/pages/{title}/files", gangplank.Try(s.attach)).Name("attach")
	r.Post("/pages/{title}/files/{name}/remove", gangplank.Try(s.detach)).Name("detach")
}

func (s *Site) admins(r *gangplank.Router) {
	r.Get("/admin", gangplank.Try(s.admin)).Name("admin")
	r.Post("/admin/accounts/{name}", gangplank.Try(s.setRole)).Name("role")
	r.Post("/admin/accounts/{name}/password", gangplank.Try(s.setPassword)).Name("password")
	r.Post("/admin/accounts/{name}/sessions", gangplank.Try(s.endSessions)).Name("logout-all")
	r.Post("/admin/accounts/{name}/sessions/{id}", gangplank.Try(s.endSession)).Name("logout-one")
	r.Get("/admin/new-member", gangplank.Try(s.newMemberPage)).Name("new-member")
	r.Post("/admin/new-member", gangplank.Try(s.newMember))
	r.Post("/pages/{title}/lock", gangplank.Try(s.lock)).Name("lock")
	r.Post("/pages/{title}/delete", gangplank.Try(s.remove)).Name("delete")
	if s.records != nil {
		r.Mount("/admin/errors", s.records.Handler(func(*http.Request) bool { return true })).Name("errors") // Require has decided
	}
}
