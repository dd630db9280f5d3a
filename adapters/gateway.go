package adapters

import (
	"strings"
	"time"
)

// gatewayFields are the fields that the Servers of all gateways have, for the
// options of an address.
type gatewayFields struct {
	readHeaderTimeout, readTimeout, writeTimeout *time.Duration
	maxConns                                     *int
	maxBody                                      *int64

	bodyMemory *int
	bodyFile   *int64
	bodyDir    *string

	mount         *string
	disableQuirks *[]string
	trustUser     *bool
}

func (s setup) gateway(f gatewayFields) {
	o := s.options
	o.Duration("read-header-timeout", f.readHeaderTimeout)
	o.Duration("read-timeout", f.readTimeout)
	o.Duration("write-timeout", f.writeTimeout)
	o.Count("max-conns", f.maxConns)
	o.Size("max-body", f.maxBody)
	o.Memory("body-memory", f.bodyMemory)
	o.Size("body-file", f.bodyFile)
	*f.bodyDir, _ = o.Text("body-dir")
	*f.mount, _ = o.Text("mount")
	if names, ok := o.Text("disable-quirks"); ok {
		*f.disableQuirks = strings.Split(names, ",")
	}
	*f.trustUser = o.Switch("dangerously-trust-remote-user")
}

// params claims the options of protocols that carry CGI's variables.
func (s setup) params(maxBytes, maxParams *int) {
	s.options.Memory("max-param-bytes", maxBytes)
	s.options.Count("max-params", maxParams)
}
