package main

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"

	"github.com/gangplank-web/gangplank"
)

const maxBuffered = 1 << 20 // bytes of a body or of a form field that are kept in memory

// facts is the answer of /env.
type facts struct {
	Method        string              `json:"method"`
	Proto         string              `json:"proto"`
	Host          string              `json:"host"`
	RequestURI    string              `json:"requestURI"`
	Path          string              `json:"path"`
	RawPath       string              `json:"rawPath"`
	Query         string              `json:"query"`
	RemoteAddr    string              `json:"remoteAddr"`
	ClientIP      string              `json:"clientIP"`
	TLS           bool                `json:"tls"`
	TLSVersion    string              `json:"tlsVersion,omitempty"`
	TLSServerName string              `json:"tlsServerName,omitempty"`
	ContentLength int64               `json:"contentLength"`
	Interface     string              `json:"interface"`
	Software      string              `json:"software"`
	ScriptName    string              `json:"scriptName"`
	RemoteUser    string              `json:"remoteUser"` // as far as it is believed; vars has what was claimed
	AuthType      string              `json:"authType"`
	Header        map[string][]string `json:"header"`
	Vars          map[string]string   `json:"vars"`
	PID           int                 `json:"pid"`
	HTTPProxy     string              `json:"httpProxy"` // the environment variable: no client may set it
}

func env(w http.ResponseWriter, r *http.Request) {
	c := gangplank.From(r)
	g := c.Gateway()
	f := facts{
		Method:        r.Method,
		Proto:         r.Proto,
		Host:          r.Host,
		RequestURI:    r.RequestURI,
		Path:          r.URL.Path,
		RawPath:       r.URL.RawPath,
		Query:         r.URL.RawQuery,
		RemoteAddr:    r.RemoteAddr,
		TLS:           r.TLS != nil,
		ContentLength: r.ContentLength,
		Interface:     g.Interface,
		Software:      g.Software,
		ScriptName:    g.ScriptName,
		ClientIP:      c.ClientText(),
		RemoteUser:    c.User().Name,
		AuthType:      g.Var("AUTH_TYPE"),
		Header:        r.Header,
		Vars:          map[string]string{},
		PID:           os.Getpid(),
		HTTPProxy:     os.Getenv("HTTP_PROXY"),
	}
	if r.TLS != nil {
		f.TLSVersion, f.TLSServerName = tls.VersionName(r.TLS.Version), r.TLS.ServerName
	}
	for name, value := range g.Vars() {
		f.Vars[name] = value
	}
	writeJSON(w, f)
}

// echo sends the body back, as it comes in or, with ?buffer=1, when it is complete.
func echo(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("X-Content-Length", strconv.FormatInt(r.ContentLength, 10))
	contentType := r.Header.Get("Content-Type")
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	h.Set("Content-Type", contentType)
	if r.URL.Query().Get("buffer") != "" {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBuffered))
		if err != nil {
			return err
		}
		h.Set("X-Length", strconv.Itoa(len(body)))
		_, err = w.Write(body)
		return err
	}
	rc := http.NewResponseController(w)
	if err := rc.EnableFullDuplex(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	_, err := io.Copy(flushing{w, rc}, r.Body)
	return err
}

// flushing flushes each write.
type flushing struct {
	w  io.Writer
	rc *http.ResponseController
}

func (f flushing) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	if err != nil {
		return n, err
	}
	return n, f.rc.Flush()
}

func sum(w http.ResponseWriter, r *http.Request) error {
	n, digest, err := digest(r.Body)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d %s\n", n, digest)
	return err
}

func digest(body io.Reader) (int64, string, error) {
	hash := sha256.New()
	n, err := io.Copy(hash, body)
	return n, hex.EncodeToString(hash.Sum(nil)), err
}

type uploadedFile struct {
	Field  string `json:"field"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

type uploaded struct {
	Files  []uploadedFile    `json:"files"`
	Fields map[string]string `json:"fields"`
}

func upload(w http.ResponseWriter, r *http.Request) error {
	form, err := r.MultipartReader()
	if err != nil {
		return gangplank.Error(http.StatusUnsupportedMediaType, "Send a multipart form.").Because(err)
	}
	got := uploaded{Files: []uploadedFile{}, Fields: map[string]string{}}
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			return writeJSON(w, got)
		}
		if err == nil {
			err = got.add(w, part)
		}
		if err != nil {
			return gangplank.Error(http.StatusBadRequest, "The form is broken.").Because(err)
		}
	}
}

func (u *uploaded) add(w http.ResponseWriter, part *multipart.Part) error {
	if part.FileName() == "" {
		value, err := io.ReadAll(http.MaxBytesReader(w, part, maxBuffered))
		u.Fields[part.FormName()] = string(value)
		return err
	}
	size, digest, err := digest(part)
	u.Files = append(u.Files, uploadedFile{part.FormName(), part.FileName(), size, digest})
	return err
}
