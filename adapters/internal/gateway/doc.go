// Package gateway turns the variables of a CGI-like protocol (CGI, FastCGI,
// SCGI, uwsgi) into the request that net/http's server would have given for the
// same bytes from the client.
//
// What the front server says is used in this order of trust:
//
//   - REQUEST_URI is the one variable that every server passes on untouched, so
//     the path and the query come from it. SCRIPT_NAME and PATH_INFO only say
//     where the application is mounted; see mount.go.
//   - Facts about the connection (REMOTE_ADDR, HTTPS, SSL_*) are believed: the
//     peer is the front server.
//   - REMOTE_USER is not: nginx's stock parameters fill it from an unchecked
//     Basic header. See [Request.RemoteUser].
//   - HTTP_* came from the client and is checked as net/http checks header
//     fields.
//
// What particular servers get wrong is repaired by the table in quirks.go.
package gateway
