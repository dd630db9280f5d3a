// Wiki is a wiki for a small team, behind any web server: as CGI, FastCGI, SCGI,
// uwsgi, AJP or by itself.
//
//	wiki [-storage ADDRESS] [-name NAME] [-engine NAME] [-templates DIR] [-errors DIR] [-signup] [-http] [-proxies N] [ADDR...]
//	wiki [-storage ADDRESS] -copy ADDRESS
//
// Each ADDR is the address of a listener, as for adapters.Main; without one it is
// started as it finds itself, at last at http://127.0.0.1:8080. Where flags are
// of no use (CGI) the environment has WIKI_STORAGE, WIKI_NAME, WIKI_ENGINE,
// WIKI_TEMPLATES, WIKI_ERRORS, WIKI_SIGNUP=1, WIKI_HTTP=1 and WIKI_PROXIES. With
// -copy all that is in the storage is copied into another, which must be empty.
// Whoever makes the first account is the admin.
//
// The admin's page shows recent errors. They are recorded beside the data, such as
// in wiki.db-errors, unless -errors names another folder, or "none"; beside a
// database of PostgreSQL there is no place, so that there they need a folder.
//
// Two engines have the same pages: "template", which is html/template with the
// files in view/templates, and "jinja", which is gonja with those in view/jinja.
// For other pages, copy one of these folders and name the copy with -templates:
// what is changed there is seen at once.
//
// Browsers can log in over TLS, or without it with -http, which is the default
// where no ADDR is given: for trying it out. Where a proxy passes requests on over
// HTTP, -proxies 1 has its word believed on who the client is; FastCGI and the
// other gateways need nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank/adapters"
	"github.com/gangplank-web/gangplank/examples/wiki/control"
	"github.com/gangplank-web/gangplank/examples/wiki/model"
	"github.com/gangplank-web/gangplank/examples/wiki/seed"
	"github.com/gangplank-web/gangplank/examples/wiki/storage"
	"github.com/gangplank-web/gangplank/examples/wiki/view"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

func main() {
	cfg := settings{
		storage: or(os.Getenv("WIKI_STORAGE"), "wiki.db"), name: or(os.Getenv("WIKI_NAME"), "Gangplank Wiki"),
		engine: or(os.Getenv("WIKI_ENGINE"), "template"), templates: os.Getenv("WIKI_TEMPLATES"),
		records: os.Getenv("WIKI_ERRORS"), signUp: os.Getenv("WIKI_SIGNUP") != "", plain: os.Getenv("WIKI_HTTP") != "", proxies: number(os.Getenv("WIKI_PROXIES")),
	}
	// Started as CGI, the arguments are the client's: a query without "=" arrives there.
	if !adapters.IsCGI() {
		cfg.parse()
	}
	run := cfg.serve
	if cfg.copy != "" {
		run = cfg.copyAll
	}
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// number reads a variable of the environment.
func number(text string) int {
	n, err := strconv.Atoi(or(text, "0"))
	if err != nil {
		log.Fatal("WIKI_PROXIES: ", err)
	}
	return n
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// settings are the flags.
type settings struct {
	storage, name, engine, templates, records, copy string
	signUp, plain                                   bool
	proxies                                         int
}

func (s *settings) parse() {
	flag.StringVar(&s.storage, "storage", s.storage, "where the pages are: `ADDRESS`, such as wiki.db or postgres://user@host/name")
	flag.StringVar(&s.name, "name", s.name, "the wiki's `NAME`")
	flag.StringVar(&s.engine, "engine", s.engine, "show the pages with the engine `NAME`: "+strings.Join(view.Engines(), " or "))
	flag.StringVar(&s.templates, "templates", s.templates, "read the engine's templates from `DIR`, anew for each page")
	flag.StringVar(&s.records, "errors", s.records, "keep records of errors in `DIR`; none: nowhere; by default beside the data")
	flag.StringVar(&s.copy, "copy", "", "copy the storage into that at `ADDRESS`, and end")
	flag.BoolVar(&s.signUp, "signup", s.signUp, "let anybody make an account")
	flag.BoolVar(&s.plain, "http", s.plain, "let browsers log in without TLS")
	flag.IntVar(&s.proxies, "proxies", s.proxies, "`N` HTTP proxies tell of clients in X-Forwarded-For")
	flag.Parse()
	s.plain = s.plain || byHand()
}

// byHand reports whether nobody says where to listen: no argument, not the
// environment, and no web server that has left a socket as standard input.
func byHand() bool {
	in, err := os.Stdin.Stat()
	socket := err == nil && in.Mode()&os.ModeSocket != 0
	return flag.NArg() == 0 && os.Getenv("GANGPLANK_LISTEN") == "" && os.Getenv("LISTEN_FDS") == "" && !socket
}

// serve runs the wiki until it is stopped, and then writes the errors that were
// only counted so far.
func (s *settings) serve(ctx context.Context) error {
	records, err := s.openRecords()
	if err != nil {
		return err
	}
	h, err := s.open(ctx, records)
	if err != nil {
		return err
	}
	return errors.Join(adapters.Run(h, flag.Args()...), flush(ctx, records))
}

// flush is given less than the second after which mod_fcgid sends SIGTERM again,
// which is then no longer caught.
func flush(ctx context.Context, records *errorpage.Records) error {
	if records == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 900*time.Millisecond)
	defer cancel()
	return records.Flush(ctx)
}

func (s *settings) open(ctx context.Context, records *errorpage.Records) (http.Handler, error) {
	opened, err := storage.Open(ctx, s.storage)
	if err != nil {
		return nil, err
	}
	if err := seed.Plant(ctx, model.Wiki{Storage: opened}); err != nil {
		return nil, err
	}
	renderer, err := view.New(s.engine, s.templates)
	if err != nil {
		return nil, err
	}
	return control.New(control.Config{
		Name: s.name, Storage: opened.Storage, Sessions: opened.Sessions, Renderer: renderer, Records: records,
		SignUp: s.signUp, HTTP: s.plain, Proxies: s.proxies,
	}), nil
}

// openRecords returns where errors are recorded, for the admin page; nil for
// nowhere. The working directory is not always the same.
func (s *settings) openRecords() (*errorpage.Records, error) {
	dir := or(s.records, storage.Beside(s.storage, "errors"))
	if dir == "" || dir == "none" {
		return nil, nil
	}
	dir, err := filepath.Abs(dir)
	return &errorpage.Records{Dir: dir}, err
}

// copyAll is export and import.
func (s *settings) copyAll(ctx context.Context) error {
	from, err := storage.Open(ctx, s.storage)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := storage.Open(ctx, s.copy)
	if err != nil {
		return err
	}
	return errors.Join(storage.Copy(ctx, to, from), to.Close())
}
