package jwt

import "testing"

// The keys of RFC 7517, appendix A.1, and RFC 8037, appendix A.2.
const published = `{"keys":[
{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"},
{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kid":"2"},
{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"3"}]}`

func TestJWKS(t *testing.T) {
	t.Parallel()
	keys, err := parseJWKS([]byte(published))
	if err != nil || len(keys) != 2 || keys[0].id != "2" || !keys[0].algs["ES256"] || keys[1].id != "3" || !keys[1].algs["EdDSA"] {
		t.Errorf("got %+v, %v", keys, err)
	}
	for desc, set := range map[string]string{
		"nothing":           ``,
		"no keys":           `{"keys":[]}`,
		"not on the curve":  `{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"}]}`,
		"too short a point": `{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`,
		"RSA of 8 bits":     `{"keys":[{"kty":"RSA","n":"_w","e":"AQAB"}]}`,
		"RSA without e":     `{"keys":[{"kty":"RSA","n":"_w"}]}`,
		"a secret":          `{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}`,
		"Ed448":             `{"keys":[{"kty":"OKP","crv":"Ed448","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`,
	} {
		if keys, err := parseJWKS([]byte(set)); err == nil {
			t.Errorf("%s: got %+v", desc, keys)
		}
	}
}

func FuzzJWKS(f *testing.F) {
	f.Add([]byte(published))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB","alg":"none"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		keys, err := parseJWKS(b)
		if (err == nil) != (len(keys) > 0) {
			t.Fatalf("got %v, %v", keys, err)
		}
		for _, k := range keys {
			if k.public == nil || k.algs["none"] || k.algs["HS256"] {
				t.Fatalf("got %+v", k)
			}
		}
	})
}
