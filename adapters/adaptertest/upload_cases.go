package adaptertest

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Bodies whose length the client does not declare, or does not keep.
var uploadCases = []Case{
	chunkedCase("chunked", 5000),
	chunkedCase("chunked-long", 400_000),
	{
		Name:    "body/chunked-empty",
		Doc:     "A body of unknown length may turn out to be empty.",
		except:  []Difference{NoChunkedRequests},
		handler: describe,
		request: request{method: "POST", chunked: true},
		facts:   facts{"Body": sum(nil), "Field.Transfer-Encoding": absent},
	},
	{
		Name:    "body/chunked-unread",
		Doc:     "A body of unknown length that nobody reads is thrown away.",
		except:  []Difference{NoChunkedRequests},
		handler: func(w http.ResponseWriter, r *http.Request, p *probe) { io.WriteString(w, "early") },
		request: request{method: "POST", chunked: true, pattern: 100 << 10},
		want:    want{body: "early"},
	},
	{
		Name:   "body/trailers",
		Doc:    "Fields after the body are in Request.Trailer once it has been read.",
		except: []Difference{NoClientTrailers, NoChunkedRequests},
		handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
			if _, ok := r.Trailer["X-Sum"]; !ok {
				p.errorf("X-Sum is not announced: %v", r.Trailer)
			}
			p.tell("Body", sumOf(r.Body))
			p.tell("X-Sum", r.Trailer.Get("X-Sum"))
		},
		request: request{method: "POST", chunked: true, pattern: 3000, trailer: http.Header{"X-Sum": {"42"}}},
		facts:   facts{"Body": sumOfPattern(3000), "X-Sum": "42"},
	},
	{
		Name:    "body/expect-continue",
		Doc:     "A client that waits for 100 Continue gets it when the handler reads (RFC 9110 section 10.1.1).",
		except:  []Difference{NotHTTP1},
		handler: describe,
		request: request{method: "POST", body: "after 100", header: http.Header{"Expect": {"100-continue"}}},
		facts:   facts{"Body": sum([]byte("after 100")), "ContentLength": "9"},
	},
	{
		Name:   "body/expect-refused",
		Doc:    "It gets the final answer when the handler does not read.",
		except: []Difference{NotHTTP1},
		handler: func(w http.ResponseWriter, r *http.Request, p *probe) {
			http.Error(w, "unwanted", http.StatusExpectationFailed)
		},
		request: request{method: "POST", body: "unwanted", header: http.Header{"Expect": {"100-continue"}}},
		want:    want{status: http.StatusExpectationFailed, body: "unwanted\n"},
	},
	{
		Name:    "body/cut",
		Doc:     "A body that breaks off before its declared length ends with an error, never with a clean io.EOF.",
		except:  []Difference{FrontBuffersBody},
		handler: readToTheEnd,
		check: func(x *exchange) {
			body, send := x.pipe()
			k := x.start(request{method: "POST", stream: body, length: 2000})
			send.Write(pattern(1000))
			k.hear("reading")
			send.CloseWithError(errors.New("the client gives up"))
			if got := k.hear("read"); strings.HasSuffix(got, " complete") {
				x.errorf("the handler took a cut body for a whole one: %s", got)
			}
		},
	},
	{
		Name:    "body/cut-chunked",
		Doc:     "The same without a declared length: only the last chunk is an end.",
		except:  []Difference{FrontBuffersBody, NoChunkedRequests},
		handler: readToTheEnd,
		check: func(x *exchange) {
			body, send := x.pipe()
			k := x.start(request{method: "POST", stream: body, length: -1})
			send.Write(pattern(1000))
			k.hear("reading")
			send.CloseWithError(errors.New("the client gives up"))
			if got := k.hear("read"); strings.HasSuffix(got, " complete") {
				x.errorf("the handler took a cut body for a whole one: %s", got)
			}
		},
	},
}

func chunkedCase(name string, n int) Case {
	return Case{
		Name:    "body/" + name,
		Doc:     "A body of unknown length arrives whole; ContentLength is -1, or right; Transfer-Encoding is no field.",
		except:  []Difference{NoChunkedRequests},
		handler: describe,
		check: func(x *exchange) {
			k := x.do(request{method: "POST", chunked: true, pattern: n})
			k.expect(want{})
			k.expectFacts(facts{"Body": sumOfPattern(n), "Field.Transfer-Encoding": absent})
			k.expectFacts(facts{"ContentLength": measured(x, k, n)})
		},
	}
}

// measured returns the ContentLength to expect of a body of n bytes that was
// sent without one: a server that has the whole body may have counted it.
func measured(x *exchange, k *call, n int) string {
	counted := strconv.Itoa(n)
	mayCount := x.differs(FrontBuffersBody) || x.differs(FrontMeasuresBody)
	if mayCount && slices.Contains(k.handler().all("ContentLength"), counted) {
		return counted
	}
	return "-1"
}

// readToTheEnd tells when the first part is there, and how the body ended.
func readToTheEnd(w http.ResponseWriter, r *http.Request, p *probe) {
	part := make([]byte, 1000)
	if _, err := io.ReadFull(r.Body, part); err != nil {
		p.errorf("the first part: %v", err)
	}
	p.tell("reading", true)
	rest, err := io.ReadAll(r.Body)
	if err != nil {
		p.tell("read", err.Error())
		return
	}
	p.tell("read", sum(append(part, rest...))+" complete")
}
