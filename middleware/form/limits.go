package form

import (
	"errors"
	"fmt"
	"math"
)

// Limits bounds what [Decode] accepts. Zero means the default.
type Limits struct {
	Body     int64 // bytes of the whole body, files included; default 32 MiB
	Text     int64 // bytes of the names and values that are not files, or of the query; default 1 MiB
	Fields   int   // values, and levels of names above them (a.b=1 is two); default 1000
	Depth    int   // levels of a name, indices too: a.0.b has three; default 8
	Name     int   // bytes of a name, whole; in JSON, of one key; default 200
	Files    int   // files that are stored; default 10
	File     int64 // bytes of one file; default 10 MiB
	FileName int   // bytes of a file's name; default 255
	// Memory is how many bytes of files are held in memory, all files of the
	// request together; what is more goes to disk. A buffer that grows towards it
	// needs up to twice that for a moment. Default 256 KiB.
	Memory int64
	// TempDir is where files go that are too large for Memory. Default
	// [os.TempDir]. On many systems that is a memory file system: name a folder on
	// disk when large files are allowed.
	TempDir string
	// RefuseUnknown makes a field error of each name that no field of the struct
	// has. Default: they are ignored, as submit buttons and tokens send names too.
	RefuseUnknown bool
}

// Validate reports all limits that are out of range.
func (l Limits) Validate() error {
	var errs []error
	for _, c := range []struct {
		name  string
		value int64
	}{
		{"Body", l.Body}, {"Text", l.Text}, {"Fields", int64(l.Fields)}, {"Depth", int64(l.Depth)}, {"Name", int64(l.Name)},
		{"Files", int64(l.Files)}, {"File", l.File}, {"FileName", int64(l.FileName)}, {"Memory", l.Memory},
	} {
		if c.value < 0 {
			errs = append(errs, fmt.Errorf("form: Limits.%s is %d; want 0 (the default) or more", c.name, c.value))
		}
	}
	return errors.Join(errs...)
}

func (l Limits) withDefaults() Limits {
	or(&l.Body, 32<<20, math.MaxInt64/4)
	or(&l.Text, 1<<20, math.MaxInt64/4)
	or(&l.File, 10<<20, math.MaxInt64/4)
	or(&l.Memory, 256<<10, math.MaxInt64/4)
	or(&l.Fields, 1000, math.MaxInt/4)
	or(&l.Depth, 8, math.MaxInt/4)
	or(&l.Name, 200, math.MaxInt/4)
	or(&l.Files, 10, math.MaxInt/4)
	or(&l.FileName, 255, math.MaxInt/4)
	return l
}

// or replaces zero by the default, and what is meant as "no limit" by a number
// to which something can be added.
func or[T int | int64](v *T, def, most T) {
	if *v == 0 {
		*v = def
	}
	*v = min(*v, most)
}
