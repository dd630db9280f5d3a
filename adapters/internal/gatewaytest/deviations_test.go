//go:build linux

package gatewaytest_test

import "github.com/gangplank-web/gangplank/adapters/adaptertest"

// deviation is how the gateways whose names match differ from net/http alone.
type deviation struct {
	gateways    string // a pattern of path.Match
	differences []adaptertest.Difference
	except      map[string]string
}

// deviations are what the front servers of Debian 12 do, with servertest's
// configurations. `make exceptions` names those that none of their gateways needs: where
// only the moment decides, that can be one which another run needs.
var deviations = []deviation{
	// What the protocols do not carry.
	{gateways: "*-cgi*", differences: cgiDifferences, except: cgiExcept},
	{gateways: "apache-htaccess", differences: cgiDifferences, except: cgiExcept},
	{gateways: "*-f*cgi*", differences: fastcgiDifferences},
	{gateways: "*-ajp", differences: fastcgiDifferences},
	{gateways: "*-scgi*", differences: onceDifferences},
	{gateways: "*-uwsgi*", differences: onceDifferences},
	{gateways: "*-http", differences: []adaptertest.Difference{adaptertest.NoRemotePort, adaptertest.FrontRewritesFields}},

	// The servers.
	{gateways: "apache-*", differences: []adaptertest.Difference{
		adaptertest.FrontRefusesSlash, adaptertest.FrontRefusesNUL, adaptertest.FrontLimitsHead,
		adaptertest.FrontRewritesFields, adaptertest.JoinedFields, adaptertest.NoAbort,
	}},
	{gateways: "lighttpd-*", differences: []adaptertest.Difference{
		adaptertest.FrontRewritesHost, adaptertest.FrontRefusesNUL, adaptertest.FrontRefusesMethods, adaptertest.FrontRewritesFields,
		adaptertest.FrontLimitsHead, adaptertest.FrontBuffersBody, adaptertest.FrontDropsLength, adaptertest.NoAbort,
		adaptertest.BrokenAnswerNotSignalled, // when it reads the end together with the last bytes
	}},
	{gateways: "nginx-*", differences: []adaptertest.Difference{
		adaptertest.FrontRewritesHost, adaptertest.FrontRefusesNUL, adaptertest.FrontRefusesMethods,
		adaptertest.FrontLimitsHead, adaptertest.FrontStopsBody, // also of a body that it has buffered
		adaptertest.FrontRetries,
		adaptertest.FrontMeasuresBody,
	}},

	// Their modules.
	{gateways: "apache-[chp]*", differences: []adaptertest.Difference{adaptertest.FrontDropsLength, adaptertest.FrontJoinsAnswerFields}},
	{gateways: "apache-[ch][gt]*", differences: []adaptertest.Difference{adaptertest.FrontActsOnLocation, adaptertest.FrontReadsBodyFirst}},
	{gateways: "apache-htaccess", except: map[string]string{
		"path/percent":       "mod_rewrite decodes, and takes the percent sign for a bad encoding",
		"path/question-mark": "mod_rewrite refuses an encoded question mark",
	}},
	{gateways: "apache-fcgid", differences: []adaptertest.Difference{
		adaptertest.FrontBuffersBody, adaptertest.FrontBuffersAnswer, adaptertest.FrontActsOnLocation,
		adaptertest.FrontJoinsAnswerFields, adaptertest.BrokenAnswerNotSignalled,
	}},
	{gateways: "apache-proxy-fcgi*", differences: []adaptertest.Difference{adaptertest.FrontBuffersAnswer, adaptertest.FrontMeasuresBody}},
	{gateways: "apache-proxy-[su]*", differences: []adaptertest.Difference{adaptertest.NoChunkedRequests, adaptertest.FrontReadsBodyFirst}},
	{gateways: "apache-proxy-scgi", differences: []adaptertest.Difference{adaptertest.FrontActsOnLocation}},
	{gateways: "apache-http", differences: []adaptertest.Difference{
		adaptertest.NoTrailers, adaptertest.NoClientTrailers, adaptertest.NoHijack, adaptertest.FrontMergesSlashes, adaptertest.FrontBuffersBody,
	}, except: map[string]string{
		"hijack/refused":        "it is not refused",
		"body/unread-long":      "the whole body is sent first, and net/http stops to read it",
		"body/unread-both-long": "the whole body is sent first, and net/http stops to read it",
		"body/echo":             "the whole body is sent first",
	}},
	{gateways: "lighttpd-cgi", differences: []adaptertest.Difference{adaptertest.NoDeadlines}, except: map[string]string{ // standard input is a file
		"life/not-cancelled": "it sends SIGTERM as soon as it has as many bytes as were declared",
	}},
	{gateways: "lighttpd-ajp", differences: []adaptertest.Difference{
		adaptertest.NoRemotePort, adaptertest.FrontMergesSlashes, adaptertest.FrontResolvesDots,
	}, except: map[string]string{
		"path/comma":       decodedPath,
		"path/slash":       decodedPath,
		"path/sub-delims":  decodedPath,
		"path/rejoins":     decodedPath,
		"std/strip-prefix": decodedPath,
		"path/empty-query": "an empty query is not passed on",
		"path/query-raw":   "the query is normalised: a wrong escape is encoded",
		"method/PATCH":     "the module knows no names of methods, and PATCH has no code",
	}},
	{gateways: "nginx-fastcgi*", except: map[string]string{
		"deadline/write": "the end of a connection alone is no error for it, and the client waits for the rest of the declared length",
	}},
	{gateways: "nginx-fastcgi", differences: []adaptertest.Difference{adaptertest.FrontBuffersBody, adaptertest.FrontBuffersAnswer}},
	{gateways: "nginx-fastcgi-stock", differences: []adaptertest.Difference{adaptertest.FrontBuffersBody, adaptertest.FrontBuffersAnswer}},
	{gateways: "nginx-[su]*", differences: []adaptertest.Difference{adaptertest.FrontBuffersBody}}, // one without a length, whatever the setting
	{gateways: "nginx-scgi", differences: []adaptertest.Difference{adaptertest.FrontBuffersAnswer}},
	{gateways: "nginx-uwsgi", differences: []adaptertest.Difference{adaptertest.FrontBuffersAnswer}},
	{gateways: "nginx-http", differences: []adaptertest.Difference{adaptertest.NoTrailers, adaptertest.NoClientTrailers}, except: map[string]string{
		"interim/early-hints": "nginx before 1.29 takes the 103 for the final answer",
		"interim/several":     "nginx before 1.29 takes the 102 for the final answer",
		"interim/continue":    "nginx before 1.29 takes the 100 for the final answer",
		"interim/only":        "nginx before 1.29 takes the 103 for the final answer",
	}},
}

var cgiDifferences = append([]adaptertest.Difference{
	adaptertest.ProcessPerRequest, adaptertest.BrokenAnswerNotSignalled, adaptertest.NoAbort,
}, fastcgiDifferences...)

var fastcgiDifferences = []adaptertest.Difference{
	adaptertest.NoTrailers, adaptertest.NoClientTrailers, adaptertest.NoInformational, adaptertest.NoHijack, adaptertest.JoinedFields,
}

// SCGI and uwsgi, over a unix socket.
var onceDifferences = append([]adaptertest.Difference{adaptertest.BrokenAnswerNotSignalled}, fastcgiDifferences...)

var cgiExcept = map[string]string{
	"body/cut-chunked": "a body of unknown length ends with standard input, however that came to its end",
}

const decodedPath = "the path comes decoded, and what was an escape is not told"
