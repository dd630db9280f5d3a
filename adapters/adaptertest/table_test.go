package adaptertest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range adaptertest.Cases() {
		if seen[c.Name] {
			t.Errorf("%s: the name is used twice", c.Name)
		}
		seen[c.Name] = true
		if group, name, ok := strings.Cut(c.Name, "/"); !ok || group == "" || name == "" || strings.Contains(name, "/") {
			t.Errorf("%s: want a name like group/case", c.Name)
		}
		if !strings.HasSuffix(c.Doc, ".") {
			t.Errorf("%s: the doc is no sentence: %q", c.Name, c.Doc)
		}
	}
	if len(seen) < 200 {
		t.Errorf("the table has %d cases; the package comment promises more than two hundred", len(seen))
	}
}

// A difference that no case knows would excuse nothing.
func TestDifferencesAreUsed(t *testing.T) {
	names, texts := declaredDifferences(t)
	files, err := filepath.Glob("*_cases.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var source strings.Builder
	for _, file := range append(files, "call.go", "expect.go") {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(b)
	}
	for i, name := range names {
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(source.String()) {
			t.Errorf("%s is in no case", name)
		}
		if !strings.HasPrefix(texts[i], `"`+name+`: `) {
			t.Errorf("%s calls itself %s", name, texts[i])
		}
	}
}

func declaredDifferences(t *testing.T) (names, texts []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "difference.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.CONST {
			continue
		}
		for _, spec := range gen.Specs {
			v := spec.(*ast.ValueSpec)
			names = append(names, v.Names[0].Name)
			texts = append(texts, v.Values[0].(*ast.BasicLit).Value)
		}
	}
	if len(names) == 0 {
		t.Fatal("no differences found")
	}
	return names, texts
}
