package backend

import (
	"bytes"
	"net"
	"net/http"
)

// The floor parses nothing: it reads until the bytes end as a FastCGI request without a body ends, and answers a constant.
// What it costs is the price of the sockets and of Go's scheduler; no server that keeps the protocol can be below it.

const floorContent = "Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + Hello

var (
	requestEnd  = []byte("\x01\x05\x00\x01\x00\x00\x00\x00") // the empty STDIN record
	floorAnswer = append(append([]byte{1, 6, 0, 1, 0, byte(len(floorContent)), 0, 0}, floorContent...),
		"\x01\x06\x00\x01\x00\x00\x00\x00"+ // the end of STDOUT
			"\x01\x03\x00\x01\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...) // END_REQUEST
)

func serveFloor(l net.Listener, _ http.Handler) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go floorConn(c)
	}
}

func floorConn(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 4<<10)
	n := 0
	for {
		m, err := c.Read(buf[n:])
		if err != nil {
			return
		}
		n += m
		if !bytes.HasSuffix(buf[:n], requestEnd) {
			continue
		}
		// Byte 10 of the request holds the flags of BEGIN_REQUEST.
		keep := buf[10]&1 != 0
		if _, err := c.Write(floorAnswer); err != nil || !keep {
			return
		}
		n = 0
	}
}
