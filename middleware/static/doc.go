// Package static answers requests with files: from a folder, which nothing leads
// out of, or from an embed.FS or any other fs.FS.
//
//	//go:embed assets
//	var assets embed.FS
//
//	r := gangplank.New()
//	r.Use(static.New(static.Config{FS: assets, Prefix: "/assets"}))
//
// A request for which there is no file, or whose method is not GET or HEAD, is
// passed on, so the middleware may stand in front of an application whose paths
// overlap with those of files. [Handler] is the same at the end of a chain:
//
//	http.ListenAndServe(addr, static.Handler(static.Config{Dir: "public", List: true}))
//
// # What is sent
//
// Every answer has an ETag, made from the file's content, and the time of its last
// change; conditional requests and ranges are those of net/http's ServeContent, but
// that ranges count with GET and in bytes only, and of many in one request (more
// than 16) none does.
//
// A file app.js is sent compressed to clients that can decode it: from app.js.br,
// app.js.zst or app.js.gz beside it, if that is not older, or else, if it is text
// or the like and of up to [Config].MaxFile bytes, compressed with zstd or gzip
// when the first such client asks. Compressed bytes and small files are kept in
// memory, least recently used first out; whether a file has changed is looked up
// for each request, by its time, size and inode: all changes are noticed but those
// in place after which somebody puts the time back. A CGI program lives for one
// request only: files beside the original serve it better.
//
// # Immutable URLs
//
// [Path] gives the URL of a file with a fingerprint of its content:
//
//	static.Path(r, "css/app.css") // "/assets/css/app.0f343b0931126a20.css"
//
// That URL may be cached for ever without asking again, and means these bytes or
// nothing. With a mount point (a CGI script, a stripped prefix) in front it stays
// right.
//
// # What is refused
//
// Names that are not clean (.., //, a backslash, NUL), and names with a part
// that begins with a dot, but for /.well-known at the top (RFC 8615), are treated
// as if there were no such file; so is all that is neither a regular file nor a
// folder. Below Config.Dir a symbolic link is followed only to what lies below Dir
// as well, whatever happens to be renamed meanwhile (os.Root).
//
// Not protected: everybody may read the files. Place it inside of what
// authenticates where not everybody should, and outside of sessions and the like,
// which files do not need.
package static
