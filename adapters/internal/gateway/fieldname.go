package gateway

// fieldName gives the canonical name of the header field in variable HTTP_name,
// or "" when that cannot have come from a header field.
//
// A front server turns a field's "-" into "_" and its letters into capitals.
// Some turn every other odd character into "_" too, so that X-Remote-User,
// X_Remote_User and X.Remote.User meet in one variable (lighttpd before 1.4.83,
// PHP; Caddy's GHSA-f59h-q822-g45g): that cannot be seen here, and is why no
// identity is taken from such a field without a trust setting. But what still
// holds a "-" or a small letter was not made by that rule, and would only
// collide with a name that was: it is no header field. A dot and its like stay
// in the name, as they do in net/http, and meet no other field.
func fieldName(name string) string {
	if known := commonFieldName(name); known != "" {
		return known
	}
	if name == "" {
		return ""
	}
	for i := 0; i < len(name); i++ {
		if !foldedTokenByte(name[i]) {
			return ""
		}
	}
	return canonical(name)
}

// foldedTokenByte reports whether a folded field name may hold c: the
// characters of a token (RFC 9110, section 5.6.2) less "-" and small letters.
func foldedTokenByte(c byte) bool {
	switch {
	case 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_':
		return true
	}
	switch c {
	case '!', '#', '$', '%', '&', '\'', '*', '+', '.', '^', '`', '|', '~':
		return true
	}
	return false
}

// canonical unfolds: "X_REAL_IP" to "X-Real-Ip", by the rule of
// textproto.CanonicalMIMEHeaderKey.
func canonical(name string) string {
	b := []byte(name)
	upper := true
	for i, c := range b {
		switch {
		case c == '_':
			b[i] = '-'
			upper = true
			continue
		case !upper && 'A' <= c && c <= 'Z':
			b[i] = c + 'a' - 'A'
		}
		upper = false
	}
	return string(b)
}

// commonFieldName spares the usual names an allocation each.
func commonFieldName(name string) string {
	switch name {
	case "ACCEPT":
		return "Accept"
	case "ACCEPT_CHARSET":
		return "Accept-Charset"
	case "ACCEPT_ENCODING":
		return "Accept-Encoding"
	case "ACCEPT_LANGUAGE":
		return "Accept-Language"
	case "ACCESS_CONTROL_REQUEST_HEADERS":
		return "Access-Control-Request-Headers"
	case "ACCESS_CONTROL_REQUEST_METHOD":
		return "Access-Control-Request-Method"
	case "AUTHORIZATION":
		return "Authorization"
	case "CACHE_CONTROL":
		return "Cache-Control"
	case "CONNECTION":
		return "Connection"
	case "CONTENT_ENCODING":
		return "Content-Encoding"
	case "COOKIE":
		return "Cookie"
	case "DNT":
		return "Dnt"
	case "EXPECT":
		return "Expect"
	case "FORWARDED":
		return "Forwarded"
	case "IF_MATCH":
		return "If-Match"
	case "IF_MODIFIED_SINCE":
		return "If-Modified-Since"
	case "IF_NONE_MATCH":
		return "If-None-Match"
	case "IF_RANGE":
		return "If-Range"
	case "IF_UNMODIFIED_SINCE":
		return "If-Unmodified-Since"
	case "KEEP_ALIVE":
		return "Keep-Alive"
	case "LAST_EVENT_ID":
		return "Last-Event-Id"
	case "ORIGIN":
		return "Origin"
	case "PRAGMA":
		return "Pragma"
	case "PRIORITY":
		return "Priority"
	case "RANGE":
		return "Range"
	case "REFERER":
		return "Referer"
	}
	return commonFieldNameX(name)
}

// commonFieldNameX has the rest of commonFieldName: S to Z.
func commonFieldNameX(name string) string {
	switch name {
	case "SEC_CH_UA":
		return "Sec-Ch-Ua"
	case "SEC_CH_UA_MOBILE":
		return "Sec-Ch-Ua-Mobile"
	case "SEC_CH_UA_PLATFORM":
		return "Sec-Ch-Ua-Platform"
	case "SEC_FETCH_DEST":
		return "Sec-Fetch-Dest"
	case "SEC_FETCH_MODE":
		return "Sec-Fetch-Mode"
	case "SEC_FETCH_SITE":
		return "Sec-Fetch-Site"
	case "SEC_FETCH_USER":
		return "Sec-Fetch-User"
	case "SEC_WEBSOCKET_EXTENSIONS":
		return "Sec-Websocket-Extensions"
	case "SEC_WEBSOCKET_KEY":
		return "Sec-Websocket-Key"
	case "SEC_WEBSOCKET_PROTOCOL":
		return "Sec-Websocket-Protocol"
	case "SEC_WEBSOCKET_VERSION":
		return "Sec-Websocket-Version"
	case "TE":
		return "Te"
	case "TRACEPARENT":
		return "Traceparent"
	case "UPGRADE":
		return "Upgrade"
	case "UPGRADE_INSECURE_REQUESTS":
		return "Upgrade-Insecure-Requests"
	case "USER_AGENT":
		return "User-Agent"
	case "VIA":
		return "Via"
	case "X_CSRF_TOKEN":
		return "X-Csrf-Token"
	case "X_FORWARDED_FOR":
		return "X-Forwarded-For"
	case "X_FORWARDED_HOST":
		return "X-Forwarded-Host"
	case "X_FORWARDED_PROTO":
		return "X-Forwarded-Proto"
	case "X_REAL_IP":
		return "X-Real-Ip"
	case "X_REQUEST_ID":
		return "X-Request-Id"
	case "X_REQUESTED_WITH":
		return "X-Requested-With"
	}
	return ""
}
