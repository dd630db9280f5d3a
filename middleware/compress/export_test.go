package compress

// Choose returns the name of the coding that an Accept-Encoding field gets, or
// "", and whether the client refuses a plain body.
func Choose(lines []string, names ...string) (coding string, insists bool) {
	p := parseAccept(lines, names)
	i, insists := p.choose(len(names))
	if i < 0 {
		return "", insists
	}
	return names[i], insists
}
