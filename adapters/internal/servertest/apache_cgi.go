//go:build linux

package servertest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// CGI runs program for each request below mount: by mod_cgid, or by mod_cgi
// with the prefork MPM.
func (a *Apache) CGI(mount, program string) {
	a.script(mount, program, "cgi-script")
	a.cgi()
}

// FCGID lets mod_fcgid start program when it is needed and stop it again.
// Uploads have no limit but FcgidMaxRequestLen (128 KiB by default), and each
// record is passed on at once (by default 64 KiB are held back).
func (a *Apache) FCGID(mount, program string) {
	a.script(mount, program, "fcgid-script")
	a.use(`FcgidIPCDir @DIR@/fcgid
FcgidProcessTableFile @DIR@/fcgid_shm
FcgidMaxRequestLen 1073741824
FcgidOutputBufferSize 0
FcgidMinProcessesPerClass 0
FcgidMaxProcessesPerClass 4
`, "fcgid")
}

// FrontController is what shared hosting offers: a CGI program in the document
// root, and an .htaccess that sends it every path that is not a file.
func (a *Apache) FrontController(program string) {
	a.cgi()
	a.use("<Directory @DIR@/htdocs>\n  AllowOverride All\n</Directory>\n", "rewrite")
	a.place = append(a.place, func(htdocs string) error {
		return errors.Join(
			os.Symlink(program, filepath.Join(htdocs, "front.cgi")),
			os.WriteFile(filepath.Join(htdocs, ".htaccess"), []byte(htaccess), 0o644))
	})
}

const htaccess = `Options +ExecCGI
AddHandler cgi-script .cgi
RewriteEngine On
RewriteCond %{REQUEST_FILENAME} !-f
RewriteRule ^(.*)$ front.cgi/$1 [L]
`

func (a *Apache) cgi() {
	if a.Prefork {
		a.use("", "cgi")
		return
	}
	a.use("ScriptSock @DIR@/cgisock\n", "cgid")
}

func (a *Apache) script(mount, program, handler string) {
	a.use(fmt.Sprintf(`ScriptAlias %s %s
<Directory %s>
  Require all granted
  Options +ExecCGI
  SetHandler %s
</Directory>
`, mount, target(mount, program), filepath.Dir(program), handler), "alias")
}
