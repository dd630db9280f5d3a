package fastcgi

import "fmt"

// What front servers send.

func beginBytes(id uint16, role role, keep bool) []byte {
	body := [8]byte{byte(role >> 8), byte(role)}
	if keep {
		body[2] = flagKeepConn
	}
	return append(appendHeader(nil, typeBeginRequest, id, beginLen), body[:]...)
}

// getParams are what nginx sends for a browser's GET.
var getParams = []pair{
	{"QUERY_STRING", "lang=en"},
	{"REQUEST_METHOD", "GET"},
	{"CONTENT_TYPE", ""},
	{"CONTENT_LENGTH", ""},
	{"SCRIPT_NAME", "/hello"},
	{"REQUEST_URI", "/hello?lang=en"},
	{"DOCUMENT_URI", "/hello"},
	{"DOCUMENT_ROOT", "/usr/share/nginx/html"},
	{"SERVER_PROTOCOL", "HTTP/1.1"},
	{"REQUEST_SCHEME", "http"},
	{"GATEWAY_INTERFACE", "CGI/1.1"},
	{"SERVER_SOFTWARE", "nginx/1.22.1"},
	{"REMOTE_ADDR", "192.0.2.7"},
	{"REMOTE_PORT", "51234"},
	{"SERVER_ADDR", "192.0.2.1"},
	{"SERVER_PORT", "80"},
	{"SERVER_NAME", "www.example.com"},
	{"REDIRECT_STATUS", "200"},
	{"HTTP_HOST", "www.example.com"},
	{"HTTP_USER_AGENT", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
	{"HTTP_ACCEPT", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
	{"HTTP_ACCEPT_LANGUAGE", "en-US,en;q=0.5"},
	{"HTTP_ACCEPT_ENCODING", "gzip, deflate, br"},
	{"HTTP_COOKIE", "theme=dark; visits=12"},
}

// with returns params with some replaced or added.
func with(params []pair, more ...pair) []pair {
	params = append([]pair(nil), params...)
next:
	for _, m := range more {
		for i := range params {
			if params[i].name == m.name {
				params[i] = m
				continue next
			}
		}
		params = append(params, m)
	}
	return params
}

// headBytes is a request up to the end of its parameters.
func headBytes(id uint16, role role, keep bool, params []pair) []byte {
	b := appendStream(beginBytes(id, role, keep), typeParams, id, encodePairs(params))
	return appendHeader(b, typeParams, id, 0)
}

// get is a whole GET request on a kept connection.
func get(path string) []byte {
	b := headBytes(1, roleResponder, true, with(getParams, pair{"REQUEST_URI", path}, pair{"SCRIPT_NAME", ""}))
	return appendHeader(b, typeStdin, 1, 0)
}

// postParams are for a body whose length is announced, or not if that is < 0.
func postParams(length int) []pair {
	value := ""
	if length >= 0 {
		value = fmt.Sprint(length)
	}
	return with(getParams, pair{"REQUEST_METHOD", "POST"}, pair{"REQUEST_URI", "/"}, pair{"SCRIPT_NAME", ""}, pair{"CONTENT_LENGTH", value})
}

func post(body string) []byte {
	b := headBytes(1, roleResponder, true, postParams(len(body)))
	b = appendStream(b, typeStdin, 1, []byte(body))
	return appendHeader(b, typeStdin, 1, 0)
}
