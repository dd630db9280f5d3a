package sqlstore

import (
	"regexp"
	"strconv"
	"strings"
)

// Dialect is a database's manner of speaking SQL.
type Dialect int

const (
	SQLite     Dialect = iota + 1 // 3.24 (2018) and later
	PostgreSQL                    // 9.5 and later
	MySQL                         // 5.7 and later; MariaDB 10.2 and later
)

func (d Dialect) String() string {
	if s, ok := dialects[d]; ok {
		return s.name
	}
	return "Dialect(" + strconv.Itoa(int(d)) + ")"
}

// dialect is in what they differ. In statements @ is the table, and $1 and so on
// are parameters.
type dialect struct {
	name      string
	parameter func(n string) string
	create    string // stores a session where there is no row
	schema    []string
}

const createOrNothing = `INSERT INTO @ (id, version, expires, data) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`

// Keys and data are bytes: a text column would compare by a collation, to which
// "a" and "A" may be the same, and "a" and "a " often are.
var dialects = map[Dialect]dialect{
	SQLite: {
		name:      "SQLite",
		parameter: func(n string) string { return "?" + n },
		create:    createOrNothing,
		schema: []string{
			`CREATE TABLE IF NOT EXISTS @ (
	id      BLOB    NOT NULL PRIMARY KEY,
	version INTEGER NOT NULL,
	expires INTEGER NOT NULL, -- milliseconds since 1970
	data    BLOB    NOT NULL
)`,
			`CREATE INDEX IF NOT EXISTS @_expires ON @ (expires)`,
		},
	},
	PostgreSQL: {
		name:      "PostgreSQL",
		parameter: func(n string) string { return "$" + n },
		create:    createOrNothing,
		schema: []string{
			`CREATE TABLE IF NOT EXISTS @ (
	id      BYTEA  NOT NULL PRIMARY KEY,
	version BIGINT NOT NULL,
	expires BIGINT NOT NULL, -- milliseconds since 1970
	data    BYTEA  NOT NULL
)`,
			`CREATE INDEX IF NOT EXISTS @_expires ON @ (expires)`,
		},
	},
	MySQL: {
		name:      "MySQL",
		parameter: func(string) string { return "?" },
		// Of ON DUPLICATE KEY UPDATE the rows affected would be counted by
		// the connection's clientFoundRows; of IGNORE they are not. What else
		// it ignores, values too long for their column, is not sent.
		create: `INSERT IGNORE INTO @ (id, version, expires, data) VALUES ($1, $2, $3, $4)`,
		schema: []string{
			`CREATE TABLE IF NOT EXISTS @ (
	id      VARBINARY(256) NOT NULL PRIMARY KEY,
	version BIGINT         NOT NULL,
	expires BIGINT         NOT NULL, -- milliseconds since 1970
	data    LONGBLOB       NOT NULL,
	INDEX @_expires (expires)
) ENGINE=InnoDB`,
		},
	},
}

// statements are what a store says, in its dialect.
type statements struct {
	load, create, expire, update, remove, find string
	schema                                     []string
}

// The parameters stand in the order of their numbers: MySQL has no numbers.
func (d dialect) statements(table string) statements {
	say := func(text string) string { return d.say(text, table) }
	s := statements{
		load:   say(`SELECT version, data FROM @ WHERE id = $1 AND expires > $2`),
		create: say(d.create),
		expire: say(`DELETE FROM @ WHERE id = $1 AND expires <= $2`),
		update: say(`UPDATE @ SET version = $1, expires = $2, data = $3 WHERE id = $4 AND version = $5 AND expires > $6`),
		remove: say(`DELETE FROM @ WHERE id = $1`),
		find:   say(`SELECT id FROM @ WHERE expires <= $1 LIMIT ` + strconv.Itoa(batch)),
	}
	for _, text := range d.schema {
		s.schema = append(s.schema, say(text))
	}
	return s
}

// clear removes n sessions that have expired, given the time and their keys. A
// session that was stored anew meanwhile must not go, hence the time again. The
// sum keeps MySQL from finding rows by the index of expires: it would lock those
// before the rows, and everybody else does the opposite.
func (d dialect) clear(table string, n int) string {
	var b strings.Builder
	b.WriteString("DELETE FROM @ WHERE expires + 0 <= $1 AND id IN (")
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+2))
	}
	b.WriteString(")")
	return d.say(b.String(), table)
}

var parameter = regexp.MustCompile(`\$\d+`)

// say returns a statement in the dialect.
func (d dialect) say(text, table string) string {
	text = parameter.ReplaceAllStringFunc(text, func(p string) string { return d.parameter(p[1:]) })
	return strings.ReplaceAll(text, "@", table)
}
