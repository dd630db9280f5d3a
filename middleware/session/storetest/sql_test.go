package storetest

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gangplank-web/gangplank/middleware/session"
	"github.com/gangplank-web/gangplank/middleware/session/sessiontest"
	"github.com/gangplank-web/gangplank/middleware/session/sqlstore"
)

var _ session.Store = (*sqlstore.Store)(nil)

// database is one of those that sqlstore speaks to.
type database struct {
	driver  string
	dialect sqlstore.Dialect
	source  func(t *testing.T) string // of one that has none of the tables
}

// A place is a data source and a table, in one string: for other processes.
const between = " | "

var tables atomic.Int64

// place names a table that is not there yet.
func (d database) place(t *testing.T) string {
	return d.source(t) + between + fmt.Sprintf("sessions_%d", tables.Add(1))
}

func (d database) open(t *testing.T, place string, every int) (*sqlstore.Store, *sql.DB, string) {
	t.Helper()
	source, table, _ := strings.Cut(place, between)
	db, err := sql.Open(d.driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxIdleConns(8)
	s := sqlstore.New(sqlstore.Config{DB: db, Dialect: d.dialect, Table: table, CollectEvery: every})
	if err := s.CreateTable(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, db, table
}

// test runs everything that is to be said of a database.
func (d database) test(t *testing.T) {
	t.Run("suite", func(t *testing.T) {
		sessiontest.Run(t, func(t *testing.T) sessiontest.Store {
			s, _, _ := d.open(t, d.place(t), 0)
			return s
		})
	})
	t.Run("collecting", func(t *testing.T) {
		sessiontest.Run(t, func(t *testing.T) sessiontest.Store {
			s, _, _ := d.open(t, d.place(t), 4)
			return s
		})
	})
	t.Run("processes", func(t *testing.T) {
		sessiontest.RunProcesses(t, d.place, func(t *testing.T, place string) sessiontest.Store {
			s, _, _ := d.open(t, place, 0)
			return s
		})
	})
	t.Run("middleware", func(t *testing.T) {
		testMiddleware(t, func(t *testing.T) session.Store {
			s, _, _ := d.open(t, d.place(t), 0)
			return s
		})
	})
	t.Run("rows", d.testRows)
	t.Run("long-key", d.testLongKey)
	t.Run("create-table", d.testCreateTable)
}

// Expired rows go, by Collect and by Save.
func (d database) testRows(t *testing.T) {
	for _, every := range []int{-1, 1} {
		place := d.place(t)
		fill, db, table := d.open(t, place, -1)
		const expired = 250 // more than one statement removes
		insert(t, db, d.dialect, table, expired)
		s, _, _ := d.open(t, place, every)
		if v, err := s.Save(t.Context(), "kept", nil, 0, time.Now().Add(time.Hour)); v == 0 || err != nil {
			t.Fatal(v, err)
		}
		want := map[int]int{-1: expired, 1: expired - 100}[every]
		if got := rows(t, db, table); got != want+1 {
			t.Errorf("CollectEvery %d: got %d rows, want %d", every, got, want+1)
		}
		if n, err := fill.Collect(t.Context()); n != want || err != nil {
			t.Errorf("Collect: got %d, %v, want %d", n, err, want)
		}
		if got := rows(t, db, table); got != 1 {
			t.Errorf("after Collect: got %d rows, want 1", got)
		}
	}
}

// insert inserts rows that have expired, faster than Save.
func insert(t *testing.T, db *sql.DB, d sqlstore.Dialect, table string, n int) {
	t.Helper()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	parameter := "?"
	if d == sqlstore.PostgreSQL {
		parameter = "$1"
	}
	for i := range n {
		_, err := tx.Exec("INSERT INTO "+table+" (id, version, expires, data) VALUES ("+parameter+", 1, 1, "+parameter+")",
			arguments(d, fmt.Appendf(nil, "expired-%d", i))...)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// arguments returns key once where parameters have numbers, else twice.
func arguments(d sqlstore.Dialect, key []byte) []any {
	if d == sqlstore.PostgreSQL {
		return []any{key}
	}
	return []any{key, key}
}

func rows(t *testing.T, db *sql.DB, table string) (n int) {
	t.Helper()
	if err := db.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A key that the column would cut is refused, also by a lenient MySQL.
func (d database) testLongKey(t *testing.T) {
	s, db, table := d.open(t, d.place(t), -1)
	key := strings.Repeat("k", 257)
	if v, err := s.Save(t.Context(), key, nil, 0, time.Now().Add(time.Hour)); v != 0 || err == nil {
		t.Errorf("Save: got version %d, %v, want an error", v, err)
	}
	if _, v, err := s.Load(t.Context(), key); v != 0 || err == nil {
		t.Errorf("Load: got version %d, %v, want an error", v, err)
	}
	if err := s.Delete(t.Context(), key); err == nil {
		t.Error("Delete: got no error")
	}
	if n := rows(t, db, table); n != 0 {
		t.Errorf("got %d rows, want none", n)
	}
}

// All processes make the table when they start; also a table that has sessions.
func (d database) testCreateTable(t *testing.T) {
	for range 5 {
		place := d.place(t)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				s, err := sql.Open(d.driver, strings.Split(place, between)[0])
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				store := sqlstore.New(sqlstore.Config{DB: s, Dialect: d.dialect, Table: strings.Split(place, between)[1]})
				if err := store.CreateTable(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
}
