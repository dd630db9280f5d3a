package oneshot_test

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/oneshot"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// FuzzServer: whatever a front server sends, and wherever it stops, what comes
// back is nothing or one answer with a head, and the connection ends.
//
// Run it with -fuzzminimizetime 1x: goroutines make its coverage waver, and
// minimizing would take all the time.
func FuzzServer(f *testing.F) {
	var stages []protocoltest.Stage
	for i, d := range dialects {
		f.Add(i == 1, d.get(nil))
		f.Add(i == 1, append(d.post(4), "body"...))
		f.Add(i == 1, append(d.post(5), "body"...))
		f.Add(i == 1, append(d.get(vars{"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}), "4\r\nbody\r\n0\r\n\r\n"...))
		f.Add(i == 1, d.get(vars{"REQUEST_URI": "/%zz"}))
		s := d.server(oneshot.Settings{Logger: slog.New(slog.DiscardHandler), Handler: http.HandlerFunc(echo)})
		stages = append(stages, protocoltest.NewStage(f, s))
	}
	f.Add(true, []byte("\x64\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, second bool, b []byte) {
		i := 0
		if second {
			i = 1
		}
		checkAnswer(t, dialects[i], string(stages[i].Play(protocoltest.NewScript(b))))
	})
}

func echo(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }

func checkAnswer(t *testing.T, d dialect, out string) {
	if out == "" || out == "\x64\x00\x00\x01" {
		return
	}
	head, _, ok := strings.Cut(out, "\r\n\r\n")
	if !ok || !strings.HasPrefix(head, d.status) {
		t.Fatalf("%s: answered with %q", d.name, out)
	}
	for _, line := range strings.Split(head, "\r\n")[1:] {
		if name, _, ok := strings.Cut(line, ": "); !ok || strings.ContainsAny(line, "\r\n\x00") || name == "Status" {
			t.Fatalf("%s: head with the line %q", d.name, line)
		}
	}
}
