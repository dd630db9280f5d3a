package mask

import (
	"regexp"
	"strings"
	"sync"
)

const whyIssuer = "a provider's key"

// issuers are keys that begin with who issued them; each expression with at
// least two literal bytes.
const issuers = `AKIA[A-Z0-9]{12,} ASIA[A-Z0-9]{12,} AROA[A-Z0-9]{12,} AIDA[A-Z0-9]{12,} AGPA[A-Z0-9]{12,} ANPA[A-Z0-9]{12,} ANVA[A-Z0-9]{12,}
	ABIA[A-Z0-9]{12,} ACCA[A-Z0-9]{12,} gh[pousr]_[A-Za-z0-9]{20,} github_pat_\w{20,} gl(?:pat|ptt|dt|rt|ft|soat|cbt|agent|imt|ffct)-[\w-]{16,}
	xox[abeoprs](?:\.xox[bp])?-[\w-]{8,} xapp-[\w-]{8,} sk_(?:live|test)_\w{8,} rk_(?:live|test)_\w{8,} pk_(?:live|test)_\w{8,} whsec_[\w+/=]{8,}
	sk-(?:proj-|ant-|or-|svcacct-)?[\w-]{16,} AIza[\w-]{30,} ya29\.[\w-]{10,} GOCSPX-[\w-]{10,} 1//[\w-]{20,} SG\.[\w-]{10,}\.[\w-]{10,}
	key-[0-9a-f]{32} npm_[A-Za-z0-9]{20,} pypi-[\w-]{16,} rubygems_[0-9a-f]{20,} do[opr]_v1_[0-9a-f]{20,} hf_[A-Za-z0-9]{20,}
	shp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,} sq0(?:atp|csp|idp)-[\w-]{10,} EAAA[\w-]{20,} hv[sbr]\.[\w-]{16,} s\.[A-Za-z0-9]{24}\b dapi[0-9a-f]{20,}
	dckr_(?:pat|oat)_[\w-]{16,} PMAK-[\w-]{20,} lin_(?:api|oauth)_\w{16,} figd_[\w-]{16,} NRAK-[A-Z0-9]{16,} gl(?:sa|c)_[\w+/=]{16,}
	tskey-[\w-]{12,} sntry[su]_[\w+/=-]{16,} phc_\w{20,} phx_\w{20,} AGE-SECRET-KEY-1[A-Z0-9]{20,} ops_eyJ[\w-]{10,} atlasv1\.[\w-]{16,}
	ATATT3[\w=-]{16,} sbp_[0-9a-f]{20,} pscale_(?:tkn|pw|oauth)_[\w.=-]{16,} FLWSECK[\w-]{12,} fl(?:y|yo)?1?_[\w-]{30,} rnd_[A-Za-z0-9]{20,}
	fo1_[\w-]{30,} fm[12]_[\w+/=-]{30,} tfp_[\w-]{20,} secret_[A-Za-z0-9]{20,} ntn_[A-Za-z0-9]{20,} AC[0-9a-f]{32} SK[0-9a-f]{32}`

// issuer is one of them.
type issuer struct {
	prefix string
	re     *regexp.Regexp
}

var issuersByStart = sync.OnceValue(func() map[string][]issuer {
	all := make(map[string][]issuer)
	for expr := range strings.FieldsSeq(issuers) {
		prefix, _ := regexp.MustCompile(expr).LiteralPrefix()
		all[prefix[:2]] = append(all[prefix[:2]], issuer{prefix, regexp.MustCompile(`^` + expr)})
	}
	return all
})

// issuedLength is how much of a key is looked at to know it; the rest is what
// follows of the same kind.
const issuedLength = 128

// issued finds them where words begin: all expressions in one took forty times
// as long.
func issued(text string) []span {
	var found []span
	byStart := issuersByStart()
	for i := 0; i+issuedLeast <= len(text); i++ {
		if !alphanumeric(text[i]) || i > 0 && wordByte(text[i-1]) {
			continue
		}
		for _, s := range byStart[text[i:i+2]] {
			if !strings.HasPrefix(text[i:], s.prefix) {
				continue
			}
			n := len(s.re.FindString(text[i:min(len(text), i+issuedLength)]))
			if n == 0 {
				continue
			}
			for n >= issuedLength && i+n < len(text) && (urlByte(text[i+n]) || text[i+n] == '.') {
				n++
			}
			found = append(found, span{i, i + n})
			i += n - 1
			break
		}
	}
	return found
}

// issuedLeast is the length of the shortest.
const issuedLeast = 12
