package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware"
	"github.com/gangplank-web/gangplank/middleware/auth"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/session/redisstore"
	"github.com/gangplank-web/gangplank/middleware/session/sqlstore"
)

// config is what the flags say.
type config struct {
	file, redis string
	dev         bool
}

// site is the application.
type site struct {
	board *board
	login *auth.Login
}

// handler opens the stores and puts the layers together.
func (cfg config) handler(ctx context.Context) (http.Handler, error) {
	board, err := openBoard(ctx, cfg.file)
	if err != nil {
		return nil, err
	}
	store, err := cfg.store(ctx, board)
	if err != nil {
		return nil, err
	}
	passwords := auth.NewPasswords(auth.PasswordsConfig{Accounts: board})
	s := &site{board: board, login: auth.NewLogin(auth.LoginConfig{Accounts: board, Realm: "Notice board"})}
	form := auth.NewForm(auth.FormConfig{Login: s.login, Passwords: passwords, Title: "Notice board", Remember: 30 * 24 * time.Hour})

	secure := middleware.SecurePages()
	secure.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	r := gangplank.New()
	r.Use(middleware.RequestID, middleware.Logger(nil), middleware.SecureHeaders(secure), errorpage.New(errorpage.Config{}), middleware.CSRF)
	r.Get("/style.css", style)
	r.Group(func(r *gangplank.Router) {
		r.Use(session.New(session.Config{Store: store, DangerouslyAllowHTTP: cfg.dev}), auth.Identify(s.login))
		r.Handle("/login", form)
		r.Post("/logout", s.login.LogOut)
		r.Group(func(r *gangplank.Router) {
			r.Use(auth.Require(), noteBrowser)
			r.Get("/", gangplank.Try(s.show)).Name("home")
			r.Get("/sessions", gangplank.Try(showSessions)).Name("sessions")
			r.Post("/notices", gangplank.Try(s.post)).Name("post")
			r.With(auth.Require(auth.Role("admin"))).Post("/notices/{id:[0-9]+}/remove", gangplank.Try(s.remove)).Name("remove")
		})
	})
	return r, nil
}

// store is where the sessions are: in the database, or in Redis.
func (cfg config) store(ctx context.Context, board *board) (session.Store, error) {
	if cfg.redis == "" {
		store := sqlstore.New(sqlstore.Config{DB: board.db, Dialect: sqlstore.SQLite})
		return store, store.CreateTable(ctx)
	}
	client := redis.NewClient(&redis.Options{Addr: cfg.redis})
	if err := client.Ping(ctx).Err(); err != nil {
		return nil, fmt.Errorf("sessions in Redis at %s: %w", cfg.redis, err)
	}
	return redisstore.New(redisstore.Config{Client: client}), nil
}

// show shows the notices.
func (s *site) show(w http.ResponseWriter, r *http.Request) error {
	notices, err := s.board.notices(r.Context())
	if err != nil {
		return err
	}
	return render(w, r, page{Title: "Notice board", Notices: notices})
}

const maxNotice = 500 // characters

// post puts up a notice. What a person has done wrong is said by a message.
func (s *site) post(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, 8*maxNotice)
	if err := r.ParseForm(); err != nil {
		return gangplank.Error(http.StatusRequestEntityTooLarge, "A notice is a few sentences.").Because(err)
	}
	c := gangplank.From(r)
	text := strings.TrimSpace(r.PostFormValue("text"))
	if n := utf8.RuneCountInString(text); n == 0 || n > maxNotice {
		c.Session().Flash(fmt.Sprintf("A notice has between 1 and %d characters; that one had %d.", maxNotice, n), "error")
	} else if err := s.board.add(r.Context(), c.User().Name, text); err != nil {
		return err
	} else {
		c.Session().Flash("Your notice is up.")
	}
	gangplank.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// remove takes a notice down.
func (s *site) remove(w http.ResponseWriter, r *http.Request) error {
	found, err := s.board.remove(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if found {
		gangplank.From(r).Session().Flash("The notice is gone.")
	} else {
		gangplank.From(r).Session().Flash("That notice was gone already.", "error")
	}
	gangplank.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}
