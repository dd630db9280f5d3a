// The floor of a CGI program in Go: it looks at nothing and links no package but os. What it costs is fork, exec and the runtime.
package main

import "os"

func main() {
	os.Stdout.WriteString("Status: 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello world")
}
