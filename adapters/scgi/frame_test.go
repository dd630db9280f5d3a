package scgi

import (
	"strings"
	"testing"
)

// The specification's example.
const example = "70:CONTENT_LENGTH\x0027\x00SCGI\x001\x00REQUEST_METHOD\x00POST\x00REQUEST_URI\x00/deepthought\x00,What is the answer to life?"

func TestExample(t *testing.T) {
	t.Parallel()
	size, length, err := parseLength([]byte(example))
	if size != 3 || length != 70 || err != nil {
		t.Fatalf("got %d, %d, %v", size, length, err)
	}
	headers, err := cutComma(example[size : size+length+1])
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for headers != "" {
		name, value, rest, err := cutHeader(headers)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, name+"="+value)
		headers = rest
	}
	want := "CONTENT_LENGTH=27 SCGI=1 REQUEST_METHOD=POST REQUEST_URI=/deepthought"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
}

func TestParseLength(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in           string
		size, length int
		err          error
	}{
		{in: ""},
		{in: "1"},
		{in: "123456789"},
		{in: "0:", size: 2},
		{in: "12:xyz", size: 3, length: 12},
		{in: "000000123:", size: 10, length: 123},
		{in: "999999999:", size: 10, length: 999999999},
		{in: "9999999999", err: errLength}, // refused before the colon, and before it overflows
		{in: "0000000000:", err: errLength},
		{in: ":", err: errLength},
		{in: "-1:", err: errLength},
		{in: "+1:", err: errLength},
		{in: " 1:", err: errLength},
		{in: "1 :", err: errLength},
		{in: "0x1:", err: errLength},
		{in: "GET / HTTP/1.1", err: errLength},
		{in: "\x00\x01", err: errLength},
	} {
		if size, length, err := parseLength([]byte(test.in)); size != test.size || err != test.err || err == nil && size > 0 && length != test.length {
			t.Errorf("%q: got %d, %d, %v, want %d, %d, %v", test.in, size, length, err, test.size, test.length, test.err)
		}
	}
}

func TestCutHeader(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]error{
		"A\x00b\x00":         nil,
		"A\x00\x00":          nil,
		"A\x00b\x00rest":     nil,
		"":                   errPair,
		"A":                  errPair,
		"A\x00":              errPair,
		"A\x00b":             errPair,
		"\x00b\x00":          errPair,
		"\x00\x00A\x00b\x00": errPair,
	} {
		if _, _, _, err := cutHeader(in); err != want {
			t.Errorf("%q: got %v, want %v", in, err, want)
		}
	}
	if _, err := cutComma("A\x00b\x00"); err != errComma {
		t.Errorf("without a comma: %v", err)
	}
}
