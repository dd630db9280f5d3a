package sqlstore_test

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/session/sqlstore"
)

// What databases make of the statements is tested with the databases, in the
// module storetest. Here is what they do only on bad days.

// fake is a database whose execs are answered by a function.
type fake struct {
	exec func(statement string) (rows int64, err error)
	said []string
}

func (f *fake) Connect(context.Context) (driver.Conn, error) { return f, nil }
func (f *fake) Driver() driver.Driver                        { return nil }
func (f *fake) Prepare(string) (driver.Stmt, error)          { return nil, errors.New("not prepared") }
func (f *fake) Begin() (driver.Tx, error)                    { return nil, errors.New("no transactions") }
func (f *fake) Close() error                                 { return nil }

func (f *fake) ExecContext(_ context.Context, statement string, _ []driver.NamedValue) (driver.Result, error) {
	f.said = append(f.said, statement)
	n, err := f.exec(statement)
	return driver.RowsAffected(n), err
}

func (f *fake) QueryContext(_ context.Context, statement string, _ []driver.NamedValue) (driver.Rows, error) {
	f.said = append(f.said, statement)
	if _, err := f.exec(statement); err != nil {
		return nil, err
	}
	return noRows{}, nil
}

type noRows struct{}

func (noRows) Columns() []string         { return []string{"id"} }
func (noRows) Close() error              { return nil }
func (noRows) Next([]driver.Value) error { return io.EOF }

func (f *fake) store(t *testing.T, c sqlstore.Config) *sqlstore.Store {
	c.DB = sql.OpenDB(f)
	t.Cleanup(func() { c.DB.Close() })
	return sqlstore.New(c)
}

// coded is an error as PostgreSQL's drivers return it.
type coded string

func (c coded) Error() string    { return "a database's error" }
func (c coded) SQLState() string { return string(c) }

// What the database has undone is said again, not for ever, and nothing else is.
func TestUndone(t *testing.T) {
	for _, tt := range []struct {
		desc  string
		err   error
		times int // that it fails
		said  int
		fails bool
	}{
		{"no error", nil, 0, 1, false},
		{"MySQL's deadlock", errors.New("Error 1213 (40001): Deadlock found when trying to get lock"), 3, 4, false},
		{"PostgreSQL's deadlock", fmt.Errorf("wrapped: %w", coded("40P01")), 3, 4, false},
		{"for ever", coded("40001"), 1000, 10, true},
		{"a disk that is full", coded("53100"), 1, 1, true},
		{"a connection that broke", errors.New("unexpected EOF"), 1, 1, true},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			f := &fake{}
			f.exec = func(string) (int64, error) {
				if len(f.said) <= tt.times {
					return 0, tt.err
				}
				return 1, nil
			}
			s := f.store(t, sqlstore.Config{Dialect: sqlstore.MySQL, CollectEvery: -1})
			next, err := s.Save(t.Context(), "key", nil, 7, time.Now().Add(time.Hour))
			if len(f.said) != tt.said || (err != nil) != tt.fails || (next == 0) != tt.fails {
				t.Errorf("said %d times, version %d, %v, want %d times, an error %t", len(f.said), next, err, tt.said, tt.fails)
			}
			if tt.fails && !errors.Is(err, tt.err) {
				t.Errorf("got %v, want it to wrap %v", err, tt.err)
			}
		})
	}
}

// A Save is not failed by what it does besides.
func TestCollectingFails(t *testing.T) {
	f := &fake{exec: func(statement string) (int64, error) {
		if strings.HasPrefix(statement, "SELECT") {
			return 0, errors.New("no permission")
		}
		return 1, nil
	}}
	var log bytes.Buffer
	s := f.store(t, sqlstore.Config{Dialect: sqlstore.SQLite, CollectEvery: 1, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if v, err := s.Save(t.Context(), "key", nil, 0, time.Now().Add(time.Hour)); v == 0 || err != nil {
		t.Errorf("Save: got version %d, %v", v, err)
	}
	if !strings.Contains(log.String(), "no permission") {
		t.Errorf("logged %q, want the cause", log.String())
	}
	if _, err := s.Collect(t.Context()); err == nil {
		t.Error("Collect: got no error")
	}
}

func TestValidate(t *testing.T) {
	db := sql.OpenDB(&fake{})
	defer db.Close()
	for _, tt := range []struct {
		desc   string
		config sqlstore.Config
		faults []string
	}{
		{"right", sqlstore.Config{DB: db, Dialect: sqlstore.MySQL, Table: "web_sessions2"}, nil},
		{"empty", sqlstore.Config{}, []string{"DB is nil", "no such Dialect: 0"}},
		{"another dialect", sqlstore.Config{DB: db, Dialect: 9}, []string{"no such Dialect: 9"}},
		{"injected", sqlstore.Config{DB: db, Dialect: sqlstore.SQLite, Table: "a; DROP TABLE b"}, []string{`Table "a; DROP TABLE b"`}},
		{"quoted", sqlstore.Config{DB: db, Dialect: sqlstore.SQLite, Table: "`a`"}, []string{"Table"}},
		{"a line end", sqlstore.Config{DB: db, Dialect: sqlstore.SQLite, Table: "a\n"}, []string{"Table"}},
	} {
		t.Run(tt.desc, func(t *testing.T) {
			err := tt.config.Validate()
			if (err == nil) != (tt.faults == nil) {
				t.Fatalf("got %v, want %q", err, tt.faults)
			}
			for _, fault := range tt.faults {
				if !strings.Contains(err.Error(), fault) {
					t.Errorf("got %q, want %q in it", err, fault)
				}
			}
			if err != nil {
				defer func() {
					if p, ok := recover().(string); !ok || !strings.HasPrefix(p, "sqlstore: ") {
						t.Errorf("New: got panic %v", p)
					}
				}()
				sqlstore.New(tt.config)
			}
		})
	}
}

func ExampleStore_Schema() {
	db := sql.OpenDB(&fake{}) // sql.Open("pgx", ...)
	defer db.Close()
	store := sqlstore.New(sqlstore.Config{DB: db, Dialect: sqlstore.PostgreSQL, Table: "app_sessions"})
	fmt.Print(store.Schema())
	// Output:
	// CREATE TABLE IF NOT EXISTS app_sessions (
	// 	id      BYTEA  NOT NULL PRIMARY KEY,
	// 	version BIGINT NOT NULL,
	// 	expires BIGINT NOT NULL, -- milliseconds since 1970
	// 	data    BYTEA  NOT NULL
	// );
	// CREATE INDEX IF NOT EXISTS app_sessions_expires ON app_sessions (expires);
}
