package adapters

import (
	"strings"
	"time"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

// gatewayFields are the fields that the Servers of all gateways have, for the
// options of an address.
type gatewayFields struct {
	readHeaderTimeout, readTimeout, writeTimeout *time.Duration
	maxConns                                     *int
	maxBody                                      *int64
	mount                                        *string
	disableQuirks                                *[]string
	trustUser                                    *bool
}

func (s setup) gateway(f gatewayFields) {
	o := s.options
	o.Duration("read-header-timeout", f.readHeaderTimeout)
	o.Duration("read-timeout", f.readTimeout)
	o.Duration("write-timeout", f.writeTimeout)
	o.Count("max-conns", f.maxConns)
	o.Size("max-body", f.maxBody)
	*f.mount = s.mount()
	*f.disableQuirks = s.disableQuirks()
	*f.trustUser = o.Switch("dangerously-trust-remote-user")
}

// params claims the options of protocols that carry CGI's variables.
func (s setup) params(maxBytes, maxParams *int) {
	s.options.Count("max-param-bytes", maxBytes)
	s.options.Count("max-params", maxParams)
}

// What the servers would find wrong when they start is found here, before a listener is bound.

func (s setup) mount() string {
	path, ok := s.options.Text("mount")
	if !ok {
		return ""
	}
	mount, err := gateway.ParseMount(path)
	s.options.Fail(err)
	return mount
}

func (s setup) disableQuirks() []string {
	list, ok := s.options.Text("disable-quirks")
	if !ok {
		return nil
	}
	names := strings.Split(list, ",")
	_, err := gateway.ParseQuirks(names...)
	s.options.Fail(err)
	return names
}
