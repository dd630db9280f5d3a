package adaptertest

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
)

// Uwsgi is an http.RoundTripper that speaks the uwsgi protocol, as a front server
// does. A body of unknown length it sends in chunks, as uWSGI's HTTP router does.
type Uwsgi struct {
	// Dial connects to the server.
	Dial func(ctx context.Context) (net.Conn, error)
	// Mount is the variable SCRIPT_NAME.
	Mount string
}

// RoundTrip sends r and returns as soon as the head of the answer is there.
func (t *Uwsgi) RoundTrip(r *http.Request) (*http.Response, error) {
	o := once{dial: t.Dial, body: sizedBody, read: readUwsgiResponse}
	vars := variablesInOrder(r, t.Mount)
	if outgoingLength(r) < 0 {
		o.body = chunkedBody
		vars[0] = [2]string{"HTTP_TRANSFER_ENCODING", "chunked"}
	}
	var block []byte
	for _, v := range vars {
		for _, s := range v {
			block = binary.LittleEndian.AppendUint16(block, uint16(len(s)))
			block = append(block, s...)
		}
	}
	if len(block) > 0xffff {
		return nil, fmt.Errorf("a uwsgi packet cannot hold %d bytes", len(block))
	}
	o.head = append(binary.LittleEndian.AppendUint16([]byte{0}, uint16(len(block))), 0)
	o.head = append(o.head, block...)
	return o.roundTrip(r)
}

func chunkedBody(w io.Writer, r *http.Request) error {
	chunks := httputil.NewChunkedWriter(w)
	if _, err := io.Copy(chunks, r.Body); err != nil {
		return err
	}
	if err := chunks.Close(); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\r\n")
	return err
}

// readUwsgiResponse reads an answer, which begins with a status line and has no
// Status field: Apache refuses an answer without the one, and nginx passes the
// other on to the client.
func readUwsgiResponse(from io.Reader, r *http.Request) (*http.Response, error) {
	in := bufio.NewReader(from)
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the answer's status line: %w", err)
	}
	status, ok := strings.CutPrefix(line, "HTTP/1.1 ")
	if !ok {
		return nil, fmt.Errorf("the answer's status line: %q", line)
	}
	return ReadGatewayResponse(io.MultiReader(strings.NewReader("Status: "+status), in), r)
}
