package gateway

import (
	"net/url"
	"strings"
)

// A program that the front server started as CGI is mounted at SCRIPT_NAME by
// definition, so that the next three do not concern CGI.
func (d *draft) isCGI() bool { return strings.HasPrefix(d.Interface, "CGI/") }

// scriptIsPath reports whether SCRIPT_NAME is the whole path of the request and
// nothing says that it is not.
func (d *draft) scriptIsPath() bool {
	if d.isCGI() || d.hasPathInfo || d.scriptName == "" {
		return false
	}
	path, _, _ := strings.Cut(d.uri, "?")
	decoded, err := url.PathUnescape(path)
	return err == nil && (decoded == d.scriptName || isOdd(decoded) && normalize(decoded) == d.scriptName)
}

// nginx has $fastcgi_script_name in SCRIPT_NAME, which is the whole path unless
// fastcgi_split_path_info divides it; who uses that passes PATH_INFO, be it
// empty. scgi_params and uwsgi_params name no SCRIPT_NAME: there it comes from
// an administrator who means it.
func fixNginxScriptName(d *draft, _ Source) {
	if d.front == nginx && strings.HasPrefix(d.Interface, "FastCGI/") && d.scriptIsPath() {
		d.scriptName = ""
	}
}

func fixHAProxyScriptName(d *draft, _ Source) {
	if d.front == haproxy && d.scriptIsPath() {
		d.scriptName = ""
	}
}

// Apache leaves an empty PATH_INFO out, so that mod_fcgid at exactly its mount
// point looks like mod_proxy_fcgi anywhere. The difference is SCRIPT_FILENAME:
// a file below the document root of its context, or part of an URL.
func fixApacheProxy(d *draft, src Source) {
	if d.front == apache && d.scriptIsPath() && !programIsFile(src) {
		d.scriptName = ""
	}
}

// programIsFile reports whether Apache found a file for the request.
func programIsFile(src Source) bool {
	filename, _ := variable(src, "SCRIPT_FILENAME")
	if target, proxied := strings.CutPrefix(filename, "proxy:"); proxied {
		// SetHandler proxy:unix:/sock|fcgi://name/ puts the file's absolute
		// path after the slash of its URL; ProxyPass puts the request's path
		// there.
		_, afterScheme, _ := strings.Cut(target, "://")
		_, path, _ := strings.Cut(afterScheme, "/")
		return strings.HasPrefix(path, "/")
	}
	root, ok := variable(src, "CONTEXT_DOCUMENT_ROOT")
	if !ok {
		root, _ = variable(src, "DOCUMENT_ROOT")
	}
	return root != "" && strings.HasPrefix(filename, root)
}

func fixScriptNameSlash(d *draft, _ Source) {
	if name := strings.TrimRight(d.scriptName, "/"); name != d.scriptName {
		if d.uri == "" && !strings.HasPrefix(d.pathInfo, "/") {
			d.pathInfo = "/" + d.pathInfo
		}
		d.scriptName = name
	}
}

func fixIISPathInfo(d *draft, _ Source) {
	if d.front != iis || d.scriptName == "" {
		return
	}
	if rest, ok := strings.CutPrefix(d.pathInfo, d.scriptName); ok && (rest == "" || rest[0] == '/') {
		d.pathInfo = rest
	}
}

// X-Original-URL is the rewrite module's, but a client may send it just as well
// (CVE-2018-14773): it counts only if the server says that it rewrote.
func fixIISRequestURI(d *draft, src Source) {
	if d.front != iis || d.uri != "" {
		return
	}
	d.uri, _ = variable(src, "UNENCODED_URL")
	if rewrote, _ := variable(src, "IIS_WasUrlRewritten"); d.uri == "" && rewrote == "1" {
		d.uri, _ = variable(src, "HTTP_X_ORIGINAL_URL")
	}
}

func fixMergedPath(d *draft, _ Source) { d.normalized = true }
