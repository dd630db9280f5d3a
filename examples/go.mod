module github.com/gangplank-web/gangplank/examples

go 1.25.0

require (
	github.com/aymanbagabas/go-udiff v0.4.1
	github.com/gangplank-web/gangplank v0.0.0
	github.com/gangplank-web/gangplank/middleware/compress/brotli v0.0.0
	github.com/microcosm-cc/bluemonday v1.0.27
	github.com/yuin/goldmark v1.8.7
)

require (
	github.com/andybalholm/brotli v1.2.8 // indirect
	github.com/aymerick/douceur v0.2.0 // indirect
	github.com/go-chi/chi/v5 v5.5.0 // indirect
	github.com/gorilla/css v1.0.1 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	golang.org/x/crypto v0.54.0 // indirect
	golang.org/x/net v0.56.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
)

replace github.com/gangplank-web/gangplank => ../

replace github.com/gangplank-web/gangplank/middleware/compress/brotli => ../middleware/compress/brotli
