package adapters

import (
	"log/slog"
	"net"
	"os"
)

// notify tells systemd the state of the service, as sd_notify(3) does, if it asked for that (Type=notify).
func notify(state string, log *slog.Logger) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return
	}
	c, err := net.Dial("unixgram", path)
	if err == nil {
		_, err = c.Write([]byte(state))
		c.Close()
	}
	if err != nil {
		log.Warn("systemd cannot be notified", "state", state, "error", err)
	}
}
