package middleware

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gangplank-web/gangplank/middleware/internal/settings"
)

// Omit as the value of a field of [SecureHeadersConfig] means that it is not sent.
const Omit = "-"

// SecureHeadersConfig holds the settings of [SecureHeaders]: the values of the
// fields. An empty one means the default; [Omit] leaves the field out.
type SecureHeadersConfig struct {
	_ [0]func()

	// StrictTransportSecurity makes browsers insist on TLS for this host, for
	// as many seconds; sent over TLS only. Default: "max-age=31536000", a year.
	// Danger: with includeSubDomains it holds for hosts that may have no TLS, and
	// preload cannot be taken back for months. "max-age=0" takes it back.
	StrictTransportSecurity string

	// AssumeTLS says that clients reach this site by TLS only, although the requests
	// do not show it, because an HTTP proxy in front ends TLS. (Gateways show it.)
	AssumeTLS bool

	// ContentSecurityPolicy says from where a page may load what. Each "{nonce}"
	// in it becomes the request's nonce: see [Nonce]. Default: "frame-ancestors
	// 'self'; base-uri 'self'; object-src 'none'", which breaks next to nothing.
	ContentSecurityPolicy string

	// ContentSecurityPolicyReportOnly is one to try out. Default: none.
	ContentSecurityPolicyReportOnly string

	// FrameOptions is X-Frame-Options: "DENY" or "SAMEORIGIN", the default. It
	// is for browsers that do not know frame-ancestors.
	FrameOptions string

	// ReferrerPolicy says what other sites learn of where their visitors come
	// from. Default: "strict-origin-when-cross-origin".
	ReferrerPolicy string

	// PermissionsPolicy says which features a page may use, such as
	// "camera=(), geolocation=(self)". Default: none.
	PermissionsPolicy string

	// OpenerPolicy is Cross-Origin-Opener-Policy. Default:
	// "same-origin-allow-popups", with which log-ins in a pop-up still work. It and
	// EmbedderPolicy may end in `; report-to="NAME"`.
	OpenerPolicy string

	// ResourcePolicy is Cross-Origin-Resource-Policy: "same-origin", "same-site"
	// or "cross-origin". Default: none, since it decides who may embed images.
	ResourcePolicy string

	// EmbedderPolicy is Cross-Origin-Embedder-Policy. Default: none.
	EmbedderPolicy string

	// ContentTypeOptions is X-Content-Type-Options. Default: "nosniff".
	ContentTypeOptions string
}

// SecurePages returns strict settings for sites with pages of their own: scripts
// only with the request's nonce and what those load, no plug-ins, no frames
// around the pages, no features that ask the user, nothing embedded elsewhere.
func SecurePages() SecureHeadersConfig {
	return SecureHeadersConfig{
		ContentSecurityPolicy: "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'nonce-{nonce}'; " +
			"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
		FrameOptions:      "DENY",
		ReferrerPolicy:    "same-origin",
		PermissionsPolicy: "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
		OpenerPolicy:      "same-origin",
		ResourcePolicy:    "same-origin",
	}
}

// SecureAPI returns settings for services that programs call: an answer that a
// browser shows as if it were a page can do nothing at all.
func SecureAPI() SecureHeadersConfig {
	return SecureHeadersConfig{
		ContentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
		FrameOptions:          "DENY",
		ReferrerPolicy:        "no-referrer",
		OpenerPolicy:          "same-origin",
		ResourcePolicy:        "same-origin",
	}
}

func (cfg SecureHeadersConfig) withDefaults() SecureHeadersConfig {
	setDefault(&cfg.StrictTransportSecurity, "max-age=31536000")
	setDefault(&cfg.ContentSecurityPolicy, "frame-ancestors 'self'; base-uri 'self'; object-src 'none'")
	setDefault(&cfg.FrameOptions, "SAMEORIGIN")
	setDefault(&cfg.ReferrerPolicy, "strict-origin-when-cross-origin")
	setDefault(&cfg.OpenerPolicy, "same-origin-allow-popups")
	setDefault(&cfg.ContentTypeOptions, "nosniff")
	return cfg
}

func setDefault(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// policies returns the fields that may have a nonce.
func (cfg SecureHeadersConfig) policies() []field {
	return []field{
		{"Content-Security-Policy", cfg.ContentSecurityPolicy},
		{"Content-Security-Policy-Report-Only", cfg.ContentSecurityPolicyReportOnly},
	}
}

// values returns all fields but Strict-Transport-Security as they are set.
func (cfg SecureHeadersConfig) values() []field {
	return append(cfg.policies(), []field{
		{"X-Frame-Options", cfg.FrameOptions},
		{"Referrer-Policy", cfg.ReferrerPolicy},
		{"Permissions-Policy", cfg.PermissionsPolicy},
		{"Cross-Origin-Opener-Policy", cfg.OpenerPolicy},
		{"Cross-Origin-Resource-Policy", cfg.ResourcePolicy},
		{"Cross-Origin-Embedder-Policy", cfg.EmbedderPolicy},
		{"X-Content-Type-Options", cfg.ContentTypeOptions},
	}...)
}

// fields returns what is the same in each response, and what more over TLS.
func (cfg SecureHeadersConfig) fields() (always, secure []field) {
	for _, f := range cfg.values() {
		if f.value != "" && f.value != Omit && !strings.Contains(f.value, noncePlace) {
			always = append(always, f)
		}
	}
	if cfg.StrictTransportSecurity != Omit {
		secure = []field{{"Strict-Transport-Security", cfg.StrictTransportSecurity}}
	}
	return always, secure
}

// choices returns the values that the field can have, or nil if any.
func (f field) choices() []string {
	switch f.name {
	case "X-Frame-Options":
		return []string{"DENY", "SAMEORIGIN"}
	case "Referrer-Policy":
		return []string{"no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin",
			"same-origin", "strict-origin", "strict-origin-when-cross-origin", "unsafe-url"}
	case "Cross-Origin-Opener-Policy":
		return []string{"unsafe-none", "same-origin-allow-popups", "same-origin", "noopener-allow-popups"}
	case "Cross-Origin-Resource-Policy":
		return []string{"same-site", "same-origin", "cross-origin"}
	case "Cross-Origin-Embedder-Policy":
		return []string{"unsafe-none", "require-corp", "credentialless"}
	case "X-Content-Type-Options":
		return []string{"nosniff"}
	}
	return nil
}

// Validate reports all that is wrong with the settings.
func (cfg SecureHeadersConfig) Validate() error {
	var f settings.Faults
	cfg = cfg.withDefaults()
	for _, field := range cfg.values() {
		field.validate(&f)
	}
	if cfg.StrictTransportSecurity != Omit {
		validateHSTS(cfg.StrictTransportSecurity, &f)
	}
	return f.Join()
}

func (f field) validate(faults *settings.Faults) {
	if f.value == "" || f.value == Omit {
		return
	}
	if strings.ContainsFunc(f.value, func(c rune) bool { return c < ' ' || c >= 0x7f }) {
		faults.Add(f.name, "%q is no field value: it must be printable ASCII on one line", f.value)
		return
	}
	if strings.Contains(f.value, noncePlace) && !strings.HasPrefix(f.name, "Content-Security-Policy") {
		faults.Add(f.name, "%q: only content security policies have a nonce", f.value)
		return
	}
	known, values := f.choices(), []string{f.value}
	switch f.name {
	case "Referrer-Policy":
		values = strings.Split(f.value, ",") // the last one that a browser knows counts
	case "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy":
		values[0] = withoutEndpoint(f.value)
	}
	for _, value := range values {
		if known != nil && !slices.Contains(known, strings.TrimSpace(value)) {
			faults.Add(f.name, "%q is none of %s", f.value, strings.Join(known, ", "))
		}
	}
}

// withoutEndpoint cuts off where violations are reported to: of the parameters that
// a structured field can have, the only one that has a meaning in these.
func withoutEndpoint(value string) string {
	policy, parameter, _ := strings.Cut(value, ";")
	endpoint, named := strings.CutPrefix(strings.TrimLeft(parameter, " "), `report-to="`)
	if endpoint, closed := strings.CutSuffix(endpoint, `"`); named && closed && endpoint != "" && !strings.ContainsAny(endpoint, `"\`) {
		return policy
	}
	return value
}

// validateHSTS also holds to what the preload list asks for (hstspreload.org).
func validateHSTS(value string, f *settings.Faults) {
	const name = "Strict-Transport-Security"
	age, flags, ok := parseHSTS(value)
	switch preload := slices.Contains(flags, "preload"); {
	case !ok:
		f.Add(name, "%q: want \"max-age=SECONDS; includeSubDomains; preload\" or the beginning of it", value)
	case preload && (!slices.Contains(flags, "includesubdomains") || age < 31536000):
		f.Add(name, "%q: preload needs includeSubDomains and a year", value)
	}
}

// parseHSTS reads the directives, in any order and case and each once (RFC 6797,
// section 6.1).
func parseHSTS(value string) (age uint64, flags []string, ok bool) {
	aged := false
	for directive := range strings.SplitSeq(strings.ToLower(value), ";") {
		directive = trimOWS(directive)
		seconds, isAge := strings.CutPrefix(directive, "max-age=")
		switch {
		case directive == "": // is none
		case isAge && !aged:
			var err error
			if age, err = strconv.ParseUint(seconds, 10, 32); err != nil {
				return 0, nil, false
			}
			aged = true
		case directive != "includesubdomains" && directive != "preload", slices.Contains(flags, directive):
			return 0, nil, false
		default:
			flags = append(flags, directive)
		}
	}
	return age, flags, aged
}
