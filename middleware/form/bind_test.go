package form_test

import (
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/form"
)

type item struct {
	Name  string  `form:"name,required"`
	Price float64 `form:"price"`
}

type audit struct {
	Note string `form:"note"`
}

type order struct {
	audit
	Who    string            `form:"who"`
	Count  int8              `form:"count"`
	Size   uint16            `form:"size"`
	Gift   bool              `form:"gift"`
	Day    time.Time         `form:"day"`
	Wait   time.Duration     `form:"wait"`
	From   netip.Addr        `form:"from"`
	Maybe  *int              `form:"maybe"`
	Tags   []string          `form:"tags"`
	Items  []item            `form:"items"`
	Main   *item             `form:"main"`
	Meta   map[string]string `form:"meta"`
	Photo  *form.File        `form:"photo"`
	Photos []*form.File      `form:"photos"`
	Pass   string            `form:"pass,secret"`
	Admin  bool
	Typed  form.Values
}

func TestBind(t *testing.T) {
	five := 5
	cases := []struct {
		desc, form, json string
		want             order
	}{
		{"nothing", "", `{}`, order{}},
		{"text", "who=Ann+%C3%A9", `{"who":"Ann é"}`, order{Who: "Ann é"}},
		{"numbers", "count=-128&size=65535", `{"count":-128,"size":65535}`, order{Count: -128, Size: 65535}},
		{"checkbox", "gift=on", `{"gift":true}`, order{Gift: true}},
		{"date", "day=2026-11-22", `{"day":"2026-11-22"}`, order{Day: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}},
		{"date and time", "day=2026-11-22T19:34", "", order{Day: time.Date(2026, 11, 22, 19, 34, 0, 0, time.UTC)}},
		{"duration", "wait=1h30m", `{"wait":"1h30m"}`, order{Wait: 90 * time.Minute}},
		{"text unmarshaler", "from=::1", `{"from":"::1"}`, order{From: netip.IPv6Loopback()}},
		{"pointer", "maybe=5", `{"maybe":5}`, order{Maybe: &five}},
		{"empty inputs are nothing", "maybe=&count=&day=&from=&gift=&main.name=", `{"maybe":null,"count":null,"day":""}`, order{Main: nil}},
		{"list", "tags=b&tags=a", `{"tags":["b","a"]}`, order{Tags: []string{"b", "a"}}},
		{"list with brackets", "tags[]=b&tags[]=a", "", order{Tags: []string{"b", "a"}}},
		{"list with indices, gaps closed", "tags[999999999]=z&tags[10]=b&tags[9]=a", "", order{Tags: []string{"a", "b", "z"}}},
		{"structs in a list", "items[0].name=x&items[0].price=1.5&items.1.name=y", `{"items":[{"name":"x","price":1.5},{"name":"y"}]}`, order{Items: []item{{"x", 1.5}, {"y", 0}}}},
		{"struct with brackets", "main[name]=x", `{"main":{"name":"x"}}`, order{Main: &item{Name: "x"}}},
		{"map", "meta[a]=1&meta.b=2", `{"meta":{"a":"1","b":"2"}}`, order{Meta: map[string]string{"a": "1", "b": "2"}}},
		{"embedded", "note=n", `{"note":"n"}`, order{audit: audit{"n"}}},
		{"without a tag, never", "Admin=1&admin=1", `{"Admin":true,"admin":true}`, order{}},
		{"spaces around a number", "count=+7+", "", order{Count: 7}},
		{"charset field", "_charset_=UTF-8&who=x", "", order{Who: "x"}},
	}
	for _, tc := range cases {
		for contentType, body := range map[string]string{urlencoded: tc.form, "application/json; charset=utf-8": tc.json} {
			if body == "" && contentType != urlencoded {
				continue
			}
			t.Run(tc.desc+"/"+contentType, func(t *testing.T) {
				var got order
				err := form.Decode(post(contentType, body), &got, form.Limits{})
				if strings.Contains(body, "main.name=") {
					wantErrors(t, err, "main.name required")
					return
				}
				wantErrors(t, err)
				if got.Typed == nil {
					t.Error("Typed was not filled")
				}
				got.Typed = nil
				if !reflect.DeepEqual(got, tc.want) {
					t.Errorf("got  %+v\nwant %+v", got, tc.want)
				}
			})
		}
	}
}

func TestFieldErrors(t *testing.T) {
	cases := []struct {
		desc, contentType, body string
		want                    []string
	}{
		{"number", urlencoded, "count=x", []string{"count invalid"}},
		{"range", urlencoded, "count=128", []string{"count invalid"}},
		{"negative", urlencoded, "size=-1", []string{"size invalid"}},
		{"NaN", urlencoded, "items.0.name=a&items.0.price=NaN", []string{"items.0.price invalid"}},
		{"date", urlencoded, "day=2026-02-30", []string{"day invalid"}},
		{"duplicate", urlencoded, "who=a&who=b", []string{"who duplicate"}},
		{"two spellings of a name", urlencoded, "main.name=a&main[name]=b", []string{"main.name duplicate"}},
		{"required below", urlencoded, "items[7].price=1", []string{"items.7.name required"}},
		{"group for a value", urlencoded, "who.x=1", []string{"who invalid"}},
		{"value for a group", urlencoded, "main=1", []string{"main invalid"}},
		{"no index", urlencoded, "tags[x]=1", []string{"tags invalid"}},
		{"two spellings of an index", urlencoded, "tags[1]=1&tags[01]=2", []string{"tags invalid"}},
		{"text for a file", urlencoded, "photo=x&photos=y", []string{"photo invalid", "photos.0 invalid"}},
		{"all, in the struct's order", urlencoded, "size=x&count=x", []string{"count invalid", "size invalid"}},
		{"JSON text for a number", "application/json", `{"count":"5"}`, []string{"count invalid"}},
		{"JSON number for a text", "application/json", `{"who":5}`, []string{"who invalid"}},
		{"JSON text for a bool", "application/json", `{"gift":"on"}`, []string{"gift invalid"}},
		{"JSON empty list for a text", "application/json", `{"who":[]}`, []string{"who invalid"}},
		{"JSON text for a list", "application/json", `{"tags":"a"}`, []string{"tags invalid"}},
		{"JSON object for a list", "application/json", `{"tags":{"0":"a"}}`, []string{"tags invalid"}},
		{"JSON list for a group", "application/json", `{"main":["a"]}`, []string{"main invalid"}},
		{"JSON key twice", "application/vnd.x+json", `{"who":"a","who":"b"}`, []string{"who duplicate"}},
	}
	for _, tc := range cases {
		t.Run(tc.desc, func(t *testing.T) {
			var got order
			wantErrors(t, form.Decode(post(tc.contentType, tc.body), &got, form.Limits{}), tc.want...)
		})
	}
}

// Of what was wrong nothing is filled, and all that was right.
func TestFilledBesideErrors(t *testing.T) {
	type filled struct {
		Count  int              `form:"count"`
		Maybe  *int             `form:"maybe"`
		Counts map[string]int   `form:"counts"`
		Maybes map[string]*int  `form:"maybes"`
		Items  map[string]item  `form:"items"`
		Main   *item            `form:"main"`
		List   []int            `form:"list"`
		Lists  map[string][]int `form:"lists"`
	}
	five := 5
	cases := []struct {
		desc, body string
		wrong      []string
		want       filled
	}{
		{"a number", "count=x&maybe=x", []string{"count invalid", "maybe invalid"}, filled{}},
		{"a map", "counts.a=x&counts.b=5", []string{"counts.a invalid"}, filled{Counts: map[string]int{"b": 5}}},
		{"a map of zeros", "counts.a=0&counts.b=", nil, filled{Counts: map[string]int{"a": 0, "b": 0}}},
		{"a map of pointers", "maybes.a=x&maybes.b=5", []string{"maybes.a invalid"}, filled{Maybes: map[string]*int{"b": &five}}},
		{"a part of a struct", "main.name=n&main.price=x", []string{"main.price invalid"}, filled{Main: &item{Name: "n"}}},
		{"a part of one in a map", "items.a.name=n&items.a.price=x&items.b.price=x",
			[]string{"items.a.price invalid", "items.b.name required", "items.b.price invalid"}, filled{Items: map[string]item{"a": {Name: "n"}}}},
		{"a list keeps the places", "list=1&list=x&list=3&lists.a=x", []string{"list.1 invalid", "lists.a.0 invalid"},
			filled{List: []int{1, 0, 3}, Lists: map[string][]int{"a": {0}}}},
	}
	for _, tc := range cases {
		t.Run(tc.desc, func(t *testing.T) {
			var got filled
			wantErrors(t, form.Decode(post(urlencoded, tc.body), &got, form.Limits{}), tc.wrong...)
			if !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
		})
	}
	old := filled{Maybe: &five}
	wantErrors(t, form.Decode(post(urlencoded, "maybe=x"), &old, form.Limits{}), "maybe invalid")
	if old.Maybe != &five {
		t.Errorf("got %v for a pointer whose field was wrong, want that which was there", old.Maybe)
	}
}

func TestUnknown(t *testing.T) {
	const body = "who=a&zz=1&Admin=1&main.name=x&main.evil=1"
	var got order
	wantErrors(t, form.Decode(post(urlencoded, body), &got, form.Limits{}))
	err := form.Decode(post(urlencoded, body), &got, form.Limits{RefuseUnknown: true})
	wantErrors(t, err, "main.evil unknown", "Admin unknown", "zz unknown")
}

func TestValues(t *testing.T) {
	var got order
	err := form.Decode(post(urlencoded, "count=many&tags[]=a&tags[]=b&pass=hunter2&items[0].name=x"), &got, form.Limits{})
	wantErrors(t, err, "count invalid")
	if got.Typed.Get("count") != "many" || !got.Typed.Has("tags", "b") || got.Typed.Has("tags", "c") || got.Typed.Get("items[0].name") != "x" {
		t.Errorf("got %v", got.Typed)
	}
	if got.Typed.Get("pass") != "" || got.Pass != "hunter2" {
		t.Errorf("a secret is in Values, or not in its field: %v", got.Typed)
	}
}

type period struct {
	From  int `form:"from"`
	Until int `form:"until"`
}

func (p *period) Validate() error {
	switch {
	case p.Until == 99:
		return errStore
	case p.Until < p.From:
		var errs form.Errors
		errs.Add("until", "ends before it begins")
		errs.Add("", "is the wrong way round")
		return errs.Err()
	}
	return nil
}

var errStore = errors.New("store: closed")

func TestValidate(t *testing.T) {
	var v struct {
		At period `form:"at"`
	}
	wantErrors(t, form.Decode(post(urlencoded, "at.from=1&at.until=2"), &v, form.Limits{}))
	err := form.Decode(post(urlencoded, "at.from=3&at.until=2"), &v, form.Limits{})
	wantErrors(t, err, "at.until", "at")
	if got := err.(form.Errors).Get("at[until]"); got != "ends before it begins" {
		t.Errorf("got text %q", got)
	}
	err = form.Decode(post(urlencoded, "at.from=x&at.until=2"), &v, form.Limits{})
	wantErrors(t, err, "at.from invalid") // not called: its fields are wrong
	if err := form.Decode(post(urlencoded, "at.until=99"), &v, form.Limits{}); err != errStore {
		t.Errorf("got %v, want the error of Validate", err)
	}
}

func TestErrorsAreAnswered(t *testing.T) {
	err := error(form.Errors{{Name: "age", Text: "must be a number"}})
	if got := gangplank.StatusOf(err); got != 422 {
		t.Errorf("got status %d, want 422", got)
	}
	if got, want := gangplank.PublicText(err), "Some fields need a correction: age: must be a number."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if form.Errors(nil).Err() != nil {
		t.Error("no errors are an error")
	}
}

func TestProgramErrors(t *testing.T) {
	type loop struct {
		Kids []loop `form:"kids"`
	}
	cases := []struct {
		desc   string
		v      any
		limits form.Limits
		want   string
	}{
		{"no pointer", order{}, form.Limits{}, "want a pointer to a struct"},
		{"nil", (*order)(nil), form.Limits{}, "want a pointer to a struct"},
		{"chan", new(struct {
			C chan int `form:"c"`
		}), form.Limits{}, "chan int cannot be filled"},
		{"any", new(struct {
			C any `form:"c"`
		}), form.Limits{}, "cannot be filled"},
		{"unexported", new(struct {
			c string `form:"c"`
		}), form.Limits{}, "not exported"},
		{"option", new(struct {
			C string `form:"c,require"`
		}), form.Limits{}, `"require"`},
		{"name", new(struct {
			C string `form:"a.b"`
		}), form.Limits{}, `"a.b"`},
		{"name taken", new(struct {
			C string `form:"c"`
			D string `form:"c"`
		}), form.Limits{}, "taken"},
		{"limits", new(order), form.Limits{Fields: -1, Memory: -2}, "Limits.Fields is -1"},
		{"a type below itself is fine", new(loop), form.Limits{}, ""},
	}
	for _, tc := range cases {
		t.Run(tc.desc, func(t *testing.T) {
			err := form.Decode(post(urlencoded, ""), tc.v, tc.limits)
			if tc.want == "" && err == nil {
				return
			}
			if tc.want == "" || err == nil || !strings.Contains(err.Error(), tc.want) || gangplank.StatusOf(err) != 500 {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}
