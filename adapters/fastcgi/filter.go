package fastcgi

import (
	"net/http"
	"strconv"
	"time"

	gangplank "github.com/gangplank-web/gangplank"
	"github.com/gangplank-web/gangplank/adapters/internal/spool"
)

// Data is the file that a request in the filter role comes with, besides its
// body: what the handler is asked to transform into the response (section 6.4 of
// the specification). No front server known today sends one.
type Data struct {
	Length       int64     // FCGI_DATA_LENGTH, or -1
	LastModified time.Time // FCGI_DATA_LAST_MOD, or zero

	rq     *request
	stream stream
	body   spool.Body
	turn   chan struct{} // closed when the stream's turn has come
	opened bool
}

var dataSlot = gangplank.NewSlot[*Data]("fastcgi data")

// DataOf returns the data of a request in the filter role, else nil.
func DataOf(r *http.Request) *Data { return dataSlot.Get(r) }

// Read implements io.Reader. The data follow the body on the connection: reading
// them first sets the body aside.
func (d *Data) Read(p []byte) (int, error) {
	d.rq.input.readAhead()
	select {
	case <-d.turn:
		return d.body.Read(p)
	case <-d.rq.Exchange.Request().Context().Done():
		return 0, http.ErrBodyReadAfterClose
	}
}

// open is called at the end of STDIN, by whoever reads the connection.
func (d *Data) open() {
	d.opened = true
	close(d.turn)
}

// openData prepares for the DATA stream of a filter.
func (rq *request) openData(r *http.Request) {
	d := &Data{rq: rq, Length: -1, turn: make(chan struct{})}
	if n, err := strconv.ParseInt(rq.variable("FCGI_DATA_LENGTH"), 10, 64); err == nil && n >= 0 {
		d.Length = n
	}
	if sec, err := strconv.ParseInt(rq.variable("FCGI_DATA_LAST_MOD"), 10, 64); err == nil {
		d.LastModified = time.Unix(sec, 0)
	}
	d.stream = stream{rq: rq, kind: typeData, want: d.Length}
	d.body.Init(&d.stream, &rq.conn.set.body)
	rq.input.data = d
	dataSlot.Set(r, d)
}

func (rq *request) variable(name string) string {
	v, _ := rq.facts.Var(name)
	return v
}
