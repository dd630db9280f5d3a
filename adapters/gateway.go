package adapters

import (
	"strings"

	"github.com/gangplank-web/gangplank/adapters/internal/gateway"
)

// Options that several gateways have. What their servers would find wrong when they start is found here, before a listener is bound.

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
