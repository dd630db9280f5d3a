//go:build linux

package servertest

import (
	"fmt"
	"path/filepath"
	"strings"
)

// FCGIDAuthorizer lets mod_fcgid start program, with GANGPLANK_AUTHORIZER in its
// environment, and ask it in each of its three roles about files of htdocs:
// below /private who sends the request and whether he may, below /acl whether
// the request may pass at all. The client is told as X-Level which variable the
// program has left for whoever serves the file.
func (a *Apache) FCGIDAuthorizer(program string) {
	// mod_auth_basic must not be loaded: its hook would come first.
	a.use(strings.NewReplacer("@PROGRAM@", program, "@PROGRAMS@", filepath.Dir(program)).Replace(`FcgidIPCDir @DIR@/fcgid
FcgidProcessTableFile @DIR@/fcgid_shm
FcgidInitialEnv GANGPLANK_AUTHORIZER 1
FcgidMinProcessesPerClass 0
<Directory @PROGRAMS@>
  Require all granted
  Options +ExecCGI
</Directory>
<Directory @DIR@/htdocs/private>
  FcgidAuthenticator @PROGRAM@
  FcgidAuthorizer @PROGRAM@
  AuthType Basic
  AuthName files
  Require valid-user
</Directory>
<Directory @DIR@/htdocs/acl>
  FcgidAccessChecker @PROGRAM@
  Require all granted
</Directory>
Header set X-Level expr=%{reqenv:LEVEL}
`), "fcgid", "authn_core", "authz_user", "headers")
}

// FCGIAuthorizer lets mod_authnz_fcgi ask the authorizer that listens on the
// address (TCP only; a connection for each request) who sends a request for the
// files of htdocs below /private, and whether he may.
func (a *Apache) FCGIAuthorizer(addr string) {
	a.use(fmt.Sprintf(`AuthnzFcgiDefineProvider authnz Ours fcgi://%s/
<Location /private>
  AuthType Basic
  AuthName files
  AuthBasicProvider Ours
  Require Ours
</Location>
Header set X-Level expr=%%{reqenv:LEVEL}
`, addr), "auth_basic", "authn_core", "authz_user", "authnz_fcgi", "headers")
}
