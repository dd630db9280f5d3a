package accept

import (
	"net/textproto"
	"strings"
)

// maxRanges bounds what is read of a field that may be a megabyte of commas, once
// for each type that somebody asks for.
const maxRanges = 64

// Media returns the weight, in thousandths, that the lines of an Accept field give
// a media type (RFC 9110, section 12.5.1), and whether they name it, not only a
// wildcard that includes it. What is most specific counts, and of two that are
// equally so the greater weight; parameters are not looked at, but for the weight,
// and a bad one weighs nothing. Without the field everything is as welcome.
//
// "application/*+json" stands for all types in that syntax (RFC 6839).
func Media(lines []string, mediaType string) (weight int, named bool) {
	if len(lines) == 0 {
		return 1000, false
	}
	general := mediaType[:strings.IndexByte(mediaType, '/')+1] + "*"
	found, left := 0, maxRanges
	for _, line := range lines {
		for member := range strings.SplitSeq(line, ",") {
			if left--; left < 0 {
				return weight, found == 3
			}
			name, params, _ := strings.Cut(member, ";")
			specific := 0
			switch name = textproto.TrimString(name); {
			case names(name, mediaType):
				specific = 3
			case equal(name, general):
				specific = 2
			case name == "*/*":
				specific = 1
			}
			switch w := mediaWeight(params); {
			case specific > found:
				found, weight = specific, w
			case specific == found && specific > 0:
				weight = max(weight, w)
			}
		}
	}
	return weight, found == 3
}

func names(name, mediaType string) bool {
	before, after, several := strings.Cut(mediaType, "*")
	if !several {
		return equal(name, mediaType)
	}
	end := len(name) - len(after)
	return end > len(before) && equal(name[:len(before)], before) && equal(name[end:], after)
}

// mediaWeight finds the weight among the parameters of a range.
func mediaWeight(params string) int {
	for param := range strings.SplitSeq(params, ";") {
		if param = textproto.TrimString(param); len(param) > 1 && param[0]|0x20 == 'q' && param[1] == '=' {
			return parseWeight(param)
		}
	}
	return 1000
}
