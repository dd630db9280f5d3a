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
type Offload struct{ field, base string }

// XAccelRedirect is nginx's. location is the path of an internal location, whose
// root or alias is the same folder as [Config].Dir:
//
//	location /files/ { internal; alias /srv/public/; gzip_static on; }
//
//	static.XAccelRedirect("/files")
func XAccelRedirect(location string) Offload { return Offload{"X-Accel-Redirect", location} }

// XSendfile is that of Apache's mod_xsendfile and of lighttpd. dir is the path of
// the folder as the front server sees it, and has to be allowed there:
//
//	XSendFile On
//	XSendFilePath /srv/public
//
//	fastcgi.server = ( "/" => (( ..., "x-sendfile" => "enable", "x-sendfile-docroot" => ( "/srv/public" ) )) )
func XSendfile(dir string) Offload { return Offload{"X-Sendfile", dir} }

// XLighttpdSendFile is XSendfile under the name that lighttpd had first.
func XLighttpdSendFile(dir string) Offload { return Offload{"X-LIGHTTPD-send-file", dir} }

func (o Offload) active() bool { return o.field != "" }

func (o Offload) validate() error {
	if o.active() && (!strings.HasPrefix(o.base, "/") || strings.Contains(o.base, `\`) || path.Clean(o.base) != strings.TrimSuffix(o.base, "/") && o.base != "/") {
		return errors.New("path " + o.base + " is not absolute, or is not clean")
	}
	return nil
}

// send names the file. All three decode what is percent-encoded.
func (o Offload) send(h http.Header, name string) {
	u := url.URL{Path: path.Join(o.base, name)}
	h.Set(o.field, u.EscapedPath())
}
