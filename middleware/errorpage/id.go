package errorpage

import (
	"crypto/rand"
	"encoding/binary"
	"path"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/internal/stack"
)

// alphabet has no two letters that look alike in any hand or font (no 0 and O,
// 1, I and L, 2 and Z, 5 and S, 6 and G, 8 and B, U and V), and no vowels, so
// that no id spells a word.
const alphabet = "3479CDFHJKMNPQRTWXY"

// An id is XXXX-XXXX-XXXX-XXXX: the first eight letters are the fingerprint, equal
// for all occurrences of one error; the last eight tell the occurrence: of ten
// thousand two share one with a probability of a third of a percent.
const (
	fingerprintLength = 8
	occurrenceLength  = 8
)

func spell(n uint64, length int) string {
	b := make([]byte, length)
	for i := range b {
		b[i] = alphabet[n%uint64(len(alphabet))]
		n /= uint64(len(alphabet))
	}
	return string(b)
}

func newID(fingerprint string) string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	occurrence := spell(binary.LittleEndian.Uint64(b[:]), occurrenceLength)
	return fingerprint[:4] + "-" + fingerprint[4:] + "-" + occurrence[:4] + "-" + occurrence[4:]
}

// fingerprintOfID returns the fingerprint in what somebody typed as an id.
func fingerprintOfID(id string) string {
	id = strings.Map(func(r rune) rune {
		if strings.ContainsRune(alphabet, r) {
			return r
		}
		return -1
	}, strings.ToUpper(id))
	if len(id) < fingerprintLength {
		return ""
	}
	return id[:fingerprintLength]
}

// rootDir is where gangplank's own files lie, for closures of it that the
// compiler has inlined into the program and named after its functions.
var rootDir = sync.OnceValue(func() string {
	file, _ := runtime.FuncForPC(reflect.ValueOf(gangplank.Try).Pointer()).FileLine(0)
	return path.Dir(file)
})

// application reports whether a call is the program's own.
func (p *page) application(f stack.Frame) bool {
	pkg := stack.Package(f.Func)
	if path.Dir(f.File) == rootDir() && !strings.HasSuffix(f.File, "_test.go") {
		return false
	}
	if p.ofStandardLibrary(f.File) {
		return false
	}
	if pkg == "main" || pkg == "command-line-arguments" {
		return true
	}
	for _, prefix := range p.Application {
		if within(pkg, prefix) {
			return true
		}
	}
	main := p.sources.Main()
	return main != "" && within(pkg, main) && !ownPackage(pkg)
}

func within(pkg, prefix string) bool {
	rest, ok := strings.CutPrefix(pkg, strings.TrimSuffix(prefix, "/"))
	return ok && (rest == "" || rest[0] == '/' || rest[0] == '_' || rest[0] == '.') // _test, .test
}

// ownPackage keeps Gangplank's layers folded even where its module is the main one.
func ownPackage(pkg string) bool {
	const module = "github.com/gangplank-web/gangplank"
	rest, ok := strings.CutPrefix(pkg, module)
	return ok && (rest == "" || strings.HasPrefix(rest, "/middleware") || strings.HasPrefix(rest, "/adapters")) && !strings.HasSuffix(pkg, "_test")
}
