// Package redisstore keeps sessions in Redis, 6.2 or later, or Valkey. It is a
// module of its own and imports go-redis and the standard library only.
//
//	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:6379"})
//	store := redisstore.New(redisstore.Config{Client: client})
//	h := session.New(session.Config{Store: store, ...})(mux)
//
// A session is one string: eight bytes of version, then the data. Loading is a
// GET. Saving is a script, which compares the version and sets data and expiry in
// one step; it has one key, so that it runs in a cluster as well. Redis removes
// what has expired by itself.
//
// A call that go-redis repeats, because the connection broke before the answer
// came, does no harm: the script knows its own version.
//
// Not protected: Redis answers before a change is on its disk or at its
// replicas. After a crash, or a failover, the last seconds are lost, and with
// them the log-outs of these seconds; with "appendfsync always", and without
// failover, nothing is. With an eviction policy other than "noeviction" or
// "volatile-ttl" sessions that are in use may go when memory is short. Clients
// that read from replicas (ReadOnly, RouteByLatency) may load what is old, and
// saving that is a conflict.
package redisstore
