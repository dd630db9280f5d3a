package form

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
)

// maxPartHead is what the head of a part may have: mime/multipart alone would
// store 10 MiB of it.
const maxPartHead = 8 << 10

// readMultipart reads multipart/form-data (RFC 7578) as it arrives.
func (t *tree) readMultipart(r *http.Request, boundary string) error {
	if boundary == "" || len(boundary) > 70 { // RFC 2046, section 5.1.1
		return malformed("The form's Content-Type has no valid boundary.", nil)
	}
	if r.ContentLength > t.limits.Body {
		return tooLarge("The form is too large.")
	}
	if r.Body == nil {
		return malformed("The form is empty.", nil)
	}
	body := &headGuard{src: unended(http.MaxBytesReader(nil, r.Body, t.limits.Body))}
	m := multipartReader{tree: t, spool: newSpool(r.Context(), t.limits), textLeft: t.limits.Text}
	if err := m.readParts(body, multipart.NewReader(body, boundary)); err != nil {
		m.spool.Close()
		return err
	}
	return nil
}

// multipartReader is what the parts of one body share.
type multipartReader struct {
	tree     *tree
	spool    *spool
	textLeft int64
	parts    int
}

func (m *multipartReader) readParts(body *headGuard, parts *multipart.Reader) error {
	for {
		body.expectHead()
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		body.expectData()
		// Parts that leave no field behind cost time as well.
		if m.parts++; m.parts > m.tree.limits.Fields {
			return tooLarge("The form has too many fields.")
		}
		if err := m.readPart(part); err != nil {
			return err
		}
	}
}

func (m *multipartReader) readPart(part *multipart.Part) error {
	disposition, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil || disposition != "form-data" {
		return malformed("A part of the form has no valid Content-Disposition.", err)
	}
	switch encoding := part.Header.Get("Content-Transfer-Encoding"); strings.ToLower(encoding) {
	case "", "7bit", "8bit", "binary":
	default: // deprecated by RFC 7578, section 4.7: storing it undecoded would be wrong
		return unsupported("A part of the form has a Content-Transfer-Encoding.")
	}
	if fileName, isFile := params["filename"]; isFile {
		return m.readFile(part, params["name"], fileName)
	}
	return m.readText(part, params["name"])
}

func (m *multipartReader) readText(part io.Reader, name string) error {
	if m.textLeft -= int64(len(name)); m.textLeft < 0 {
		return tooLarge("The form's text is too long.")
	}
	value, err := io.ReadAll(io.LimitReader(part, m.textLeft+1))
	if err != nil {
		return err
	}
	if m.textLeft -= int64(len(value)); m.textLeft < 0 {
		return tooLarge("The form's text is too long.")
	}
	return m.tree.pair(name, string(value))
}

// readFile stores a file that a field asks for, and skips any other.
func (m *multipartReader) readFile(part *multipart.Part, name, fileName string) error {
	if len(fileName) > m.tree.limits.FileName {
		return malformed("The name of a file is too long.", nil)
	}
	n, err := m.tree.at(name)
	if err != nil {
		return err
	}
	if !wantsFile(m.tree.target, strings.Split(canonical(name), ".")) {
		size, err := io.Copy(io.Discard, part)
		n.file = n.file || size > 0 || fileName != ""
		return err
	}
	return m.storeFile(n, part, fileName)
}

func (m *multipartReader) storeFile(n *node, part *multipart.Part, fileName string) error {
	f := File{Name: fileName, ContentType: part.Header.Get("Content-Type")}
	var err error
	if f.data, f.Size, err = m.spool.store(part, m.tree.limits.File); err != nil {
		return err
	}
	if f.Size == 0 && fileName == "" {
		return nil // how a browser sends a file input in which nothing was chosen
	}
	return m.tree.file(n, f)
}

// file adds a stored file to a node.
func (t *tree) file(n *node, f File) error {
	if t.files++; t.files > t.limits.Files {
		return tooLarge("The form has too many files.")
	}
	n.file = true
	n.files = append(n.files, f)
	return nil
}

// A headGuard fails when more than maxPartHead is read in search of a part's
// head. The reader above has at most one buffer of 4 KiB more.
type headGuard struct {
	src  io.Reader
	left int64 // -1: no head is being read
}

var errPartHead = errors.New("form: the head of a part is too long")

func (g *headGuard) expectHead() { g.left = maxPartHead }
func (g *headGuard) expectData() { g.left = -1 }

func (g *headGuard) Read(p []byte) (int, error) {
	if g.left < 0 {
		return g.src.Read(p)
	}
	if g.left == 0 {
		return 0, malformed("The head of a part of the form is too long.", errPartHead)
	}
	n, err := g.src.Read(p[:min(int64(len(p)), g.left)])
	g.left -= int64(n)
	return n, err
}

// unended makes the body's end an unexpected one: mime/multipart takes an io.EOF
// within a part's head for the end of the form. The last boundary, the only
// right end, it knows by itself once a line break follows, which some clients leave out.
func unended(body io.Reader) io.Reader {
	return io.MultiReader(body, strings.NewReader("\r\n"), failing{io.ErrUnexpectedEOF})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
