package sqlstore

import (
	"context"
	"fmt"
	"strings"
)

// Schema returns the statements that make the table, for those who keep theirs
// in migrations.
func (s *Store) Schema() string { return strings.Join(s.sql.schema, ";\n") + ";\n" }

// CreateTable makes the table and its index, if they are missing. Every process
// may call it when it starts.
func (s *Store) CreateTable(ctx context.Context) error {
	for _, statement := range s.sql.schema {
		if err := s.execTwice(ctx, statement); err != nil {
			return fmt.Errorf("sqlstore: creating table %s: %w", s.config.Table, err)
		}
	}
	return nil
}

// execTwice executes a statement once more when it fails: IF NOT EXISTS does in
// PostgreSQL where two processes say it at once, because both see that nothing
// exists. The second time it does.
func (s *Store) execTwice(ctx context.Context, statement string) error {
	_, err := s.config.DB.ExecContext(ctx, statement)
	if err != nil && ctx.Err() == nil {
		_, err = s.config.DB.ExecContext(ctx, statement)
	}
	return err
}
