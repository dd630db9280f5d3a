package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
)

// An editor is a browser, with one connection, and a page that only he changes.
type editor struct {
	site      string // its URL
	client    http.Client
	visitor   http.Client // the same without his cookies
	transport *http.Transport
	name      string
	revision  int // of his page
}

// newEditor makes an account and the first revision of the page.
func newEditor(ctx context.Context, site, name string) (*editor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{MaxConnsPerHost: 1, DisableCompression: true} // what is compressed need not be unpacked here
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	e := &editor{
		site: site, name: name, transport: transport,
		client:  http.Client{Transport: transport, Jar: jar, CheckRedirect: stay},
		visitor: http.Client{Transport: transport, CheckRedirect: stay},
	}
	account := url.Values{"name": {name}, "password": {"correct horse"}}
	if err := e.post(ctx, "/signup", account); err != nil {
		return nil, err
	}
	return e, e.save(ctx)
}

// view looks at the front page, as somebody who is not logged in.
func (e *editor) view(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, e.site+"/", nil)
	if err != nil {
		return err
	}
	return answer(&e.visitor, r, http.StatusOK)
}

// save sends the editor's form. The redirect is not followed: that would be a view as well.
func (e *editor) save(ctx context.Context) error {
	form := url.Values{
		"base": {strconv.Itoa(e.revision)}, "comment": {"once more"}, "do": {"save"},
		"text": {fmt.Sprintf("# Revision %d\n\n%s", e.revision+1, text)},
	}
	if err := e.post(ctx, "/pages/"+e.name, form); err != nil {
		return err
	}
	e.revision++
	return nil
}

// text has 2 kB: a page of some length, with links.
var text = strings.Repeat("A paragraph of a page, with *emphasis*, a link to the [[Front Page]] and one to [[Nowhere]].\n\n- one\n- two\n\n", 18)

func (e *editor) post(ctx context.Context, path string, form url.Values) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.site+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return answer(&e.client, r, http.StatusSeeOther)
}

// answer sends a request with a browser's header fields. Any other answer than the wanted is an error: refusing is cheap.
func answer(client *http.Client, r *http.Request, status int) error {
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
	r.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	r.Header.Set("Accept-Language", "en-US,en;q=0.5")
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != status {
		return fmt.Errorf("%s %s: %s, want %d", r.Method, r.URL.Path, resp.Status, status)
	}
	return nil
}
