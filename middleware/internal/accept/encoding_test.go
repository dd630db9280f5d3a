package accept_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/internal/accept"
)

var choices = []struct {
	accept  string // lines are separated by "|"
	want    string // of zstd, br, gzip
	insists bool
}{
	{accept: "", want: ""},
	{accept: "gzip", want: "gzip"},
	{accept: "GZip", want: "gzip"},
	{accept: "x-gzip", want: "gzip"},
	{accept: "deflate", want: ""},
	{accept: "gzipped", want: ""},
	{accept: "gzip, deflate, br, zstd", want: "zstd"},
	{accept: "gzip|br", want: "br"},
	{accept: ",, gzip ,,", want: "gzip"},
	{accept: "\tgzip\t;\tq=1\t", want: "gzip"},
	{accept: "*", want: "zstd"},

	{accept: "gzip;q=0", want: ""}, // chi: gzip
	{accept: "gzip;q=0.000", want: ""},
	{accept: "gzip;Q=0.001", want: "gzip"},
	{accept: "zstd;q=0.5, gzip;q=0.501", want: "gzip"},
	{accept: "br;q=1.0, gzip;q=0.8, *;q=0.1", want: "br"},
	{accept: "zstd;q=0, *", want: "br"},
	{accept: "*;q=0.5, gzip;q=0.4", want: "zstd"},
	{accept: "*;q=0, br", want: "br", insists: true},

	{accept: "identity", want: ""},
	{accept: "identity, gzip;q=0.5", want: ""},
	{accept: "identity;q=0.5, gzip;q=0.5", want: "gzip"},
	{accept: "identity;q=0.5, gzip", want: "gzip"},
	{accept: "identity;q=0, gzip;q=0.1", want: "gzip", insists: true},
	{accept: "identity;q=0", want: "", insists: true},
	{accept: "*;q=0", want: "", insists: true},
	{accept: "*;q=0, identity", want: ""},
	{accept: "*;q=0, identity;q=0.1, gzip;q=0.2", want: "gzip"},

	// Whoever writes this may mean anything, so nothing is what he gets.
	{accept: "gzip;q=", want: ""},
	{accept: "gzip;q", want: ""},
	{accept: "gzip;", want: ""},
	{accept: "gzip;q=2", want: ""},
	{accept: "gzip;q=1.001", want: ""},
	{accept: "gzip;q=-1", want: ""},
	{accept: "gzip;q=.5", want: ""},
	{accept: "gzip;q=0,5", want: ""},
	{accept: "gzip;q=0.5000", want: ""},
	{accept: "gzip;q=1e0", want: ""},
	{accept: "gzip;q=0x1", want: ""},
	{accept: "gzip;q=0.:", want: ""},
	{accept: "gzip; q = 1", want: ""},
	{accept: "gzip;level=9", want: ""},
	{accept: "gzip;q=1;level=9", want: ""},
	{accept: ";q=1", want: ""},
	{accept: "gzip;q=1.", want: "gzip"}, // the grammar allows it
	{accept: "gzip, gzip;q=0", want: ""},
	{accept: "gzip;q=0, gzip", want: ""},
	{accept: "gzip;q=0, x-gzip", want: ""},
	{accept: "gz\u0131p, \u212aidentity", want: ""},
}

// choose names the coding that an Accept-Encoding field gets.
func choose(lines []string, names ...string) (coding string, insists bool) {
	i, insists := accept.Encoding(lines, names)
	if i < 0 {
		return "", insists
	}
	return names[i], insists
}

func TestEncoding(t *testing.T) {
	t.Parallel()
	for _, tt := range choices {
		coding, insists := choose(strings.Split(tt.accept, "|"), "zstd", "br", "gzip")
		if coding != tt.want || insists != tt.insists {
			t.Errorf("%q: got %q, %v, want %q, %v", tt.accept, coding, insists, tt.want, tt.insists)
		}
		if got, want := accept.Weighted(strings.Split(tt.accept, "|")), strings.Contains(tt.accept, ";"); got != want {
			t.Errorf("%q: weighted: got %v, want %v", tt.accept, got, want)
		}
	}
	if coding, insists := choose(nil, "gzip"); coding != "" || insists {
		t.Errorf("no field: got %q, %v", coding, insists)
	}
}

// A field that is as long as a server lets it be is read once.
func BenchmarkEncoding(b *testing.B) {
	for name, field := range map[string]string{
		"browser": "gzip, deflate, br, zstd",
		"hostile": strings.Repeat("gzip;q=0.001,", 1<<20/13),
		"commas":  strings.Repeat(",", 1<<20),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				choose([]string{field}, "zstd", "br", "gzip")
			}
		})
	}
}

// FuzzAcceptEncoding compares with a reading of the grammar by regular
// expression, for what the grammar allows, and asks of all else that nobody gets
// a coding that he did not name.
func FuzzAcceptEncoding(f *testing.F) {
	for _, tt := range choices {
		f.Add(tt.accept)
	}
	names := []string{"zstd", "br", "gzip"}
	f.Fuzz(func(t *testing.T, field string) {
		coding, insists := choose([]string{field}, names...)
		if insists && !accept.Weighted([]string{field}) {
			t.Errorf("%q: refuses what is not encoded, without a weight", field)
		}
		if !grammar.MatchString(field) {
			if lower := strings.ToLower(field); coding != "" && !strings.Contains(lower, coding) && !strings.Contains(lower, "*") {
				t.Errorf("%q: got %q", field, coding)
			}
			return
		}
		want, refuses := chooseSlowly(field, names)
		if coding != want || insists != refuses {
			t.Errorf("%q: got %q, %v, want %q, %v", field, coding, insists, want, refuses)
		}
	})
}

const member = "[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*;[ \t]*[qQ]=(?:0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?))?"

var grammar = regexp.MustCompile("^[ \t]*(?:" + member + ")?(?:[ \t]*,[ \t]*(?:" + member + ")?)*[ \t]*$")

// chooseSlowly is section 12.5.3 as one reads it.
func chooseSlowly(accept string, names []string) (coding string, refuses bool) {
	weights := map[string]float64{}
	for _, m := range strings.Split(accept, ",") {
		parts := strings.Split(m, ";")
		name := strings.ToLower(strings.Trim(parts[0], " \t"))
		if name == "" {
			continue
		}
		if name == "x-gzip" {
			name = "gzip"
		}
		weight := 1.0
		if len(parts) > 1 {
			weight, _ = strconv.ParseFloat(strings.TrimRight(strings.Trim(parts[1], " \t")[2:], "."), 64)
		}
		if before, listed := weights[name]; !listed || weight < before {
			weights[name] = weight
		}
	}
	rest, all := weights["*"]
	weight := func(name string) float64 {
		if w, listed := weights[name]; listed {
			return w
		}
		return rest
	}
	best := 0.0
	for _, name := range names {
		if w := weight(name); w > best {
			coding, best = name, w
		}
	}
	_, named := weights["identity"]
	identity := weight("identity")
	if identity > best {
		coding = ""
	}
	return coding, identity == 0 && (named || all)
}

func TestEncodingAllocates(t *testing.T) {
	fields, offered := []string{"gzip, deflate, br;q=0.9, zstd"}, []string{"br", "zstd", "gzip"}
	if n := testing.AllocsPerRun(100, func() { accept.Encoding(fields, offered) }); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}
