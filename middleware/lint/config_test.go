package lint_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/lint"
)

// Every rule can be ignored, and nothing else.
func TestValidate(t *testing.T) {
	t.Parallel()
	for _, rule := range declared(t) {
		if err := (lint.Config{Ignore: []lint.Rule{rule}}).Validate(); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
	}
	misspelt := lint.Config{Ignore: []lint.Rule{"late-fields", lint.LateField, ""}}
	const want = "Ignore: there is no rule \"late-fields\"\nIgnore: there is no rule \"\""
	if err := misspelt.Validate(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	for name, use := range map[string]func(){
		"New":    func() { lint.New(misspelt) },
		"Chain":  func() { lint.Chain(gangplank.NewChain(), misspelt) },
		"Router": func() { lint.Router(gangplank.New(), misspelt) },
	} {
		func() {
			defer func() {
				if got := recover(); got != "lint: "+want {
					t.Errorf("%s: got %v, want a panic with lint: %s", name, got, want)
				}
			}()
			use()
		}()
	}
}

// declared returns the constants of type Rule.
func declared(t *testing.T) (rules []lint.Rule) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "rules.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if value, ok := spec.Values[0].(*ast.BasicLit); ok {
				rule, err := strconv.Unquote(value.Value)
				if err != nil {
					t.Fatal(err)
				}
				rules = append(rules, lint.Rule(rule))
			}
		}
		return true
	})
	if len(rules) < 23 {
		t.Fatalf("found %d rules, and there are more", len(rules))
	}
	return rules
}
