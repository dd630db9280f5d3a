package static

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// Offload lets the front server send the files: the answer is a field that names
// the file, and the front server, which takes the field out again, does the rest,
// ETag, ranges and conditional requests included. The zero Offload does nothing.
//
// Which field it is, if any, is a matter of configuration only: a client that
// could choose it by a header would read what it likes (CVE-2025-61780 and
// CVE-2026-34830 of Rack). And it must be the right one: a server that does not
// know the field sends it on to the client, with an empty body.
type Offload struct {
	field, base string
	raw         bool // the name is not percent-encoded
}

// XAccelRedirect is nginx's. location is the path of an internal location, whose
// root or alias is the same folder as [Config].Dir:
//
//	location /files/ { internal; alias /srv/public/; gzip_static on; }
//
//	static.XAccelRedirect("/files")
func XAccelRedirect(location string) Offload {
	return Offload{field: "X-Accel-Redirect", base: location}
}

// XSendfile is that of Apache's mod_xsendfile, which does not decode names. dir is
// the path of the folder as the front server sees it, and has to be allowed there:
//
//	XSendFile On
//	XSendFilePath /srv/public
func XSendfile(dir string) Offload { return Offload{field: "X-Sendfile", base: dir, raw: true} }

// XLighttpdSendFile is lighttpd's X-LIGHTTPD-send-file, which percent-decodes names.
// lighttpd knows X-Sendfile as well, and decodes it too, so that of the two only
// this one is right for names with a percent sign. dir is the path of the folder as
// lighttpd sees it:
//
//	fastcgi.server = ( "/" => (( ..., "x-sendfile" => "enable", "x-sendfile-docroot" => ( "/srv/public" ) )) )
func XLighttpdSendFile(dir string) Offload {
	return Offload{field: "X-LIGHTTPD-send-file", base: dir}
}

// LocalRedirect is what CGI itself has (RFC 3875, section 6.2.2): the server answers
// with what it has at a path of its own, below location, as if the client had asked
// for that, which clients may do as well. Apache does it, for CGI programs and for
// those of mod_fcgid; nginx does not.
//
//	static.LocalRedirect("/files") // beside the program, in the document root
func LocalRedirect(location string) Offload {
	return Offload{field: "Location", base: location}
}

func (o Offload) active() bool { return o.field != "" }

func (o Offload) validate() error {
	if o.active() && (!strings.HasPrefix(o.base, "/") || strings.Contains(o.base, `\`) || path.Clean(o.base) != strings.TrimSuffix(o.base, "/") && o.base != "/") {
		return errors.New("path " + o.base + " is not absolute, or is not clean")
	}
	return nil
}

// send names the file.
func (o Offload) send(h http.Header, name string) {
	value := path.Join(o.base, name)
	if !o.raw {
		value = (&url.URL{Path: value}).EscapedPath()
	}
	h.Set(o.field, value)
}
