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

// webTypes are those that package mime does not know by itself, or takes from
// tables of the system that differ from machine to machine.
var webTypes = map[string]string{
	".br":          "application/octet-stream",
	".gz":          "application/gzip",
	".ico":         "image/x-icon",
	".js":          "text/javascript; charset=utf-8", // RFC 9239
	".map":         "application/json",
	".md":          "text/markdown; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".ttf":         "font/ttf",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
	".zst":         "application/zstd",
}

// compressible reports whether bytes of that type are worth compressing.
func compressible(mediaType string) bool {
	t, _, _ := strings.Cut(mediaType, ";")
	return strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "+json") || strings.HasSuffix(t, "+xml") || compressibleTypes[t]
}

var compressibleTypes = map[string]bool{
	"application/javascript":        true,
	"application/json":              true,
	"application/rtf":               true,
	"application/vnd.ms-fontobject": true,
	"application/wasm":              true,
	"application/xml":               true,
	"font/otf":                      true,
	"font/ttf":                      true,
	"image/bmp":                     true,
	"image/x-icon":                  true,
}
