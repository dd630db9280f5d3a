package fastcgi

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"testing"

	gangplank "github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

// FuzzServer: whatever a front server sends, and wherever it stops, what comes
// back are whole records that belong into an answer, and the connection ends.
//
// Run it with -fuzzminimizetime 1x: goroutines make its coverage waver, and
// minimizing would take all the time.
func FuzzServer(f *testing.F) {
	f.Add(get("/"))
	f.Add(append(get("/"), post("body")...))
	f.Add(append(valuesQuery("FCGI_MPXS_CONNS"), abortBytes(1)...))
	f.Add(append(post("body")[:900], abortBytes(1)...))
	f.Add(appendHeader(headBytes(1, roleAuthorizer, true, getParams), typeStdin, 1, 0))
	f.Add(appendHeader(headBytes(7, roleFilter, false, getParams), typeStdin, 7, 0))
	f.Add(append(headBytes(1, 9, true, nil), appendHeader(nil, 77, 0, 0)...))
	stage := protocoltest.NewStage(f, &Server{Logger: slog.New(slog.DiscardHandler), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
		if d := DataOf(r); d != nil {
			io.Copy(w, d)
		}
		io.WriteString(gangplank.From(r).Gateway().Stderr(), "done")
	})})
	f.Fuzz(func(t *testing.T, b []byte) { checkAnswers(t, stage.Play(protocoltest.NewScript(b))) })
}

func checkAnswers(t *testing.T, out []byte) {
	for len(out) > 0 {
		if len(out) < headerLen {
			t.Fatalf("%d bytes after the last record", len(out))
		}
		rec, err := parseRecord(out)
		if err != nil {
			if bytes.Equal(out, noRecord) {
				return
			}
			t.Fatal(err)
		}
		out = out[headerLen:]
		if rec.size() > len(out) {
			t.Fatalf("record cut short: %+v", rec)
		}
		content := out[:rec.length]
		out = out[rec.size():]
		switch rec.kind {
		case typeStdout, typeStderr:
		case typeEndRequest, typeUnknownType:
			if rec.length != 8 {
				t.Errorf("record %+v", rec)
			}
		case typeGetValuesResult:
			if _, err := cutAll(string(content)); err != nil || rec.id != 0 {
				t.Errorf("record %+v: %v", rec, err)
			}
		default:
			t.Fatalf("record %+v", rec)
		}
	}
}
