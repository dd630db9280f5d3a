package static

import (
	"io/fs"
	"runtime"
	"strings"
)

// covers reports whether a path is the prefix, or below it.
func (f *files) covers(path string) bool {
	rest, ok := strings.CutPrefix(path, f.Prefix)
	return ok && (rest == "" || rest[0] == '/')
}

// fileName returns the name, in the sense of fs.FS, of what a path below the prefix
// asks for, and whether it asks for a folder, by a slash at its end. It is false
// where nothing of that name is sent.
//
// The path is decoded already, once: what "%252e" or "%5c" come to is a name
// with a percent sign or a backslash in it, and is not decoded again.
func (f *files) fileName(path string) (name string, folder, ok bool) {
	rest := path[len(f.Prefix):]
	if rest == "" || rest == "/" {
		return ".", rest == "/", true
	}
	name, folder = strings.CutSuffix(rest[1:], "/")
	return name, folder, fs.ValidPath(name) && f.sent(name)
}

// sent reports whether files of that name may be sent at all.
func (f *files) sent(name string) bool {
	if strings.ContainsAny(name, "\\\x00") {
		return false
	}
	// There a colon begins the name of a stream, and GIT~1 is another name of .git.
	if runtime.GOOS == "windows" && strings.ContainsAny(name, ":~") {
		return false
	}
	return f.DangerouslySendDotfiles || !hidden(name)
}

// hidden reports whether a part of the name begins with a dot. What is below
// .well-known is meant to be found (RFC 8615).
func hidden(name string) bool {
	name = strings.TrimPrefix(name, ".well-known/")
	return strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
}
