package main

// A budget is a promise about one benchmark: its value, or with a base the quotient of its value and the base's, is at most accept; goal is what
// to aim for.
type budget struct {
	what         string
	name, unit   string
	base         string
	accept, goal float64
}

const (
	ours     = "ServerKept/server=fastcgi-gangplank"
	largeOne = "ServerLarge/write=1MiB/server=fastcgi-"
	large32  = "ServerLarge/write=32KiB/server=fastcgi-"
	static   = "Router/route=static/router="
	param    = "Router/route=param/router="
	five     = "MiddlewareFive/router="
	ten      = "MiddlewareTen/router="
	cookie   = "gangplank-cookie-attached"
	small    = "Compress/payload=json-100/accept=gzip/router="
)

var budgets = []budget{
	{"FastCGI small GET: time, x net/http", ours, "ns/op", "ServerKept/server=http-net-http", 1, 0.8},
	{"FastCGI small GET: processor time of both ends, x net/http", ours, "cpu-ns/op", "ServerKept/server=http-net-http", 1, 0.8},
	{"FastCGI small GET: allocations", ours, "allocs/op", "", 14, 10},
	{"FastCGI small GET: bytes allocated", ours, "B/op", "", 3000, 3000},
	{"FastCGI small GET: reads", ours, "reads/op", "", 1, 1},
	{"FastCGI small GET: writes", ours, "writes/op", "", 1, 1},
	{"FastCGI 1 MiB, one write: time, x net/http/fcgi", largeOne + "gangplank", "ns/op", largeOne + "net-http-fcgi", 1 / 1.3, 0.5},
	{"FastCGI 1 MiB, 32 KiB writes: time, x net/http/fcgi", large32 + "gangplank", "ns/op", large32 + "net-http-fcgi", 1 / 1.3, 0.5},
	{"FastCGI 10 000 idle connections: MB", "ServerIdle/server=fastcgi-gangplank", "MB", "", 80, 40},
	{"SCGI small GET: time, x FastCGI with a connection each", "ServerOnce/server=scgi-gangplank", "ns/op", "ServerOnce/server=fastcgi-gangplank", 1.1, 1},
	{"SCGI small GET: allocations, x FastCGI", "ServerOnce/server=scgi-gangplank", "allocs/op", "ServerOnce/server=fastcgi-gangplank", 1.1, 1},
	{"uwsgi small GET: time, x FastCGI with a connection each", "ServerOnce/server=uwsgi-gangplank", "ns/op", "ServerOnce/server=fastcgi-gangplank", 1.1, 1},
	{"uwsgi small GET: allocations, x FastCGI", "ServerOnce/server=uwsgi-gangplank", "allocs/op", "ServerOnce/server=fastcgi-gangplank", 1.1, 1},
	{"AJP small GET: time, x FastCGI, both kept", "AJP/small/server=ajp-gangplank", "ns/op", "AJP/small/server=fastcgi-gangplank", 1.1, 1},
	{"AJP small GET: allocations, x FastCGI", "AJP/small/server=ajp-gangplank", "allocs/op", "AJP/small/server=fastcgi-gangplank", 1.1, 1},
	{"Router, static: time, x chi", static + "gangplank", "ns/op", static + "chi", 1.5, 1.2},
	{"Router, static, attached: time, x chi", static + "gangplank-attached", "ns/op", static + "chi", 0.75, 0.5},
	{"Router, one parameter: time, x chi", param + "gangplank", "ns/op", param + "chi", 1.5, 1.2},
	{"Router, one parameter, attached: time, x chi", param + "gangplank-attached", "ns/op", param + "chi", 0.75, 0.5},
	{"Five middlewares: time, x gin", five + "gangplank", "ns/op", five + "gin", 0.75, 0.6},
	{"Five middlewares, attached: time, x gin", five + "gangplank-attached", "ns/op", five + "gin", 0.75, 0.6},
	{"Five middlewares, LogJSON: time, x gin", five + "gangplank-logjson", "ns/op", five + "gin", 0.75, 0.6},
	{"Five middlewares, LogJSON, attached: time, x gin", five + "gangplank-logjson-attached", "ns/op", five + "gin", 0.75, 0.6},
	{"Five middlewares: allocations", five + "gangplank", "allocs/op", "", 10, 8},
	{"Ten middlewares: ns", ten + "gangplank", "ns/op", "", 6000, 4000},
	{"Ten middlewares: time, x chi and others", ten + "gangplank", "ns/op", ten + "chi", 0.3, 0.2},
	{"Ten middlewares: allocations", ten + "gangplank", "allocs/op", "", 25, 18},
	{"Ten middlewares with Timeout: time, x chi and others", ten + "gangplank-timeout", "ns/op", ten + "chi", 0.3, 0.2},
	{"Session untouched: allocations", "Session/use=untouched/peer=" + cookie, "allocs/op", "", 0, 0},
	{"Session read: ns", "Session/use=read/peer=" + cookie, "ns/op", "", 3000, 2000},
	{"Session read: allocations", "Session/use=read/peer=" + cookie, "allocs/op", "", 12, 12},
	{"Session read and written: ns", "Session/use=read-and-write/peer=" + cookie, "ns/op", "", 6000, 4000},
	{"100 bytes of JSON past gzip: time, x gzhttp", small + "gangplank", "ns/op", small + "gzhttp", 1, 1},
	{"100 bytes of JSON past gzip, attached: time, x gzhttp", small + "gangplank-attached", "ns/op", small + "gzhttp", 1, 1},
	{"20 kB of HTML with gzip: time, x gzhttp", "Compress/payload=html-20k/accept=gzip/router=gangplank", "ns/op", "Compress/payload=html-20k/accept=gzip/router=gzhttp", 1, 1},
	{"40 layers that pass on: ns each", "Chain/layer=plain/layers=40", "ns/layer", "", 15, 15},
	{"Static file of 2 kB: time, x http.FileServer", "Static/file=2k.html/server=gangplank", "ns/op", "Static/file=2k.html/server=net-http", 1, 0.8},
	{"Static file of 20 kB: time, x http.FileServer", "Static/file=20k.html/server=gangplank", "ns/op", "Static/file=20k.html/server=net-http", 1, 0.8},
	{"Static file, compressed before: time, x gzhttp", "StaticGzip/server=gangplank", "ns/op", "StaticGzip/server=live-gzhttp", 0.2, 0.1},
	{"CGI hello: time, x net/http/cgi", "CGI/program=gangplank", "ns/op", "CGI/program=net-http-cgi", 1.1, 1},
	{"CGI hello: processor time, x net/http/cgi", "CGI/program=gangplank", "cpu-ns/op", "CGI/program=net-http-cgi", 1.1, 1},
}
