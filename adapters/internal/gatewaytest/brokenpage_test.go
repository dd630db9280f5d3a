//go:build linux

package gatewaytest_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters"
	"github.com/gangplank-web/gangplank/adapters/internal/browsertest"
	"github.com/gangplank-web/gangplank/adapters/internal/servertest"
	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// halves are the beginnings of pages, ended wherever a handler may fail. What follows
// them must be seen; a script among them must not run.
var halves = map[string]string{
	"text":                       `<p>One. Two`,
	"dark":                       `<style>body { background: #111; color: #eee } pre, p, code { color: #eee; background: #222 }</style><p>One`,
	"start-tag":                  `<p>One<di`,
	"end-tag":                    `<p>One</di`,
	"attribute":                  `<p>One<div title=abc`,
	"double-quotes":              `<p>One<div style="display: none; color: red`,
	"single-quotes":              `<p>One<div style='display: none`,
	"quotes-in-a-script-tag":     `<p>One<script src="/x.js?a=`,
	"comment":                    `<p>One<!-- two "three' > four`,
	"declaration":                `<!DOCTYPE ht`,
	"cdata":                      `<svg><desc><![CDATA[ two`,
	"title":                      `<!doctype html><html><head><title>One`,
	"head":                       `<!doctype html><html><head><meta charset=utf-8>`,
	"style":                      `<style>section { display: none } body { color: `,
	"script":                     `<script>document.title = "ran"; var page = {`,
	"script-complete-so-far":     `<script>document.title = "ran";`,
	"script-in-brackets":         `<script>document.title = "ran"; function f() { return [g(1`,
	"script-string":              `<script>document.title = "ran"; var a = "it's`,
	"script-comment":             `<script>document.title = "ran"; /* two`,
	"script-line-comment":        `<script>document.title = "ran"; // two`,
	"script-template":            "<script>document.title = 'ran'; var a = `two",
	"script-in-a-comment":        `<script><!-- document.write("<script>two`,
	"textarea":                   `<form><textarea name=a>One`,
	"select":                     `<form><select><optgroup label=a><option>One`,
	"xmp":                        `<xmp>One`,
	"iframe":                     `<iframe srcdoc="x">One`,
	"template":                   `<template><table><tr><td>One`,
	"noscript":                   `<noscript><p>One`,
	"tables":                     `<table><tr><td><table><caption><b>One</b></caption><tr><td><div><table><tr>`,
	"table-row":                  `<table style="color: white"><tr>`,
	"colgroup":                   `<table><colgroup>`,
	"hidden-divs":                `<main hidden><section hidden><div hidden><section><div hidden><div><p>One <span>two`,
	"details":                    `<details><summary>One</summary><div><p>Two`,
	"dialog":                     `<dialog><form><fieldset><p>One`,
	"object":                     `<object data="data:text/plain,x"><p>One`,
	"video":                      `<video><canvas><datalist id=a><option>One`,
	"svg":                        `<svg width=10 height=10><title>One</title><g><text>Two`,
	"foreign-object":             `<svg width=10 height=10><foreignObject><div><p>One`,
	"math":                       `<math><mi>x</mi><annotation-xml encoding="text/html"><p>One`,
	"a-link-in-bold-and-a-title": `<h1><a href="/x"><b><i><u><font size=7 color=white><big>One`,
	"list":                       `<ul><li>One<ol><li><dl><dt>Two<dd><pre>Three`,
	"invisible":                  `<style>body { visibility: hidden; font-size: 0; color: transparent }</style><p>One`,
	"policy":                     `<p>One`,
}

const brokenPages = "GANGPLANK_BROKEN_PAGES"

// breaking serves the halves if this process is one that a server has started for
// that, and does not return then.
func breaking() {
	mode := os.Getenv(brokenPages)
	if mode == "" {
		return
	}
	slog.SetDefault(slog.New(slog.DiscardHandler))
	r := gangplank.New()
	r.Use(errorpage.New(errorpage.Config{Development: mode == "development"}))
	r.HandleFunc("/{half}", gangplank.Try(func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.PathValue("half") == "policy" {
			w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-abc123'")
		}
		io.WriteString(w, halves[r.PathValue("half")])
		http.NewResponseController(w).Flush()
		return errorpage.Trace(errors.New("the page's <b>error</b>: no connection to postgres://wiki:open-sesame@db/wiki"))
	}))
	if err := adapters.Main(r); err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
	}
	os.Exit(1)
}

// broken starts it as a CGI program, and returns its address.
func broken(t *testing.T, gateway, mode string) string {
	t.Helper()
	self := servertest.Self(t)
	program := filepath.Join(filepath.Dir(self), "breaking")
	servertest.WriteProgram(t, program, []byte(fmt.Sprintf("#!/bin/sh\n%s=%s exec %s \"$@\"\n", brokenPages, mode, self)))
	return gatewayOf(t, gateway).Start(t, "/app", program).URL + "/app/"
}

// seen is what a person reads of the epilogue: nothing unless it is black on white, of
// a size that can be read, and not inside of anything that hides it.
const seen = `(() => {
	const box = document.querySelector("#gangplank-broken")
	if (!box) return "nothing"
	const p = box.querySelector("p"), style = getComputedStyle(p)
	if (!p.checkVisibility({visibilityProperty: true, opacityProperty: true}) || p.offsetHeight < 15 || p.offsetWidth < 200) return "hidden"
	if (box.closest("a, b, i, u, font, table, svg, h1, form, template") || p.closest("li, pre")) return "inside of " + box.parentNode.tagName
	if (box.parentNode.matches("body") && box.previousSibling?.nodeValue?.includes("--")) return "behind " + box.previousSibling.nodeValue
	return [style.color, getComputedStyle(box).backgroundColor, style.fontSize, style.fontWeight, style.textDecorationLine, document.title === "ran"].join(" ") + ": " + box.innerText
})()`

// TestBrokenPages looks at pages that break off: wherever they do, a person can read
// that, and under which id it was noted; a developer reads what went wrong.
func TestBrokenPages(t *testing.T) {
	b := browsertest.Start(t)
	for _, tt := range []struct {
		mode, gateway string
		pages         []string
	}{
		{"development", "apache-cgid", slices.Sorted(maps.Keys(halves))},
		{"production", "lighttpd-cgi", []string{"dark", "policy", "script"}}, // they end alike
	} {
		t.Run(tt.mode, func(t *testing.T) {
			mode, url := tt.mode, broken(t, tt.gateway, tt.mode)
			p := b.Page()
			p.Emulate(800, 700, false)
			for _, name := range tt.pages {
				p.Open(url + name)
				p.Look("broken-" + mode + "-" + name)
				got := p.Eval(seen)
				if want := "rgb(29, 39, 51) rgb(255, 253, 249) 16px 400 none false: The page breaks off here"; !strings.HasPrefix(got, want) {
					t.Errorf("%s: got %q", name, got)
				}
				tells := strings.Contains(got, "the page's <b>error</b>: no connection to postgres://wiki:[hidden") && strings.Contains(got, "gatewaytest_test.breaking")
				if tells != (mode == "development") || !strings.Contains(strings.ToLower(got), "error id ") {
					t.Errorf("%s: got %q", name, got)
				}
				if strings.Contains(p.HTML(), "open-sesame") {
					t.Errorf("%s: the secret is on the page", name)
				}
			}
		})
	}
}
