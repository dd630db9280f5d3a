package storetest

import (
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/gangplank-web/gangplank/middleware/session/sqlstore"
)

var sqlite = database{
	driver:  "sqlite",
	dialect: sqlstore.SQLite,
	source: func(t *testing.T) string {
		return "file:" + filepath.Join(t.TempDir(), "app.db") + "?_pragma=busy_timeout(60000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"
	},
}

func TestSQLite(t *testing.T) { sqlite.test(t) }
