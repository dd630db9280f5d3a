// Package storetest runs the suite of sessiontest against the databases
// themselves: SQLite in the process, and PostgreSQL, MariaDB and Redis that the
// tests start in a temporary folder, on a unix socket, and stop. It is a module
// of its own because drivers are no dependencies of the library.
package storetest
