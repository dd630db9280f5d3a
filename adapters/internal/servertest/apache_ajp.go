//go:build linux

package servertest

// AJPSecret is what Apache sends with each request of its gateways for AJP.
const AJPSecret = "between-us"

// ProxyAJP proxies what is below mount to a socket that speaks AJP, over kept
// connections, the path as it came in. A CPING goes before each request on one
// that was used before.
func (a *Apache) ProxyAJP(mount, socket string) {
	a.proxy(mount, "ajp", socket, "secret="+AJPSecret+" ping=1 nocanon", "")
}

// ProxyAJPLarge is ProxyAJP with the largest packets that there are, 64 KiB.
func (a *Apache) ProxyAJPLarge(mount, socket string) {
	a.use("ProxyIOBufferSize 65536\n")
	a.ProxyAJP(mount, socket)
}
