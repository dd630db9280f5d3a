package sqlstore

import (
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
)

// Config says where sessions are kept.
type Config struct {
	// DB is the database. The store does not close it.
	DB *sql.DB

	// Dialect is the SQL that DB understands. There is no default.
	Dialect Dialect

	// Table is the table's name: letters, digits and underscores. It is looked
	// for where the connection looks (search_path, the current database).
	// Default "sessions".
	Table string

	// CollectEvery is how many Saves there are, on average, to one that removes
	// expired sessions. Default 100; negative means never: then call Collect.
	CollectEvery int

	// Logger is told when a Save cannot remove expired sessions. Default
	// slog.Default().
	Logger *slog.Logger
}

var tableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,49}$`)

// Validate reports everything that is wrong with c.
func (c Config) Validate() error {
	var errs []error
	if c.DB == nil {
		errs = append(errs, errors.New("no database: DB is nil"))
	}
	if _, ok := dialects[c.Dialect]; !ok {
		errs = append(errs, fmt.Errorf("no such Dialect: %d", c.Dialect))
	}
	// The name becomes part of statements: it must not be able to end one.
	if c.Table != "" && !tableName.MatchString(c.Table) {
		errs = append(errs, fmt.Errorf("not the name of a table: Table %q (letters, digits and underscores, at most 50)", c.Table))
	}
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	if err := c.Validate(); err != nil {
		panic("sqlstore: " + err.Error())
	}
	if c.Table == "" {
		c.Table = "sessions"
	}
	if c.CollectEvery == 0 {
		c.CollectEvery = 100
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c
}
