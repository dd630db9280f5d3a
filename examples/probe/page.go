package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/compress"
	"github.com/gangplank-web/gangplank/middleware/compress/brotli"
)

// page is compressed for whoever accepts that: with ?coding=br by that or not at
// all, with ?coding=none by a front server or not at all, with ?padded=1 to a
// length that is another each time.
func page(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if !query.Has("coding") && !query.Has("padded") {
		compressed.ServeHTTP(w, r)
		return
	}
	cfg := compress.Config{Encodings: encodings}
	if query.Has("coding") {
		cfg.Encodings = slices.DeleteFunc(slices.Clone(encodings), func(e compress.Encoding) bool { return e.Name() != query.Get("coding") })
		cfg.FrontServerCompresses = len(cfg.Encodings) == 0
	}
	if query.Has("padded") {
		cfg.Padding = 1000
	}
	compress.New(cfg)(http.HandlerFunc(servePage)).ServeHTTP(w, r)
}

var (
	encodings  = []compress.Encoding{compress.Zstd{}, brotli.Encoding{}, compress.Gzip{}}
	compressed = compress.New(compress.Config{Encodings: encodings})(http.HandlerFunc(servePage))
)

// servePage answers with about 20 kB of HTML and answers conditional requests.
func servePage(w http.ResponseWriter, r *http.Request) {
	body := article()
	digest := sha256.Sum256(body)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("ETag", `"`+hex.EncodeToString(digest[:8])+`"`)
	http.ServeContent(w, r, "", time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC), bytes.NewReader(body))
}

// article is a text of words that repeat as words do, always the same.
var article = sync.OnceValue(func() []byte {
	const head = "<!doctype html>\n<html lang=\"en\">\n<title>The bridge</title>\n<h1>The bridge</h1>\n"
	words := strings.Fields(`the a of and to in is that it was for on with as by at from they ship harbour water plank
		crew captain cargo rope quay tide wind anchor mast sail deck hull port storm voyage carried crossed
		lowered boarded waited remembered narrow wooden movable ordinary slippery familiar`)
	random := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.WriteString(head)
	for paragraph := 1; b.Len() < 20_000; paragraph++ {
		fmt.Fprintf(&b, "<p class=\"text\" id=\"p%d\">", paragraph)
		for range 60 + random.IntN(60) {
			b.WriteString(words[random.IntN(len(words))])
			b.WriteByte(' ')
		}
		b.WriteString("</p>\n")
	}
	return b.Bytes()
})

// pageURL shows the address of a named route, whatever the mount point.
func pageURL(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, gangplank.URL(r, "page", "name", "Front Page")+"\n")
}

func showName(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, r.PathValue("name")+"\n")
}
