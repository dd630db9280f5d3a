package form_test

import (
	"strings"
	"testing"

	"github.com/gangplank-web/gangplank/middleware/form"
)

type household struct {
	Home  flat            `form:"home"`
	Else  *flat           `form:"else"` // optional as a whole
	Flats []flat          `form:"flats"`
	Named map[string]flat `form:"named"`
}

type flat struct {
	Street string `form:"street,required"`
	Number int    `form:"number"`
}

func (f *flat) Validate() error {
	var errs form.Errors
	if f.Number == 0 {
		errs.Add("number", "is needed")
	}
	return errs.Err()
}

// Leaving out a group, or sending it empty, does not spare what is required in it,
// nor its check.
func TestGroupLeftOut(t *testing.T) {
	for _, tt := range []struct {
		kind, body string
		want       []string
	}{
		{urlencoded, "x=1", []string{"home.street required"}},
		{urlencoded, "home=", []string{"home.street required"}},
		{urlencoded, "home.number=1", []string{"home.street required"}},
		{urlencoded, "home.street=a&else=", []string{"home.number"}},
		{urlencoded, "home.street=a&home.number=1&flats[0]=&named[a]=", []string{"flats.0.street required", "named.a.street required"}},
		{"application/json", `{}`, []string{"home.street required"}},
		{"application/json", `{"home":null}`, []string{"home.street required"}},
		{"application/json", `{"home":{}}`, []string{"home.street required"}},
		{"application/json", `{"home":{"street":"a","number":1},"else":null,"flats":[null],"named":null}`, []string{"flats.0.street required"}},
		{"application/json", `{"home":{"street":"a","number":1},"else":{}}`, []string{"else.street required"}},
	} {
		var v household
		err := form.Decode(post(tt.kind, tt.body), &v, form.Limits{})
		t.Run(tt.body, func(t *testing.T) { wantErrors(t, err, tt.want...) })
		if strings.Contains(tt.body, "else") && !strings.Contains(tt.body, "{}") && v.Else != nil {
			t.Errorf("%s: made what was not sent", tt.body)
		}
	}
	kept := household{Home: flat{"Elm Street", 7}}
	wantErrors(t, form.Decode(post(urlencoded, "x=1"), &kept, form.Limits{}), "home.street required")
	if kept.Home.Street != "Elm Street" {
		t.Errorf("got %+v: what was not sent keeps its value", kept)
	}
}

type Contact struct {
	Mail string `form:"mail,required"`
	*Phones
}

type Phones struct {
	Work  string `form:"work"`
	Typed form.Values
	*Contact
}

func (p *Phones) Validate() error {
	var errs form.Errors
	if p.Work == "0" {
		errs.Add("work", "is no number")
	}
	return errs.Err()
}

type unseen struct {
	A string `form:"a"`
}

type Untagged struct{ A string }

// A struct that is embedded by pointer lends its fields like any other.
func TestEmbeddedByPointer(t *testing.T) {
	var v struct {
		*Contact
		*Untagged
		*strings.Builder
		Name string `form:"name"`
	}
	wantErrors(t, form.Decode(post(urlencoded, "name=a&mail=b&work=c"), &v, form.Limits{RefuseUnknown: true}))
	if v.Name != "a" || v.Mail != "b" || v.Work != "c" || v.Typed.Get("mail") != "b" || v.Untagged != nil || v.Builder != nil {
		t.Errorf("got %+v", v)
	}
	kept := v.Contact
	wantErrors(t, form.Decode(post(urlencoded, "mail=b&work=0"), &v, form.Limits{}), "work")
	if v.Contact != kept {
		t.Error("what was there is replaced")
	}
	var none struct{ *Contact }
	wantErrors(t, form.Decode(post(urlencoded, "x=1"), &none, form.Limits{}), "mail required")
	var lost struct {
		*unseen
		B string `form:"b"`
	}
	if err := form.Decode(post(urlencoded, "b=1"), &lost, form.Limits{}); err == nil || !strings.Contains(err.Error(), "embed the struct itself") {
		t.Errorf("got %v", err)
	}
}

type account struct {
	Name string `form:"name"`
	Key  struct {
		PIN string `form:"pin,secret"`
	} `form:"key"`
	Typed form.Values
}

// What is secret is not shown again, also where nothing could be filled.
func TestSecretsOfRefusedGroup(t *testing.T) {
	for _, body := range []string{`{"key":{"pin":"1"},"key":{"pin":"1"},"name":"a"}`, `{"key":{"pin":["1"]},"name":"a"}`} {
		var v account
		err := form.Decode(post("application/json", body), &v, form.Limits{})
		if err == nil || v.Typed.Get("name") != "a" || v.Typed.Has("key.pin", "1") || v.Typed.Has("key.pin.0", "1") {
			t.Errorf("%s: got %v, %v", body, v.Typed, err)
		}
	}
}
