package sessiontest

import "strings"

var contentCases = []testCase{
	{"nothing", func(s store) {
		s.holdsNothing("key", "was never stored")
		s.remove("key")
		s.refused("key", 1, "a version where nothing is stored")
		s.holdsNothing("key", "was refused")
	}},
	{"kept", func(s store) {
		v := uint64(0)
		for _, data := range []string{"first", "", strings.Repeat("long ", 100), "s", allBytes()} {
			v = s.save("key", data, v, later())
			s.holds("key", data, v)
			s.holds("key", data, v)
		}
	}},
	{"nil", func(s store) {
		v, err := s.Save(s.Context(), "key", nil, 0, later())
		if v == 0 || err != nil {
			s.Fatalf("Save of nil: got version %d, %v, want it stored", v, err)
		}
		s.holds("key", "", v)
	}},
	{"big", func(s store) {
		big := strings.Repeat(allBytes(), 1<<20/256)
		v := s.save("key", big, 0, later())
		s.holds("key", big, v)
		v = s.save("key", "small", v, later())
		s.holds("key", "small", v)
		s.remove("key")
		s.holdsNothing("key", "was deleted")
	}},
	{"own-copy", func(s store) {
		data := []byte("data")
		v, err := s.Save(s.Context(), "key", data, 0, later())
		if v == 0 || err != nil {
			s.Fatalf("Save: got version %d, %v", v, err)
		}
		clear(data) // the caller's buffer is the caller's again
		s.holds("key", "data", v)
		loaded, _ := s.load("key")
		clear(loaded)
		s.holds("key", "data", v)
	}},
	{"keys", testKeys},
}

func allBytes() string {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}

// hostileKeys are all different, though not to every collation, file system
// and shell. Among them are what climbs out of a folder, is a device on
// Windows, a pattern to LIKE, KEYS and glob, or ends a C string early.
var hostileKeys = []string{
	"", " ", "a", "A", "a ", " a", "a\x00", "a\x00b", "\x00", "\x00\x00", "\u00e9", "e\u0301", "\u00c9", "\xff", "\xff\xfe", "\u2028",
	".", "..", "../a", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "a/../a", "C:a", "CON", "nul.txt", "lock", "new", "~", "-rf",
	"*", "?", "[a]", "%", "_", "%s%n", "'", "''", "\"", "`", "a'; DROP TABLE sessions; --", "$1", ":a", "?1", "\n", "a\r\nDEL a\r\n", "{a}",
	strings.Repeat("k", 255), strings.Repeat("k", 256), strings.Repeat("\xff", 256), strings.Repeat("\x00", 256), strings.Repeat("../", 85),
}

func testKeys(s store) {
	versions := make([]uint64, len(hostileKeys))
	for i, key := range hostileKeys {
		versions[i] = s.save(key, "data of "+key, 0, later())
	}
	for i, key := range hostileKeys {
		s.holds(key, "data of "+key, versions[i])
	}
	for i, key := range hostileKeys {
		if i%2 == 0 {
			s.remove(key)
		} else {
			versions[i] = s.save(key, "more of "+key, versions[i], later())
		}
	}
	for i, key := range hostileKeys {
		if i%2 == 0 {
			s.holdsNothing(key, "was deleted")
		} else {
			s.holds(key, "more of "+key, versions[i])
		}
	}
}
