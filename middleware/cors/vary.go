package cors

import (
	"net/http"
	"slices"

	"github.com/gangplank-web/gangplank"
)

// vary is the request fields by which responses differ, as a value of Vary; "" if
// there are none.
type vary string

// prepareVary needs all else of the policy. Caches should not store the answers to
// OPTIONS, but some CDNs can be told to.
func (p *policy) prepareVary() {
	p.varyOptions = "Access-Control-Request-Headers, Access-Control-Request-Method"
	if p.privateNetwork {
		p.varyOptions += ", Access-Control-Request-Private-Network"
	}
	if !p.any {
		p.varyOptions += ", Origin"
		p.varyActual = "Origin"
	}
}

// vary does not depend on whether a request has an Origin: a cache must not give the
// answer to one without to one that has.
func (p *policy) vary(method string) *vary {
	if method == http.MethodOptions {
		return &p.varyOptions
	}
	return &p.varyActual
}

// add adds v to a response that has yet to be made.
func (v *vary) add(w *gangplank.Writer) {
	if *v == "" {
		return
	}
	h := w.Header()
	h["Vary"] = append(h["Vary"], string(*v))
	w.BeforeHeadCall(v)
}

// BeforeHead implements [gangplank.HeadHook]. A handler that sets Vary where it should
// add to it has taken v away: a cache would then give an answer that names one origin
// to pages of another, which could not read it.
func (v *vary) BeforeHead(_ *gangplank.Writer, _ *http.Request, _ int, h http.Header) {
	if values := h["Vary"]; !slices.Contains(values, string(*v)) {
		h["Vary"] = append(slices.Clip(values), string(*v)) // whose array may be the handler's for good
	}
}
