package errorpage

import (
	"fmt"
	"mime"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gangplank-web/gangplank/middleware/internal/posted"
)

// curl is a command that repeats the request, as far as it may be shown and is
// known: what was hidden has to be filled in, comments in front of it name the
// files that are needed and the fields that curl had better choose itself, and a
// form's fields come in the order of their names.
func (c *collector) curl() string {
	q := c.out.Request
	cmd := &command{head: q.Method == "HEAD"}
	cmd.request(q.Method, q.URI, q.Host, q.TLS != "")
	form := ""
	if q.Length != 0 && !cmd.head {
		form = c.curlBody(cmd)
	}
	cmd.header(q.Header, form)
	return cmd.String()
}

// command is put together in the order in which people write it.
type command struct {
	head    bool
	notes   []string
	options string
	fields  []string
	body    []string
	target  string
}

func (cmd *command) String() string {
	var b strings.Builder
	for _, note := range cmd.notes {
		b.WriteString("# " + strings.ReplaceAll(note, "\n", " ") + "\n")
	}
	b.WriteString("curl " + cmd.options)
	for _, line := range slices.Concat(cmd.fields, cmd.body, []string{shellQuote(cmd.target)}) {
		b.WriteString(" \\\n  " + line)
	}
	return b.String()
}

// request states the method and the target.
func (cmd *command) request(method, uri, host string, tls bool) {
	scheme := "http://"
	if tls {
		scheme = "https://"
	}
	cmd.options = "-i"
	switch {
	case cmd.head:
		cmd.options = "-I" // with -X HEAD it would wait for a body
	case method != "GET":
		cmd.options += " -X " + shellQuote(method)
	}
	switch {
	case strings.HasPrefix(uri, "/"):
		cmd.target = scheme + host + uri
	case uri == "*":
		cmd.options += " --request-target '*'"
		cmd.target = scheme + host
	default: // "http://example.com/", as to a proxy
		cmd.target = uri
	}
	cmd.target = strings.ReplaceAll(cmd.target, "#", "%23") // else a fragment, which is not sent
	if strings.ContainsAny(cmd.target, "[]{}") {
		cmd.options += " -g" // else they are a range of URLs
	}
	if path, _, _ := strings.Cut(cmd.target, "?"); strings.Contains(path, "/.") {
		cmd.options += " --path-as-is"
	}
}

// ownFields are those that curl chooses itself, since they tell how this one
// request is sent and not what is asked for.
var ownFields = []string{"Content-Length", "Connection", "Keep-Alive", "Accept-Encoding", "Expect"}

// header states the fields, but for a multipart form's type: curl makes the
// boundary. What curl would add by itself is taken out.
func (cmd *command) header(fields []Field, form string) {
	missing := []string{"Accept", "User-Agent"}
	if len(cmd.body) > 0 && form != multipart {
		missing = append(missing, "Content-Type")
	}
	var left []string
	for _, f := range fields {
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == f.Name })
		switch {
		case slices.Contains(ownFields, f.Name):
			if f.Name != "Content-Length" && !slices.Contains(left, f.Name) {
				left = append(left, f.Name)
			}
		case f.Name == "Content-Type" && form == multipart:
		case f.Value == "":
			cmd.fields = append(cmd.fields, "-H "+shellQuote(f.Name+";"))
		default:
			cmd.fields = append(cmd.fields, "-H "+shellQuote(f.Name+": "+f.Value))
		}
	}
	for _, name := range missing {
		cmd.fields = append(cmd.fields, "-H "+shellQuote(name+":"))
	}
	if len(left) > 0 {
		cmd.notes = append(cmd.notes, "Left to curl: "+strings.Join(left, ", ")+".")
	}
}

const (
	urlencoded = "application/x-www-form-urlencoded"
	multipart  = "multipart/form-data"
)

// curlBody states the body: as the form that the handler has parsed, of which it
// returns the type, or as a file that somebody has to have.
func (c *collector) curlBody(cmd *command) (form string) {
	form, _, _ = mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	f := c.parsed()
	switch {
	case f != nil && f.json != nil && f.note == "" && c.hasAll(f):
		cmd.body = append(cmd.body, "--data-raw "+shellQuote(f.json(c.formValue)))
	case form == multipart && f != nil && len(c.out.Request.Form) > 0:
		c.curlMultipart(cmd, f)
	case form == urlencoded && len(c.out.Request.Form) > 0:
		if note := c.out.Request.FormNote; note != "" {
			cmd.notes = append(cmd.notes, note)
		}
		for _, f := range c.out.Request.Form {
			if f.Name == "" {
				cmd.body = append(cmd.body, "--data-raw "+shellQuote("="+url.QueryEscape(f.Value)))
				continue
			}
			cmd.body = append(cmd.body, "--data-urlencode "+shellQuote(url.QueryEscape(f.Name)+"="+f.Value))
		}
	default:
		form = ""
		cmd.notes = append(cmd.notes, fmt.Sprintf("The body (%s) is not known here: it has to be in the file body.", sizeOf(c.out.Request.Length)))
		cmd.body = append(cmd.body, "--data-binary @body")
	}
	return form
}

// hasAll reports whether all of a form is shown: a body of JSON has an end.
func (c *collector) hasAll(f *sentForm) bool {
	left := len(c.out.Request.Form)
	for field := range f.fields {
		if left--; left < 0 || len(field.Text) > maxSent {
			return false
		}
	}
	return true
}

func sizeOf(length int64) string {
	if length < 0 {
		return "of unknown length"
	}
	return fmt.Sprintf("%d bytes", length)
}

// curlMultipart states the values before the files.
func (c *collector) curlMultipart(cmd *command, f *sentForm) {
	if f.note != "" {
		cmd.notes = append(cmd.notes, f.note)
	}
	var files []string
	for field := range f.fields {
		if field.File != nil {
			files = append(files, c.curlFile(cmd, field))
			continue
		}
		for _, f := range c.formField(nil, field) {
			cmd.body = append(cmd.body, "--form-string "+shellQuote(partName(f.Name)+"="+f.Value)) // -F would read files for @ and <
		}
	}
	cmd.body = append(cmd.body, files...)
}

// curlFile states a file, and notes that it is needed. One that was not kept gets a
// name of ours.
func (c *collector) curlFile(cmd *command, f posted.Field) string {
	name := "file"
	if f.File.Name != "" {
		name = c.mask.Text("form", filepath.Base(f.File.Name))
	}
	value := `=@"` + inQuotes.Replace(name) + `"`
	if t := f.File.ContentType; t != "" {
		value += ";type=" + c.mask.Text("form", t)
	}
	cmd.notes = append(cmd.notes, fmt.Sprintf("A file %q (%s) has to be here.", name, sizeOf(f.File.Size)))
	return "-F " + shellQuote(partName(c.mask.Text("form name", f.Name))+value)
}

var inQuotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// partName is a name that curl can say: it takes the first = for its end.
func partName(name string) string { return strings.ReplaceAll(name, "=", "%3D") }

// shellQuote quotes for a POSIX shell.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
