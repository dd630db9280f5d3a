package form

import (
	"mime/multipart"
	"strings"
)

// readParsed takes what somebody's r.ParseMultipartForm has read.
func (t *tree) readParsed(parsed *multipart.Form) error {
	if err := t.readPosted(parsed.Value); err != nil {
		return err
	}
	for name, list := range parsed.File {
		n, err := t.at(name)
		if err != nil {
			return err
		}
		n.file = n.file || len(list) > 0
		if !wantsFile(t.target, strings.Split(canonical(name), ".")) {
			continue
		}
		for _, head := range list {
			if err := t.parsedFile(n, head); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tree) parsedFile(n *node, head *multipart.FileHeader) error {
	if head.Size > t.limits.File {
		return errFileSize
	}
	if len(head.Filename) > t.limits.FileName {
		return malformed("The name of a file is too long.", nil)
	}
	return t.file(n, File{
		Name:        head.Filename,
		ContentType: head.Header.Get("Content-Type"),
		Size:        head.Size,
		data:        reopened{head},
	})
}

// reopened opens the file for each read: a FileHeader does not say when the
// descriptor may be closed.
type reopened struct{ head *multipart.FileHeader }

func (f reopened) ReadAt(p []byte, off int64) (int, error) {
	file, err := f.head.Open()
	if err != nil {
		return 0, err
	}
	defer file.Close()
	return file.ReadAt(p, off)
}
