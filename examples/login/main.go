// Login is a notice board for people who have an account: with a form to log in,
// roles, messages that are shown once, and sessions that several processes share and
// that a user sees and can end one by one.
//
//	login [-db FILE] [-redis ADDR] [-dev] [ADDR...]
//
// Accounts and notices are in a SQLite file; so are the sessions or, with -redis,
// in Redis. Each ADDR is the address of a listener, as for adapters.Serve. Alice,
// password wonderland, may remove notices; bob, password builder, may not.
//
// Browsers accept the cookie over TLS only. For a try without it there is -dev:
//
//	login -dev http://127.0.0.1:8080
package main

import (
	"context"
	"flag"
	"log"

	"github.com/gangplank-web/gangplank/adapters"
)

func main() {
	var cfg config
	flag.StringVar(&cfg.file, "db", "login.db", "`FILE` of the SQLite database")
	flag.StringVar(&cfg.redis, "redis", "", "`ADDR` of the Redis that keeps the sessions, instead of the database")
	flag.BoolVar(&cfg.dev, "dev", false, "let browsers log in without TLS")
	// Started as CGI, the arguments are the client's: a query without "=" arrives there.
	if !adapters.IsCGI() {
		flag.Parse()
	}
	h, err := cfg.handler(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(adapters.Main(h, flag.Args()...))
}
