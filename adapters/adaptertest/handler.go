package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// The fields by which a request says which case it is, and where the check
// waits for the handler's call. Fields pass every front server untouched; a part
// of the path would spoil the cases about paths.
const (
	caseField = "Adaptertest-Case"
	homeField = "Adaptertest-Home"
)

// Handler returns the handler that the server under test must serve. It holds
// the handlers of all cases and looks up the case in a request field. It can be
// served in the test's process or in any other on the same machine, also by a
// process per request.
//
// It is not for a server that strangers reach: it opens a connection to the
// port that a request names, though only on the loopback interface.
func Handler() http.Handler { return http.HandlerFunc(dispatch) }

func dispatch(w http.ResponseWriter, r *http.Request) {
	c, ok := lookup(r.Header.Get(caseField))
	if !ok {
		http.Error(w, "adaptertest: no such case", http.StatusNotFound)
		return
	}
	p, err := callHome(r.Header.Get(homeField))
	if err != nil {
		http.Error(w, "adaptertest: "+err.Error(), http.StatusBadRequest)
		return
	}
	defer p.hangUp()
	c.handler(w, r, p)
}

// A probe is what a case's handler tells its check, and hears from it.
type probe struct {
	*link
	late sync.WaitGroup
	many bool
}

func callHome(addr string) (*probe, error) {
	home, err := netip.ParseAddrPort(addr)
	if err != nil {
		return nil, err
	}
	if !home.Addr().IsLoopback() {
		return nil, errors.New("home must be on the loopback interface")
	}
	conn, err := net.Dial("tcp", home.String())
	if err != nil {
		return nil, err
	}
	return &probe{link: newLink(conn)}, nil
}

// hangUp ends the report once the handler has returned and all that it started
// has ended. Without late work it does so at once, because a CGI process ends now.
func (p *probe) hangUp() {
	if !p.many {
		p.conn.Close()
		return
	}
	p.tell("returned", true)
	go func() {
		p.late.Wait()
		p.conn.Close()
	}()
}

// wait waits for the check's word, or until the check has given up, and reports
// whether the word came.
func (p *probe) wait(word string) bool {
	_, err := p.await(context.Background(), word)
	if err != nil {
		p.errorf("%v", err)
	}
	return err == nil
}

// hungUp reports whether the check has given up.
func (p *probe) hungUp() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended
}

// afterwards runs f in a goroutine that may outlive the handler.
func (p *probe) afterwards(f func()) {
	p.many = true
	p.late.Go(f)
}

// errorf reports a fault that the handler saw.
func (p *probe) errorf(format string, args ...any) {
	p.tell("error", fmt.Sprintf(format, args...))
}

// wants reports a fault unless got is want.
func (p *probe) wants(what string, got, want any) {
	if got != want {
		p.errorf("%s: got %v, want %v", what, got, want)
	}
}

// wantsError reports a fault unless got is want, as errors.Is sees it.
func (p *probe) wantsError(what string, got, want error) {
	if !errors.Is(got, want) {
		p.errorf("%s: got error %v, want %v", what, got, want)
	}
}
