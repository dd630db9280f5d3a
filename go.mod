module github.com/gangplank-web/gangplank

go 1.25.0

require (
	github.com/go-chi/chi/v5 v5.5.0
	github.com/gorilla/securecookie v1.1.2
	github.com/gorilla/sessions v1.4.0
	github.com/klauspost/compress v1.20.3
	golang.org/x/crypto v0.54.0
)

require golang.org/x/sys v0.47.0 // indirect
