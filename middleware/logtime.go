package middleware

import (
	"strconv"
	"sync/atomic"
	"time"
)

// The times of the lines. Formatting one is a fifth of a line's price, and all
// lines of a second share the text.
var (
	commonTimes = perSecond{layout: "[02/Jan/2006:15:04:05 -0700]"}
	jsonTimes   = perSecond{layout: time.RFC3339}
)

// perSecond formats times, in a layout without parts of a second, once a second.
type perSecond struct {
	layout string
	last   atomic.Pointer[formattedSecond]
}

type formattedSecond struct {
	unix int64
	zone *time.Location
	text string
}

func (p *perSecond) format(t time.Time) string {
	s := p.last.Load()
	if s == nil || s.unix != t.Unix() || s.zone != t.Location() {
		s = &formattedSecond{t.Unix(), t.Location(), t.Format(p.layout)}
		p.last.Store(s)
	}
	return s.text
}

// appendJSONTime is t.AppendFormat(b, time.RFC3339Nano).
func appendJSONTime(b []byte, t time.Time) []byte {
	text := jsonTimes.format(t)
	zone := len("2006-01-02T15:04:05")
	b = append(b, text[:zone]...)
	if ns := t.Nanosecond(); ns != 0 {
		point := len(b)
		b = strconv.AppendInt(b, int64(time.Second)+int64(ns), 10)
		b[point] = '.'
		for b[len(b)-1] == '0' {
			b = b[:len(b)-1]
		}
	}
	return append(b, text[zone:]...)
}
