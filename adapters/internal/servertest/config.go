//go:build linux

package servertest

// Config adds directives as they are, and loads the modules that they need:
// for a whole file of configuration that is under test.
func (a *Apache) Config(directives string, modules ...string) { a.use(directives, modules...) }

// Config adds directives of the server block as they are.
func (n *Nginx) Config(directives string) { n.server.WriteString(directives) }

// ConfigHTTP adds directives of the http block as they are: upstreams, and
// servers, of which the first at @PORT@ answers.
func (n *Nginx) ConfigHTTP(directives string) { n.http.WriteString(directives) }

// Config adds directives as they are.
func (l *Lighttpd) Config(directives string) { l.config.WriteString(directives) }
