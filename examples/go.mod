module github.com/gangplank-web/gangplank/examples

go 1.25.0

require github.com/gangplank-web/gangplank v0.0.0

require github.com/go-chi/chi/v5 v5.5.0 // indirect

replace github.com/gangplank-web/gangplank => ../
