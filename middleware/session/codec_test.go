package session_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank/middleware/session"
)

func TestCodec(t *testing.T) {
	c := session.NewCodec(testKeys...)
	text := func(s string) *string { return &s }
	for _, tt := range []struct {
		value     any
		dst, want any // pointers
	}{
		{"an id", new(string), text("an id")},
		{[]byte{1, 2}, new([]byte), &[]byte{1, 2}},
		{7, new(int), ptr(7)},
		{7, new(any), ptr(any(7))},
		{cart{Total: 2}, new(cart), &cart{Total: 2}},
		{map[string]string{"a": "b"}, new(map[string]string), &map[string]string{"a": "b"}},
		{map[any]any{}, new(map[any]any), &map[any]any{}},
		{map[any]any{"n": 1, 2: "two", "_flash": []any{"Saved.", nil}, role("x"): nil, "nil": nil}, nil, nil},
		{map[any]any{"n": 1, 2: "two", "_flash": []any{"Saved.", nil}, "nil": nil}, new(map[any]any),
			&map[any]any{"n": 1, 2: "two", "_flash": []any{"Saved.", nil}, "nil": nil}},
		{"text", new([]byte), nil},
		{7, new(map[any]any), nil},
		{make(chan int), nil, nil},
	} {
		sealed, err := c.Encode("name", tt.value)
		var usage interface{ IsUsage() bool }
		if tt.dst == nil {
			if !errors.As(err, &usage) || !usage.IsUsage() {
				t.Errorf("%v: got %q, %v", tt.value, sealed, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%v: %v", tt.value, err)
			continue
		}
		err = c.Decode("name", sealed, tt.dst)
		var decode interface{ IsDecode() bool }
		if tt.want == nil {
			if !errors.As(err, &decode) || !decode.IsDecode() {
				t.Errorf("%v: got %v, %v", tt.value, tt.dst, err)
			}
		} else if err != nil || !reflect.DeepEqual(tt.dst, tt.want) {
			t.Errorf("%v: got %v, %v", tt.value, reflect.ValueOf(tt.dst).Elem(), err)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestCodecMaxAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := session.NewCodec(testKeys...)
		c.MaxAge = time.Hour
		sealed, err := c.Encode("name", "value")
		if err != nil {
			t.Fatal(err)
		}
		var got string
		time.Sleep(time.Hour)
		if err := c.Decode("name", sealed, &got); err != nil || got != "value" {
			t.Errorf("after an hour: got %q, %v", got, err)
		}
		time.Sleep(time.Second)
		if err := c.Decode("name", sealed, &got); err == nil || !strings.Contains(err.Error(), "too long ago") {
			t.Errorf("after more than an hour: got %v", err)
		}
	})
}

// A Codec's value is no session, though the key is the same.
func TestCodecIsNotASession(t *testing.T) {
	sealed, err := session.NewCodec(testKeys...).Encode(cookieName, "x")
	if err != nil {
		t.Fatal(err)
	}
	l := new(logged)
	b := open(t, l.handler(session.New(session.Config{Keys: testKeys})(actions())))
	b.cookies[cookieName] = sealed
	b.want("/n", "0")
	l.want(t, "sealed for another purpose")
}
