package mediatype

// Compressible returns patterns of what is worth compressing: what is text by
// nature, and the few binary types that are not compressed by themselves. Images,
// audio, video, archives, PDF, WOFF and WOFF2 are, and would only grow.
func Compressible() []string {
	return []string{
		"text/*", "*+json", "*+xml", "*+text", "*+yaml",
		"application/json", "application/x-ndjson", "application/xml", "application/javascript", "application/x-javascript",
		"application/ecmascript", "application/rtf", "application/sql", "application/toml", "application/yaml", "application/graphql",
		"application/x-www-form-urlencoded", "application/wasm", "application/vnd.ms-fontobject", "application/x-font-ttf",
		"font/ttf", "font/otf", "font/collection", "image/bmp", "image/x-icon", "image/vnd.microsoft.icon",
	}
}
