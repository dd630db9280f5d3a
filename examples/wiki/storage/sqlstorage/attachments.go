package sqlstorage

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"time"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// Attach implements model.Storage. A file is in memory while it is stored: the
// wiki's limit for uploads bounds it.
func (s *Storage) Attach(ctx context.Context, a model.Attachment, content io.Reader) error {
	b, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	if b == nil {
		b = []byte{}
	}
	_, err = s.db.ExecContext(ctx, `INSERT INTO attachments (page, name, type, size, author, at, content) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (page, name) DO UPDATE SET type = excluded.type, size = excluded.size, author = excluded.author, at = excluded.at, content = excluded.content`,
		[]byte(a.Page), []byte(a.Name), a.Type, len(b), a.Author, a.Time.UnixMicro(), b)
	return err
}

const attachmentColumns = "page, name, type, size, author, at"

func scanAttachment(from row, more ...any) (a model.Attachment, err error) {
	var at int64
	var page, name []byte
	err = from.Scan(append([]any{&page, &name, &a.Type, &a.Size, &a.Author, &at}, more...)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = model.ErrNotFound
	}
	a.Page, a.Name, a.Time = string(page), string(name), time.UnixMicro(at).UTC()
	return a, err
}

// Attachment implements model.Storage.
func (s *Storage) Attachment(ctx context.Context, page, name string) (model.Attachment, io.ReadSeekCloser, error) {
	var content []byte
	a, err := scanAttachment(s.db.QueryRowContext(ctx, "SELECT "+attachmentColumns+", content FROM attachments WHERE page = $1 AND name = $2",
		[]byte(page), []byte(name)), &content)
	if err != nil {
		return a, nil, err
	}
	return a, file{bytes.NewReader(content)}, nil
}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

// Attachments implements model.Storage.
func (s *Storage) Attachments(ctx context.Context, page string) (list []model.Attachment, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+attachmentColumns+" FROM attachments WHERE page = $1 ORDER BY name", []byte(page))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scanAttachment(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// Detach implements model.Storage.
func (s *Storage) Detach(ctx context.Context, page, name string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM attachments WHERE page = $1 AND name = $2", []byte(page), []byte(name))
	return err
}
