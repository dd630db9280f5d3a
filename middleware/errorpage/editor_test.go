package errorpage_test

import (
	"testing"

	"github.com/gangplank-web/gangplank/middleware/errorpage"
)

// A link leads to where the editor has the file, under whichever name it is known.
func TestEditorLink(t *testing.T) {
	paths := map[string]string{"/src": "/home/me/all", "/src/app/": "/home/me/app/", "example.com/app": "/home/me/built", "example.com/lib@v1.0.0": "/home/me/lib"}
	tests := []struct{ desc, editor, name, located, want string }{
		{"as it is", "vscode", "/x/a b.go", "/x/a b.go", "vscode://file/x/a%20b.go:7"},
		{"in a query", "idea", "/x/a b.go", "/x/a b.go", "idea://open?file=/x/a+b.go&line=7"},
		{"of an own editor", "edit:{file}#{line}", "/x/a.go", "/x/a.go", "edit:/x/a.go#7"},
		{"a folder of a container", "vscode", "/src/lib/a.go", "/src/lib/a.go", "vscode://file/home/me/all/lib/a.go:7"},
		{"the longest that fits", "vscode", "/src/app/a.go", "/src/app/a.go", "vscode://file/home/me/app/a.go:7"},
		{"the beginning of a name", "vscode", "/srcs/a.go", "/srcs/a.go", "vscode://file/srcs/a.go:7"},
		{"where it was found", "vscode", "example.org/x/a.go", "/src/app/a.go", "vscode://file/home/me/app/a.go:7"},
		{"without paths of the machine", "vscode", "example.com/app/page/a.go", "", "vscode://file/home/me/built/page/a.go:7"},
		{"the name before the place", "vscode", "example.com/app/a.go", "/src/app/a.go", "vscode://file/home/me/built/a.go:7"},
		{"another module", "vscode", "example.com/lib@v1.0.0/a.go", "/root/go/pkg/mod/example.com/lib@v1.0.0/a.go", "vscode://file/home/me/lib/a.go:7"},
		{"known to nobody", "vscode", "example.org/x/a.go", "", ""},
		{"no editor", "none", "/x/a.go", "/x/a.go", ""},
	}
	for _, tt := range tests {
		if got := errorpage.EditorLink(errorpage.Config{Editor: tt.editor, Paths: paths}, tt.name, tt.located, 7); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.desc, got, tt.want)
		}
	}
}
