package session_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/middleware/session"
)

// devices is an application whose users see their sessions, and end one.
type devices struct {
	app
	t    *testing.T
	list []session.Listed // of the last /list
}

func newDevices(t *testing.T) *devices {
	d := &devices{app: timed(), t: t}
	d.app["/login"] = func(_ gangplank.Session, w http.ResponseWriter, r *http.Request) {
		s := session.From(r)
		s.Renew()
		s.Bind(r.FormValue("user"))
		s.Set("device", r.FormValue("on"))
	}
	d.app["/list"] = func(_ gangplank.Session, w http.ResponseWriter, r *http.Request) {
		s := session.From(r)
		list, err := s.List(r.Context(), s.User())
		if err != nil {
			t.Error(err)
		}
		d.list = list
		for _, l := range list {
			fmt.Fprintf(w, "%v ", l.Get("device"))
		}
	}
	d.app["/end"] = func(_ gangplank.Session, w http.ResponseWriter, r *http.Request) {
		s := session.From(r)
		found, err := s.EndOne(r.Context(), s.User(), r.FormValue("id"))
		fmt.Fprint(w, found, err)
	}
	d.app["/who"] = func(_ gangplank.Session, w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, session.From(r).User())
	}
	d.app["/id"] = func(_ gangplank.Session, w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, session.From(r).ID()) }
	return d
}

// login logs a new browser in.
func (d *devices) login(h http.Handler, user, on string) *browser {
	b := open(d.t, h)
	b.get("/login?user=" + user + "&on=" + on)
	return b
}

// id returns what the last list calls a device's session.
func (d *devices) id(device string) string {
	d.t.Helper()
	i := slices.IndexFunc(d.list, func(l session.Listed) bool { return l.Get("device") == device })
	if i < 0 {
		d.t.Fatalf("%s is not in the list %+v", device, d.list)
	}
	return d.list[i].ID
}

// A user sees the sessions that are bound to him, and no others.
func TestList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDevices(t)
		h := session.New(session.Config{Store: session.NewMemory(1 << 20), Idle: 16 * time.Minute})(d)
		start := time.Now()
		phone := d.login(h, "ann", "phone")
		time.Sleep(time.Minute)
		laptop := d.login(h, "ann", "laptop")
		d.login(h, "bob", "tablet")
		d.login(h, "", "kiosk")
		laptop.want("/list", "laptop phone ")
		time.Sleep(2 * time.Minute)
		phone.get("/remember")
		phone.get("/renew")
		laptop.want("/list", "phone laptop ")
		got := d.list[0]
		if want := start.Add(3*time.Minute + 30*24*time.Hour); !got.Remembered || !got.Expires.Equal(want) || got.This {
			t.Errorf("the phone is remembered until %v, want %v: %+v", got.Expires, want, got)
		}
		if !got.Created.Equal(start) || !got.Seen.Equal(start.Add(3*time.Minute)) {
			t.Errorf("the phone's began at %v and was used at %v", got.Created, got.Seen)
		}
		if got = d.list[1]; got.Remembered || !got.This || !got.Expires.Equal(start.Add(17*time.Minute)) {
			t.Errorf("the laptop is %+v", got)
		}
		laptop.want("/id", got.ID)
		if strings.Contains(laptop.cookies[cookieName], got.ID) {
			t.Error("the list shows a part of the cookie")
		}
		if got.Get("nothing") != nil {
			t.Error("there is a value that nobody has set")
		}
		time.Sleep(17 * time.Minute)
		phone.want("/list", "phone ")
		phone.get("/destroy")
		d.login(h, "ann", "laptop").want("/list", "laptop ")
	})
}

// One session ends, of that user, on that device.
func TestEndOne(t *testing.T) {
	d := newDevices(t)
	h := session.New(session.Config{Store: session.NewMemory(1 << 20)})(d)
	phone, laptop, tablet := d.login(h, "ann", "phone"), d.login(h, "ann", "laptop"), d.login(h, "bob", "tablet")
	tablet.want("/list", "tablet ")
	laptop.want("/end?id="+d.id("tablet"), "false <nil>") // bob's
	laptop.want("/end?id=", "false <nil>")
	laptop.get("/list")
	ended := d.id("phone")
	laptop.want("/end?id="+ended, "true <nil>")
	laptop.want("/end?id="+ended, "false <nil>")
	phone.want("/who", "")
	laptop.want("/who", "ann")
	tablet.want("/who", "bob")
	laptop.want("/list", "laptop ")
	laptop.want("/end?id="+d.id("laptop"), "true <nil>")
	if len(laptop.cookies) != 0 {
		t.Errorf("the browser keeps %v of its own session", laptop.cookies)
	}
	laptop.want("/who", "")
}

// What ends by other means is not in the list.
func TestListAfter(t *testing.T) {
	for _, end := range []string{"/destroy", "/everywhere", "/login?user=bob&on=phone"} {
		d := newDevices(t)
		h := session.New(session.Config{Store: session.NewMemory(1 << 20)})(d)
		phone := d.login(h, "ann", "phone")
		phone.get(end)
		d.login(h, "ann", "laptop").want("/list", "laptop ")
	}
}

// A slow request does not bring a session back that was ended from elsewhere, nor
// does one that gives it another id at the time.
func TestEndOneOfABusySession(t *testing.T) {
	for desc, act := range map[string]func(s gangplank.Session){
		"change": func(s gangplank.Session) { s.Set("n", 1) },
		"renew":  func(s gangplank.Session) { s.Renew() },
	} {
		d := newDevices(t)
		cfg := session.Config{Store: session.NewMemory(1 << 20), Merge: session.KeepMine}
		slow := new(slowHandler)
		d.app["/slow"] = func(s gangplank.Session, w http.ResponseWriter, r *http.Request) { slow.slow(s) }
		slow.Handler = session.New(cfg)(d)
		phone, laptop := d.login(slow, "ann", "phone"), d.login(slow, "ann", "laptop")
		laptop.get("/list")
		slowly(phone, func() { laptop.want("/end?id="+d.id("phone"), "true <nil>") }, act)
		if got := phone.get("/who").Body.String(); got != "" {
			t.Errorf("%s: the session goes on", desc)
		}
		laptop.want("/list", "laptop ")
	}
}

// The list of somebody who logs in without end is bounded; what ends last stays.
func TestListIsBounded(t *testing.T) {
	d := newDevices(t)
	store := &spy{Store: session.NewMemory(1 << 20)}
	h := session.New(session.Config{Store: store})(d)
	kept := d.login(h, "ann", "remembered")
	kept.get("/remember")
	for range 300 {
		d.login(h, "ann", "robot")
	}
	kept.get("/list")
	if n := len(d.list); n != 200 {
		t.Errorf("the list has %d sessions, want 200", n)
	}
	d.id("remembered")
	if store.largest > 16<<10 {
		t.Errorf("an entry has grown to %d bytes", store.largest)
	}
}

// Only a Store can tell, and a Store that fails says so.
func TestNoList(t *testing.T) {
	try := func(cfg session.Config) (listed, ended error) {
		a := actions()
		a["/list"] = func(_ gangplank.Session, w http.ResponseWriter, r *http.Request) {
			_, listed = session.From(r).List(r.Context(), "ann")
			_, ended = session.From(r).EndOne(r.Context(), "ann", "id")
		}
		open(t, session.New(cfg)(a)).get("/list")
		return listed, ended
	}
	for _, kind := range []string{"cookie", "cookie revocations"} {
		if listed, ended := try(kinds()[kind]); listed != session.ErrNoList || ended != session.ErrNoList {
			t.Errorf("%s: got %v, %v", kind, listed, ended)
		}
	}
	broken := errors.New("out of order")
	store := &spy{Store: session.NewMemory(1 << 20), fail: broken}
	if listed, ended := try(session.Config{Store: store}); !errors.Is(listed, broken) || !errors.Is(ended, broken) {
		t.Errorf("a Store that fails: got %v, %v", listed, ended)
	}
}

// Two layers that share a Store, and their users' names, end and list their own.
func TestLayersShareAStore(t *testing.T) {
	store := session.NewMemory(1 << 20)
	d := newDevices(t)
	shop := session.New(session.Config{Store: store, Name: "shop"})(d)
	forum := session.New(session.Config{Store: store, Name: "forum"})(d)
	inShop, inForum := d.login(shop, "ann", "shop"), d.login(forum, "ann", "forum")
	inShop.want("/list", "shop ")
	inForum.want("/list", "forum ")
	inShop.want("/everywhere", "<nil>")
	inShop.want("/who", "")
	inForum.want("/who", "ann")
}

// A listing that cannot be read keeps nobody from logging in.
func TestDamagedListing(t *testing.T) {
	d := newDevices(t)
	store := &firstSaved{Store: session.NewMemory(1 << 20)}
	h := session.New(session.Config{Store: store})(d)
	d.login(h, "ann", "phone")
	_, version, err := store.Load(t.Context(), store.key)
	if err == nil {
		version, err = store.Save(t.Context(), store.key, []byte{4, 200}, version, time.Now().Add(time.Hour))
	}
	if version == 0 || err != nil {
		t.Fatalf("nothing was damaged: %v", err)
	}
	d.login(h, "ann", "laptop").want("/list", "laptop ")
}

// firstSaved knows the key of what is saved first, which is the list.
type firstSaved struct {
	session.Store
	key string
}

func (s *firstSaved) Save(ctx context.Context, key string, data []byte, version uint64, expires time.Time) (uint64, error) {
	if s.key == "" {
		s.key = key
	}
	return s.Store.Save(ctx, key, data, version, expires)
}
