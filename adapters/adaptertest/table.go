package adaptertest

import (
	"io"
	"net/http"
	"slices"
	"sync"
)

// table is every case, in the order in which they run: a server that fails the
// early ones is better repaired before the later ones are looked at.
var table = sync.OnceValue(func() []Case {
	return slices.Concat(
		requestCases, pathCases(), methodCases(), fieldCases,
		bodyCases, bodySizeCases(), uploadCases, duplexCases,
		answerCases, statusCases(), sniffCases(), answerFieldCases, noBodyCases, headCases,
		lengthCases, writeCases, flushCases, interimCases, trailerCases,
		deadlineCases, hijackCases, lifeCases, abortCases, panicCases, parallelCases,
		standardCases, gangplankCases,
	)
})

// echo is asked after each case: it answers with what only this request said.
var echo = Case{
	Name: "echo",
	handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
		body, err := io.ReadAll(r.Body)
		p.wantsError("reading the body", err, nil)
		w.Header().Set("Content-Type", "text/plain")
		w.Write(append([]byte(r.URL.RawQuery+" "), body...))
	},
	// The key allows a client to send the POST again if it finds that the
	// server has just closed the connection that it meant to use.
	request: request{method: "POST", target: "/echo?query", body: "body", header: http.Header{"Idempotency-Key": {"echo"}}},
	want:    want{body: "query body"},
}
