package compress

import (
	"errors"
	"slices"

	"github.com/gangplank-web/gangplank/middleware/internal/accept"
	"github.com/gangplank-web/gangplank/middleware/internal/mediatype"
	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Config says what is compressed, and how. The zero Config is a good one.
type Config struct {
	_ [0]func()

	// Encodings are the codings on offer, at most 8. Where a client likes several
	// equally, as browsers do, the first of them is used. Default: Zstd{}, Gzip{}.
	Encodings []Encoding

	// MinSize is the size in bytes from which a body is worth it: smaller ones fit
	// into one packet anyway. It is known for bodies that the handler has finished,
	// or declared the length of; any other is compressed. At most 64 KiB. Default:
	// 1024; negative: whatever the size.
	MinSize int

	// Types are the media types that are compressed: "text/html", "text/*",
	// "*+json". text/event-stream must be named: the wildcard does not mean it,
	// since an encoder would be held, with up to a MiB, as long as somebody listens.
	// Default: DefaultTypes().
	Types []string

	// Padding adds a random number of bytes, up to this, to what is compressed,
	// which makes the length tell less about the content (BREACH, CVE-2013-3587).
	// It makes an attack slower, not impossible: see the package comment. At most
	// 4096. Default: 0.
	Padding int

	// MaxStreams bounds how many responses are compressed at a time while their
	// handlers run, and so the memory of their encoders, about 1 MB each by default:
	// clients that read slowly could hold any number of them. What comes on top is
	// sent as it is. Default: 256.
	MaxStreams int

	// FrontServerCompresses leaves it all to the web server in front: responses
	// pass as they are. Conditional requests still work where it changes entity tags.
	FrontServerCompresses bool
}

// maxHeld is the most that a gangplank.Writer holds back.
const maxHeld = 64 << 10

// Validate reports all that is wrong with the settings.
func (cfg Config) Validate() error {
	var f settings.Faults
	if len(cfg.Encodings) > accept.MaxEncodings {
		f.Add("Encodings", "%d are more than %d", len(cfg.Encodings), accept.MaxEncodings)
	}
	var names []string
	for i, e := range cfg.Encodings {
		if e == nil {
			f.Add("Encodings", "number %d is nil", i)
			continue
		}
		if err := checkEncoding(e, cfg.Padding > 0); err != nil {
			f.Add("Encodings", "%q: %w", e.Name(), err)
		}
		if slices.Contains(names, e.Name()) {
			f.Add("Encodings", "%q is there twice", e.Name())
		}
		names = append(names, e.Name())
	}
	if cfg.MinSize > maxHeld {
		f.Add("MinSize", "%d is more than %d", cfg.MinSize, maxHeld)
	}
	if cfg.Padding < 0 || cfg.Padding > maxPadding {
		f.Add("Padding", "%d is not between 0 and %d", cfg.Padding, maxPadding)
	}
	if cfg.MaxStreams < 0 {
		f.Add("MaxStreams", "%d is negative", cfg.MaxStreams)
	}
	if _, bad := mediatype.Parse(cfg.Types); bad != nil {
		f.Add("Types", `not like "text/html", "text/*", "*+json": %q`, bad)
	}
	return f.Join()
}

func checkEncoding(e Encoding, padded bool) error {
	if err := e.Validate(); err != nil {
		return err
	}
	switch name := e.Name(); {
	case !mediatype.IsToken(name):
		return errors.New("that is not a name")
	case name == "identity" || name == "x-gzip":
		return errors.New("that means something else")
	}
	if padded {
		if _, ok := e.NewEncoder().(padder); !ok {
			return errors.New("its encoder cannot be padded")
		}
	}
	return nil
}

func (cfg Config) withDefaults() Config {
	if len(cfg.Encodings) == 0 {
		cfg.Encodings = []Encoding{Zstd{}, Gzip{}}
	}
	if cfg.MinSize == 0 {
		cfg.MinSize = 1024
	}
	if cfg.MaxStreams == 0 {
		cfg.MaxStreams = 256
	}
	if len(cfg.Types) == 0 {
		cfg.Types = DefaultTypes()
	}
	return cfg
}

// DefaultTypes returns the media types that are compressed when a Config names
// none: those that are text by nature, and the few binary ones that are not
// compressed by themselves. Images, audio, video, archives, PDF, WOFF and WOFF2
// are, and would only grow.
func DefaultTypes() []string { return mediatype.Compressible() }
