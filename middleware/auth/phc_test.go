package auth_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gangplank-web/gangplank/middleware/auth"
)

func TestPHC(t *testing.T) {
	t.Parallel()
	const good = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if got, err := auth.ReadArgon2id(good); err != nil || got != good {
		t.Errorf("got %s, %v", got, err)
	}
	for i := range good { // no part of it is one
		if _, err := auth.ReadArgon2id(good[:i]); err == nil && i < len(good)-22 {
			t.Errorf("%s is one", good[:i])
		}
	}
	for _, change := range [][2]string{
		{"argon2id", "argon2i"}, {"argon2id", "argon2d"}, {"v=19", "v=16"}, {"v=19$", ""},
		{"m=65536", "m=065536"}, {"m=65536", "m=+65536"}, {"m=65536", "m=7"}, {"m=65536", "m=0"}, {"m=65536", "m=4294967295"}, {"m=65536", "m=99999999999999999999"},
		{"t=2", "t=0"}, {"t=2", "t=1001"}, {"t=2", "t="}, {"p=1", "p=0"}, {"p=1", "p=256"}, {"p=1", "p=1,data=x"},
		{"m=65536,t=2", "t=2,m=65536"}, {"c29tZXNhbHQ", "c29t"}, {"c29tZXNhbHQ", "c29tZXNhbHR"}, {"c29tZXNhbHQ", "c29t\nZXNhbHQ"},
		{"c29tZXNhbHQ", strings.Repeat("c29t", 22)}, {"CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "CTFh"}, {"ArZWb2GRPPc", "ArZWb2GRPPc="}, {"ArZWb2GRPPc", "ArZWb2GRPPc$"},
	} {
		s := strings.Replace(good, change[0], change[1], 1)
		if _, err := auth.ReadArgon2id(s); err == nil || s == good {
			t.Errorf("%s is one", s)
		}
	}
	for hash, want := range map[string]bool{
		"$2y$05$abcdefghijklmnopqrstuuJ0jDdqgHjBkcCvTdyPnNkmPTcYSSv2S":  true,
		"$2x$05$abcdefghijklmnopqrstuuJ0jDdqgHjBkcCvTdyPnNkmPTcYSSv2S":  false, // the faulty one
		"$2y$31$abcdefghijklmnopqrstuuJ0jDdqgHjBkcCvTdyPnNkmPTcYSSv2S":  false, // days
		"$2y$05$abcdefghijklmnopqrstuuJ0jDdqgHjBkcCvTdyPnNkmPTcYSSv2Sx": false,
	} {
		if got := auth.CheckHash(hash) == nil; got != want {
			t.Errorf("%s: got %v", hash, got)
		}
	}
}

func FuzzPHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Add("$argon2id$v=19$m=8,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := auth.ReadArgon2id(s); err == nil && got != s {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

// The whole field: whatever it is, it is of one scheme at most, and what is taken
// for a token has nothing that could be put into another field.
func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Bearer mF_9.B5f-4.1JqM", "bearer  a= ", "Digest a=b", "Basic", " Basic a", "Bearer\ta"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, field, second string) {
		r := request("GET", "/")
		r.Header["Authorization"] = []string{field}
		_, isBasic := auth.Authorization(r, "Basic")
		token, isBearer := auth.Authorization(r, "Bearer")
		if isBasic && isBearer {
			t.Fatalf("%q is of two schemes", field)
		}
		if isBearer && auth.IsToken68(token) && strings.ContainsAny(token, " \t\r\n,;\"\x00") {
			t.Fatalf("%q is a token", token)
		}
		r.Header["Authorization"] = []string{field, second}
		if _, ok := auth.Authorization(r, "Basic"); ok {
			t.Fatal("one of two fields is believed")
		}
	})
}

func FuzzBasic(f *testing.F) {
	f.Add("QWxhZGRpbjpvcGVuIHNlc2FtZQ==") // RFC 7617, section 2
	f.Add("dGVzdDoxMjPCow==")             // section 2.1: test:123£
	f.Add("Og==")
	f.Fuzz(func(t *testing.T, credentials string) {
		name, password, ok := auth.ParseBasic(credentials)
		if !ok {
			return
		}
		if strings.Contains(name, ":") || !utf8.ValidString(name+password) || strings.ContainsAny(name+password, "\x00\r\n\x7f") {
			t.Fatalf("%q is %q and %q", credentials, name, password)
		}
		if again := base64.StdEncoding.EncodeToString([]byte(name + ":" + password)); strings.NewReplacer("\r", "", "\n", "").Replace(credentials) != again {
			t.Fatalf("%q became %q", credentials, again)
		}
	})
}
