package errorpage

import (
	"context"
	"html/template"
	"io/fs"
	"log/slog"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Config configures [New]. The zero Config shows a plain page without a cause to
// everybody, and logs the cause.
type Config struct {
	_ [0]func()

	// Development allows the development page, to those whom the fields below
	// let see it. It is also set by GANGPLANK_DEVELOPMENT=1 (or "true") in the
	// process's environment, so that one binary serves both. Default: false.
	Development bool
	// Peers are clients that may see the development page besides loopback: a
	// colleague's, a container's host. Everybody there sees the program's source. To
	// list 127.0.0.0/8 itself is to admit the processes of all users of this
	// machine, among them perhaps a proxy that asks for others.
	Peers []netip.Prefix
	// Hosts are names in the Host field under which it is shown besides localhost
	// and loopback addresses, without a port.
	Hosts []string
	// ClientIP says that middleware.ClientIP is configured outside of this one.
	// Only then is the page shown although a field such as X-Forwarded-For says
	// that somebody else stands behind the peer, and only if the address that
	// ClientIP found, and all that those fields name, are loopback or in Peers.
	// If it is not there after all, the page is shown to nobody.
	ClientIP bool

	// Statuses answers errors of other packages with a status, the first rule
	// that matches. An error that says its own status keeps it.
	Statuses []Status
	// Templates are the pages for clients that want HTML, by status ("404"), class
	// ("4xx", "5xx"), or for all others (""). They are executed with a [Page].
	// What has no template gets a page of our own.
	Templates map[string]*template.Template

	// Secrets are words that make the name of a field, cookie, parameter or
	// variable a secret's, besides "password", "token", "key" and about fifty more.
	Secrets []string

	// Source is the main module's files, for excerpts where the disk has none:
	// `//go:embed *.go */*.go` in the module's root. Default: the disk.
	Source fs.FS
	// SourceDir is where the main module lies, for programs built with -trimpath.
	// Default: the nearest folder with a go.mod from the working directory up. In
	// development mode it must be there.
	SourceDir string
	// Context is the number of source lines on each side. Default: 6; -1: none.
	Context int
	// Application lists packages, by the beginning of their paths, whose frames
	// are shown open besides those of the main module.
	Application []string

	// Editor is what a frame's link opens: "vscode", "vscodium", "cursor",
	// "windsurf", "zed", "idea", "goland", "sublime", "textmate", "emacs",
	// "macvim", "none", or a URL with {file} and {line}. Default: "vscode".
	Editor string
	// Paths maps folders of this machine, such as a container's, to the editor's:
	// {"/src": "/home/me/project"}. The longest that fits is used. A program built
	// with -trimpath knows its files by its module: {"example.com/app": "/home/me/app"}.
	Paths map[string]string

	// Records stores failures. Default: none; the log has them.
	Records *Records
	// Notify is called for a failure, to send a mail or to call a web hook: once per
	// fingerprint and NotifyEvery (default: an hour), by one of the processes that
	// share Records, or by each if there are none or they cannot be written; and for
	// at most 20 different ones per process and NotifyEvery, after which a line of the
	// log says that there are more. It runs
	// on a goroutine of its own; only under CGI, where the process ends with the
	// request, does the response wait for it.
	Notify      func(context.Context, *Report)
	NotifyEvery time.Duration
}

// Status is a rule of [Config].Statuses.
type Status struct {
	Is     error            // compared by errors.Is; or
	Match  func(error) bool // asked
	Status int              // 400 to 599
	Public string           // the text for the client; empty: the status text
}

const developmentVariable = "GANGPLANK_DEVELOPMENT"

func (c Config) withDefaults() Config {
	c.Development = c.Development || developmentAsked()
	if c.Context == 0 {
		c.Context = 6
	}
	if c.Editor == "" {
		c.Editor = "vscode"
	}
	if c.NotifyEvery == 0 {
		c.NotifyEvery = time.Hour
	}
	return c
}

// developmentAsked reads the environment. What nobody can be sure to mean yes is
// no; and no reason to stop a program, since whoever sets it is not who wrote it.
func developmentAsked() bool {
	v := os.Getenv(developmentVariable)
	asked, err := strconv.ParseBool(v)
	if err != nil && v != "" {
		slog.Warn("errorpage: the variable is neither true nor false: development mode stays as configured", "variable", developmentVariable, "value", v)
	}
	return asked
}

// Validate reports all that is wrong with c, joined.
func (c Config) Validate() error {
	var f settings.Faults
	c.validateGate(&f)
	c.validatePages(&f)
	if slices.Contains(c.Secrets, "") {
		f.Add("Secrets", "an empty word would hide everything")
	}
	c.validateSource(&f)
	if c.NotifyEvery < 0 {
		f.Add("NotifyEvery", "%v is negative", c.NotifyEvery)
	}
	if c.Records != nil {
		f = append(f, c.Records.Validate())
	}
	return f.Join()
}

// validateSource looks at how the program's source is shown.
func (c *Config) validateSource(f *settings.Faults) {
	if c.Development && c.SourceDir != "" {
		if info, err := os.Stat(c.SourceDir); err != nil {
			f.Add("SourceDir", "%w", err)
		} else if !info.IsDir() {
			f.Add("SourceDir", "%q is not a folder", c.SourceDir)
		}
	}
	if c.Context < -1 {
		f.Add("Context", "%d: want -1 (none) or more", c.Context)
	}
	if slices.Contains(c.Application, "") {
		f.Add("Application", "an empty text is the path of no package")
	}
	if _, err := editorURL(c.Editor); err != nil {
		f.Add("Editor", "%w", err)
	}
	if _, ok := c.Paths[""]; ok {
		f.Add("Paths", "an empty text is no folder")
	}
}

// validateGate looks at who may see the development page.
func (c *Config) validateGate(f *settings.Faults) {
	f.AddNetworks("Peers", c.Peers)
	for _, h := range c.Hosts {
		if h == "" || strings.ContainsAny(h, ":/* ") && !isAddress(h) {
			f.Add("Hosts", "%q is not a host name without a port", h)
		}
	}
}

// validatePages looks at what errors become.
func (c *Config) validatePages(f *settings.Faults) {
	for i, s := range c.Statuses {
		if s.Status < 400 || s.Status > 599 {
			f.Add("Statuses", "number %d has %d, which is not within 400 to 599", i+1, s.Status)
		}
		if (s.Is == nil) == (s.Match == nil) {
			f.Add("Statuses", "number %d needs exactly one of Is and Match", i+1)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.Templates)) {
		if !validTemplateKey(key) {
			f.Add("Templates", "%q is not a status, %q, %q or empty", key, "4xx", "5xx")
		}
		if c.Templates[key] == nil {
			f.Add("Templates", "%q is nil", key)
		}
	}
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

func validTemplateKey(key string) bool {
	if key == "" || key == "4xx" || key == "5xx" {
		return true
	}
	n, err := strconv.Atoi(key)
	return err == nil && n >= 400 && n <= 599
}
