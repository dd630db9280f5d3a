package form

import (
	"encoding"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

var (
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
)

// isScalar reports whether one text fills a t.
func isScalar(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(textType) {
		return t.Kind() != reflect.Pointer
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return true
	}
	return false
}

// setScalar fills v from a text that is not empty, or returns what is
// wrong with it. In JSON, the type must be v's own too.
func setScalar(v reflect.Value, text string, k kind) string {
	t := v.Type()
	if k == kindText && t.Kind() != reflect.String {
		text = strings.TrimSpace(text)
	}
	isText := t == timeType || t == durationType || reflect.PointerTo(t).Implements(textType) || t.Kind() == reflect.String
	switch {
	case t == timeType:
		return setTime(v, text)
	case isText && (k == kindNumber || k == kindBool):
		return "must be a text"
	case t == durationType:
		return setDuration(v, text)
	case reflect.PointerTo(t).Implements(textType):
		if v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) != nil {
			return "is not valid"
		}
	case t.Kind() == reflect.String:
		v.SetString(text)
	case t.Kind() == reflect.Bool:
		return setBool(v, text, k)
	case k == kindString || k == kindBool:
		return "must be a number"
	default:
		return setNumber(v, text)
	}
	return ""
}

// setBool accepts what a checkbox sends without a value, and the usual words.
func setBool(v reflect.Value, text string, k kind) string {
	if k == kindString || k == kindNumber {
		return "must be true or false"
	}
	switch text {
	case "on", "true", "1", "yes":
		v.SetBool(true)
	case "off", "false", "0", "no":
		v.SetBool(false)
	default:
		return "must be on or off"
	}
	return ""
}

func setNumber(v reflect.Value, text string) string {
	bits := v.Type().Bits()
	var err error
	switch {
	case v.CanInt():
		var n int64
		if n, err = strconv.ParseInt(text, 10, bits); err == nil {
			v.SetInt(n)
		}
	case v.CanUint():
		var n uint64
		if n, err = strconv.ParseUint(text, 10, bits); err == nil {
			v.SetUint(n)
		}
	default:
		var x float64
		if x, err = strconv.ParseFloat(text, bits); err == nil {
			if math.IsNaN(x) || math.IsInf(x, 0) { // comparisons with these go wrong in silence
				return "must be a number"
			}
			v.SetFloat(x)
			return ""
		}
	}
	switch {
	case errors.Is(err, strconv.ErrRange):
		return "is out of range"
	case err != nil && v.CanFloat():
		return "must be a number"
	case err != nil:
		return "must be a whole number"
	}
	return ""
}

func setDuration(v reflect.Value, text string) string {
	d, err := time.ParseDuration(text)
	if err != nil {
		return "must be a duration such as 1h30m"
	}
	v.SetInt(int64(d))
	return ""
}

// timeLayouts are what HTML's inputs send (HTML, "Dates and times"), and RFC 3339.
var timeLayouts = []string{
	"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339Nano, "15:04", "15:04:05", "2006-01",
}

func setTime(v reflect.Value, text string) string {
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			v.Set(reflect.ValueOf(at))
			return ""
		}
	}
	return "must be a date or a time"
}
