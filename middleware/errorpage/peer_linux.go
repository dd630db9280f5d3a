package errorpage

import (
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
		b, err := os.ReadFile(table.file)
		if err != nil {
			continue
		}
		from, to := inTable(peer, table.bits), inTable(server, table.bits)
		for line := range strings.Lines(string(b)) {
			f := strings.Fields(line)
			if len(f) < 8 || f[1] != from || f[2] != to {
				continue
			}
			if uid, err := strconv.Atoi(f[7]); err == nil {
				return uid, true
			}
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
