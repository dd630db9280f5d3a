package httpd

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/serve"
)

// tlsConfig returns the configuration to serve with, or nil for plain HTTP.
func (s *Server) tlsConfig() (*tls.Config, error) {
	config := s.TLSConfig.Clone()
	has := config != nil && (len(config.Certificates) > 0 || config.GetCertificate != nil || config.GetConfigForClient != nil)
	switch {
	case s.CertFile == "" && s.KeyFile == "":
		if config != nil && !has {
			return nil, errors.New("TLSConfig: it is without a certificate")
		}
		return config, nil
	case has:
		return nil, fmt.Errorf("CertFile: there are certificates both in %q and in TLSConfig", s.CertFile)
	case s.KeyFile == "":
		return nil, fmt.Errorf("KeyFile: there is none for the CertFile %q", s.CertFile)
	case s.CertFile == "":
		return nil, fmt.Errorf("CertFile: there is none for the KeyFile %q", s.KeyFile)
	case config == nil:
		config = new(tls.Config)
	}
	files := &certFiles{cert: s.CertFile, key: s.KeyFile, log: serve.Logger(s.Logger)}
	if err := files.load(); err != nil {
		return nil, fmt.Errorf("CertFile and KeyFile: %w", err)
	}
	config.GetCertificate = files.get
	return config, nil
}

// certFiles is a certificate that follows its two files. Each handshake looks
// at their times, which costs nothing beside the handshake itself; so there is
// no goroutine that watches, and no signal to send.
type certFiles struct {
	cert, key string
	log       *slog.Logger

	mu      sync.Mutex
	seen    [2]version // of the files that were read last
	current *tls.Certificate
}

// version tells one content of a file from another.
type version struct {
	time time.Time
	size int64
}

// get is tls.Config.GetCertificate. When the new files cannot be used, as in the
// moment between the renewal of the one and the other, it keeps the old
// certificate until one of them changes again.
func (f *certFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if seen := f.versions(); seen != f.seen {
		if err := f.load(); err != nil {
			f.log.Error("the new certificate is not used", "error", err)
		}
	}
	return f.current, nil
}

// load reads the files. Their versions are taken before, so that a change in
// between is noticed the next time.
func (f *certFiles) load() error {
	f.seen = f.versions()
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err == nil {
		f.current = &pair
	}
	return err
}

func (f *certFiles) versions() (v [2]version) {
	for i, name := range [...]string{f.cert, f.key} {
		if info, err := os.Stat(name); err == nil {
			v[i] = version{info.ModTime(), info.Size()}
		}
	}
	return v
}
