package errorpage

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// ownerOf returns the id of the user whose process has the other end of a
// connection on this machine. See proc_pid_net(5): a connection has one line for
// each of its ends, with the end's own address first.
func ownerOf(peer, server netip.AddrPort) (uid int, known bool) {
	for _, table := range []struct {
		file string
		bits int
	}{{"/proc/self/net/tcp", 32}, {"/proc/self/net/tcp6", 128}} {
		if uid, known := ownerIn(table.file, inTable(peer, table.bits)+" "+inTable(server, table.bits)); known {
			return uid, true
		}
	}
	return 0, false
}

// ownerIn looks for the line with these two addresses. A busy machine has tens of
// thousands of lines: only that one is taken to pieces.
func ownerIn(file, addresses string) (uid int, known bool) {
	f, err := os.Open(file)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	wanted := []byte(addresses)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if !bytes.Contains(lines.Bytes(), wanted) {
			continue
		}
		columns := strings.Fields(lines.Text())
		if len(columns) < 8 || columns[1]+" "+columns[2] != addresses {
			continue
		}
		if uid, err := strconv.Atoi(columns[7]); err == nil {
			return uid, true
		}
	}
	return 0, false
}

// inTable writes an address as the kernel does: words of 32 bits, each as the
// machine has it in memory. An IPv4 address also occurs in IPv6's form.
func inTable(a netip.AddrPort, bits int) string {
	ip := a.Addr().Unmap()
	b := ip.AsSlice()
	if v6 := ip.As16(); bits == 128 {
		b = v6[:]
	}
	var s strings.Builder
	for ; len(b) >= 4; b = b[4:] {
		fmt.Fprintf(&s, "%08X", binary.NativeEndian.Uint32(b))
	}
	return fmt.Sprintf("%s:%04X", &s, a.Port())
}
