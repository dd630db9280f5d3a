module github.com/gangplank-web/gangplank/middleware/compress/brotli

go 1.25.0

require github.com/andybalholm/brotli v1.2.8
