package main

import (
	"embed"
	"text/template"

	"github.com/gangplank-web/gangplank/bench/internal/front"
)

// A gateway is a web server and how it speaks to the wiki.
type gateway struct {
	Server   front.Kind
	Protocol string
	Keep     bool // the server keeps its connections to the wiki
}

// gateways has each protocol once with kept connections where the server can keep them.
var gateways = []gateway{
	{front.Nginx, "http", true},
	{front.Nginx, "fastcgi", true},
	{front.Nginx, "scgi", false},
	{front.Nginx, "uwsgi", false},
	{front.Apache, "cgi", false},
	{front.Apache, "fastcgi", true},
	{front.Apache, "ajp", true},
	{front.Lighttpd, "scgi", false},
}

func (g gateway) name() string { return g.Server.Name + "-" + g.Protocol }

//go:embed *.conf.tmpl
var configFiles embed.FS

var configs = template.Must(template.ParseFS(configFiles, "*.conf.tmpl"))

func (g gateway) config() *template.Template { return configs.Lookup(g.Server.Name + ".conf.tmpl") }
