//go:build !unix

package listen

import (
	"errors"
	"net"
)

// filePermissions: socket files exist on Windows, their permissions are those of the folder.
const filePermissions = false

func bindFile(path string, _ socketFile) (net.Listener, error) {
	if err := vacate(path); err != nil {
		return nil, err
	}
	return net.Listen("unix", path)
}

func lookupUser(string) (string, error) { return "", errors.ErrUnsupported }

func lookupGroup(string) (string, error) { return "", errors.ErrUnsupported }
