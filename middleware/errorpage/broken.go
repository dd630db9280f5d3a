package errorpage

import (
	_ "embed"
	"html/template"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/gangplank-web/gangplank"
)

// breakOff reports an error that came when the head was out. The response is
// ended as broken; but CGI has no way to say so, and there the page is written
// into what the client already has, as cgitb did.
func (p *page) breakOff(w *gangplank.Writer, r *http.Request, err error) {
	f := p.tell(r, err, "a part had been sent; the response was broken off")
	if !underCGI(r) || f.level < levelOfFailure {
		return
	}
	defer func() { _ = recover() }() // a Writer below may refuse; the abort follows anyway
	if _, err := io.WriteString(w, p.epilogue(w.Header(), r, f, roomLeft(w))); err == nil {
		w.Flush()
	}
}

// roomLeft is how much the Content-Length that the client was told leaves, but for
// one byte: so the answer stays one that is seen to be cut.
func roomLeft(w *gangplank.Writer) int {
	length, err := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64)
	if err != nil {
		return math.MaxInt
	}
	return int(min(max(length-w.Bytes()-1, 0), math.MaxInt32))
}

// epilogue is what is written after the first part of an answer: of what there is
// to say, as much as there is room for.
func (p *page) epilogue(h http.Header, r *http.Request, f *failure, room int) string {
	v := brokenView{ID: f.id, Nonce: nonceIn(h)}
	if f.shown {
		v.Report = p.reportOf(r, f)
	}
	text := v.text()
	if strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		if page := v.html(); len(page) <= room {
			return page
		}
		v.Report = nil
		if page := v.html(); len(page) <= room {
			return page
		}
		text = outOfTag + v.text()
	}
	return strings.ToValidUTF8(text[:min(len(text), room)], "")
}

// closers end what may be open in a page that ends anywhere, in this order, and show
// nothing where it is not. cgitb had some of them.
//
// First comes the tag, attribute, comment or CDATA section. A script that is ended so
// would run, half as it is: the brackets on a line of their own are a syntax error
// behind whatever JavaScript. Then come elements that contain only text; what may be
// inside of a table, and the tables; what may hide or change what follows.
var closers = outOfTag + ends("script style textarea title xmp iframe noembed noframes noscript select",
	1) + ends("template table", 6) + ends("object video audio canvas datalist", 1) + ends("div", 24) +
	ends("p foreignobject svg annotation-xml math button details dialog fieldset form dl ul ol blockquote center pre h1", 1) +
	ends("section article main aside nav header footer", 2) +
	ends("a b big code em font i nobr s small strike strong tt u", 1)

const outOfTag = "\n<!--'\n)]}--><!--\"--><!--]]>-->"

// ends are the end tags of some elements, n times.
func ends(names string, n int) string {
	return strings.Repeat("</"+strings.ReplaceAll(names, " ", "></")+">", n)
}

// brokenView is what the template sees.
type brokenView struct {
	ID, Nonce string
	Report    *Report // nil: it is not for this client
}

func (v brokenView) text() string {
	if v.Report != nil {
		return "\n\n" + v.Report.Text() + "\n"
	}
	return "\n\nThe page breaks off here. Error id: " + v.ID + "\n"
}

func (v brokenView) html() string {
	var b strings.Builder
	b.WriteString(closers)
	if err := brokenTemplate().Execute(&b, v); err != nil {
		panic(err)
	}
	return b.String()
}

//go:embed broken.html
var brokenHTML string

var brokenTemplate = sync.OnceValue(func() *template.Template { return parse("broken", brokenHTML) })

// shownCalls is how many calls of a stack are shown without being asked for.
const shownCalls = 8

// calls are the application's calls of a stack, or the one that tells most.
func calls(frames []Frame) []Frame {
	var own []Frame
	for _, f := range frames {
		if f.Kind == "application" && len(own) < shownCalls {
			own = append(own, f)
		}
	}
	if own == nil && len(frames) > 0 {
		own = frames[:1]
	}
	return own
}
