package listen

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"
)

// socketFile says what a socket file should look like. An id of -1 is left as it is.
type socketFile struct {
	mode     fs.FileMode
	uid, gid int
}

// claimFile takes mode=, owner= and group= where socket files have them.
func (a *Address) claimFile() socketFile {
	f := socketFile{mode: 0o660, uid: -1, gid: -1}
	if !filePermissions || a.Target[0] == '@' {
		return f
	}
	if text, ok := a.Options.Text("mode"); ok {
		mode, err := strconv.ParseUint(text, 8, 9) // nine bits: no set-uid, no sticky bit
		if err != nil {
			a.Options.fault("mode", text, "want permissions in octal, such as 0660")
		}
		f.mode = fs.FileMode(mode)
	}
	a.claimID("owner", lookupUser, &f.uid)
	a.claimID("group", lookupGroup, &f.gid)
	return f
}

func (a *Address) claimID(option string, lookup func(string) (string, error), id *int) {
	text, ok := a.Options.Text(option)
	if !ok {
		return
	}
	digits := text
	if _, err := strconv.ParseUint(text, 10, 31); err != nil {
		if digits, err = lookup(text); err != nil {
			a.Options.fault(option, text, err.Error())
			return
		}
	}
	n, err := strconv.ParseUint(digits, 10, 31)
	if err != nil {
		a.Options.fault(option, text, "its id is no number")
	}
	*id = int(n)
}

// patience is how long a socket's owner may take to answer. A full backlog is an answer too.
const patience = time.Second

// vacate removes the socket of a process that is gone. It never removes anything else: not a file of another kind (a
// slip in the path), nor a socket on which somebody answers.
func vacate(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s exists and is not a socket", path)
	}
	c, err := net.DialTimeout("unix", path, patience)
	if err == nil {
		c.Close()
		return fmt.Errorf("%w: another process answers on %s", syscall.EADDRINUSE, path)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("%s may be in use: %w", path, err)
	}
	return os.Remove(path)
}
