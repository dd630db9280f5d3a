// Package listen turns listener addresses into listening sockets.
//
//	scheme[+network]:target[?option=value&option=value...]
//
//	http://127.0.0.1:8080                      tcp, the default network; tcp4 and tcp6 as well
//	fastcgi+unix:/run/app.sock?mode=0660       a socket file; unix:///run/app.sock is the same
//	scgi+unix:@app                             an abstract socket (Linux only)
//	fastcgi+fd://0                             a listening socket inherited as a descriptor
//	http+systemd://web                         the sockets of that name (FileDescriptorName=) from systemd
//	http+systemd:                              all sockets from systemd that no other address took
//
// The schemes come from the caller: nothing here knows a protocol. Target, names and values may be percent-encoded; a
// plus sign stands for itself, because base64 secrets contain it.
//
// Options of every listener, where they mean something:
//
//	mode=0660 owner=app group=www-data    the socket file; owner and group are names or numbers
//	allow=10.0.0.0/8,::1                  addresses that may connect to a gateway; a socket file has its mode instead
//	dangerously-allow-any-peer=1          a gateway that anybody may reach
//
// All others belong to the protocol, which claims them from [Address.Options]; what nobody claims is an error.
//
// Whoever can connect to a gateway (FastCGI, SCGI, uwsgi, AJP) is believed what it says about the client: its address, its
// certificate. So a gateway on a TCP address that is not loopback is refused unless the address says who may connect
// (Ghostcat, CVE-2020-1938, was an AJP port on all interfaces). Abstract sockets have no permissions: like a loopback port
// they are open to each user of the machine, or rather of its network namespace, and to nobody else. So like a loopback
// port they need no allow=.
package listen
