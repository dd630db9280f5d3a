module github.com/gangplank-web/gangplank/middleware/auth/oidc

go 1.25.0

require (
	github.com/coreos/go-oidc/v3 v3.21.0
	github.com/gangplank-web/gangplank v0.0.0
	github.com/go-jose/go-jose/v4 v4.1.4
	golang.org/x/oauth2 v0.36.0
)

require (
	github.com/go-chi/chi/v5 v5.5.0 // indirect
	golang.org/x/crypto v0.54.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
)

replace github.com/gangplank-web/gangplank => ../../..
