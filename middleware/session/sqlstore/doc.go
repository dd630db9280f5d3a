// Package sqlstore keeps sessions in a table of SQLite, PostgreSQL, MySQL or
// MariaDB, through database/sql. It imports no driver: the program does.
//
//	db, err := sql.Open("pgx", dsn)
//	...
//	store := sqlstore.New(sqlstore.Config{DB: db, Dialect: sqlstore.PostgreSQL})
//	if err := store.CreateTable(ctx); err != nil { ... }
//	h := session.New(session.Config{Store: store, ...})(mux)
//
// Every call is one statement, and each is right by itself: versions are
// compared where the row is locked. So there are no transactions, connections
// are not kept, and a pool such as PgBouncer may stand between. Only storing in
// the place of what has expired takes three. A statement that the database has
// undone because of a deadlock is said again.
//
// # What the database must be told
//
// SQLite, when several connections or processes use one file: wait for the
// lock instead of failing, and let readers read meanwhile. With
// modernc.org/sqlite that is
// "file:app.db?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)".
// A session that was saved so survives the end of the process, in every manner; a
// power failure only with synchronous(FULL).
//
// MySQL: interpolateParams=true in the data source name of
// github.com/go-sql-driver/mysql saves two round trips of three; a session may
// have as many bytes as max_allowed_packet.
//
// PostgreSQL: nothing, if default_transaction_isolation is "read committed", as
// it is by default. Above it, requests that change one session at once make the
// database undo so much that calls may fail.
//
// # What has expired
//
// is not returned any more, and is removed bit by bit: one Save in
// [Config.CollectEvery], by chance, removes up to a hundred rows. No goroutine
// is needed, and it works for programs that live for one request. Collect
// removes all. The time is that of the program, not of the database: the clocks
// of the machines that share a table must agree.
package sqlstore
