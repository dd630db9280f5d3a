package backend

import (
	"net"
	"net/http"

	"github.com/gangplank-web/gangplank/adapters/ajp"
	"github.com/gangplank-web/gangplank/bench/internal/wire"
)

// AJP is our server for AJP. It is not one of All: nginx, which those are also
// measured behind, does not speak it.
var AJP = Backend{"ajp-gangplank", wire.AJP, serveAJP}

func serveAJP(l net.Listener, h http.Handler) error { return (&ajp.Server{Handler: h}).Serve(l) }
