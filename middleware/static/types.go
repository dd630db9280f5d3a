package static

import (
	"mime"
	"net/http"
	"path"
	"strings"
)

// mediaType finds the type by the name's extension, else by the first bytes, which
// are nil if nobody has read them.
// Guessed types are never ones that a browser would run scripts in: a file without
// an extension is somebody's upload more often than a page.
func (f *files) mediaType(name string, head []byte) string {
	ext := strings.ToLower(path.Ext(name))
	if t := f.Types[ext]; t != "" {
		return t
	}
	if t := webTypes[ext]; t != "" {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	if head == nil {
		return "application/octet-stream"
	}
	t := http.DetectContentType(head)
	if strings.HasPrefix(t, "text/") {
		return "text/plain; charset=utf-8"
	}
	return t
}

// webTypes are what sites are made of. Package mime may know other types for them,
// since it reads the tables of the system, which differ from machine to machine, and
// take milliseconds to read: too long for a CGI program.
var webTypes = map[string]string{
	".avif":        "image/avif",
	".br":          "application/octet-stream",
	".css":         "text/css; charset=utf-8",
	".csv":         "text/csv; charset=utf-8",
	".eot":         "application/vnd.ms-fontobject",
	".gif":         "image/gif",
	".gz":          "application/gzip",
	".htm":         "text/html; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".jpeg":        "image/jpeg",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8", // RFC 9239
	".json":        "application/json",
	".map":         "application/json",
	".md":          "text/markdown; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".mp3":         "audio/mpeg",
	".mp4":         "video/mp4",
	".ogg":         "audio/ogg",
	".otf":         "font/otf",
	".pdf":         "application/pdf",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".ttf":         "font/ttf",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webm":        "video/webm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
	".xml":         "text/xml; charset=utf-8",
	".zip":         "application/zip",
	".zst":         "application/zstd",
}
