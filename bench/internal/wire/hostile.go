package wire

import (
	"bufio"
	"errors"
	"io"
	"syscall"
)

// BeginRequests returns n BEGIN_REQUEST records with ids from 1 on and nothing more of any of the requests.
func BeginRequests(n int) []byte {
	var b []byte
	for id := range n {
		b = appendBegin(b, uint16(id+1), true)
	}
	return b
}

// HalfRequest returns the beginning of a request: half of its parameters, in a complete record.
func HalfRequest() []byte {
	params := fastCGIParams()
	b := appendBegin(nil, 1, true)
	return appendRecord(b, typeParams, 1, params[:len(params)/2])
}

// RequestInPieces is FastCGI's request with the parameters cut into records of n bytes.
func RequestInPieces(n int) []byte {
	b := appendBegin(nil, 1, true)
	b = appendStream(b, typeParams, 1, fastCGIParams(), n)
	return appendRecord(b, typeStdin, 1, nil)
}

// Deliver sends p and waits until the server has taken note of all of it: until it answers a question (GET_VALUES) that
// follows p, or closes the connection. Refusals that come before are thrown away.
func Deliver(conn io.ReadWriter, p []byte) error {
	question := appendRecord(nil, typeGetValues, 0, appendPair(nil, "FCGI_MPXS_CONNS", ""))
	// A server that refuses record by record writes while we do.
	go conn.Write(append(p[:len(p):len(p)], question...))
	r := bufio.NewReader(conn)
	for {
		kind, size, err := readRecord(r)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
			return nil
		case err != nil:
			return err
		case kind == typeGetValuesResult:
			return nil
		}
		if _, err := r.Discard(size); err != nil {
			return err
		}
	}
}
