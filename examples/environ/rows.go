package main

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gangplank-web/gangplank"
)

// row is one line of a table.
type row struct {
	Name  string
	Value string
	Note  string // shown in place of Value
}

// newRow hides the value of what sounds secret and says how long it is.
func newRow(name, value string) row {
	if value != "" && secret(name) {
		return row{Name: name, Note: fmt.Sprintf("hidden, %d bytes", len(value))}
	}
	return row{Name: name, Value: value}
}

// secretWords stand in names whose values give access to something. A value
// too many is hidden rather than one too few.
var secretWords = []string{
	"AUTHORIZATION", "PASS", "PWD", "SECRET", "TOKEN", "KEY", "COOKIE", "CREDENTIAL", "SESSION",
	"PRIVATE", "SIGNATURE", "DSN", "DATABASE_URL", "SSL_CLIENT_CERT",
}

func secret(name string) bool {
	name = strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	if name == "PWD" || name == "OLDPWD" { // the shell's working directory
		return false
	}
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(name, word) })
}

func header(h http.Header) []row {
	var rows []row
	for name, values := range h {
		for _, value := range values {
			rows = append(rows, newRow(name, value))
		}
	}
	return sorted(rows)
}

func variables(g *gangplank.Gateway) []row {
	var rows []row
	for name, value := range g.Vars() {
		rows = append(rows, newRow(name, value))
	}
	return sorted(rows)
}

// environment leaves out what is the request's: under CGI both arrive together.
func environment(g *gangplank.Gateway) []row {
	sent := map[string]bool{}
	for name := range g.Vars() {
		sent[name] = true
	}
	var rows []row
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); !sent[name] {
			rows = append(rows, newRow(name, value))
		}
	}
	return sorted(rows)
}

func sorted(rows []row) []row {
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.Name, b.Name) })
	return rows
}

func process() []row {
	program, _ := os.Executable()
	dir, _ := os.Getwd()
	host, _ := os.Hostname()
	return []row{
		{Name: "program", Value: program},
		{Name: "working directory", Value: dir},
		{Name: "host", Value: host},
		{Name: "process", Value: fmt.Sprintf("%d, parent %d", os.Getpid(), os.Getppid())},
		{Name: "user and group", Value: strconv.Itoa(os.Getuid()) + ":" + strconv.Itoa(os.Getgid())},
		{Name: "system", Value: runtime.GOOS + "/" + runtime.GOARCH + ", " + strconv.Itoa(runtime.NumCPU()) + " processors"},
		{Name: "Go", Value: runtime.Version()},
		{Name: "time", Value: time.Now().Format(time.RFC3339)},
	}
}
