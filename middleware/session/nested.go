package session

import (
	"fmt"
	"maps"
	"slices"
)

// maxDepth is how deep lists and maps of any values may be nested. One that
// contains itself is deeper.
const maxDepth = 32

// appendNested is appendValue for lists and maps of values of any type.
func appendNested(b []byte, v any, depth int) ([]byte, error) {
	if depth == 0 {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	var err error
	switch v := v.(type) {
	case []any:
		b = append(b, tagList)
		for _, item := range v {
			if b, err = appendItem(b, item, depth); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		b = append(b, tagTree)
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if b, err = appendItem(appendString(b, key), v[key], depth); err != nil {
				return nil, err
			}
		}
	default:
		return appendValue(b, v)
	}
	return b, nil
}

// appendItem appends a value with its length; nil has none.
func appendItem(b []byte, v any, depth int) ([]byte, error) {
	if v == nil {
		return appendString(b, ""), nil
	}
	raw, err := appendNested(nil, v, depth-1)
	return appendString(b, string(raw)), err
}

// decodeNested is the reverse of appendNested.
func decodeNested(raw string, depth int) (any, error) {
	if raw == "" || depth == 0 {
		return nil, errValue
	}
	r := reader{raw[1:], false}
	switch raw[0] {
	case tagList:
		list := []any{}
		for r.s != "" {
			v, err := r.item(depth)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case tagTree:
		return decodeTree(&r, depth)
	}
	return decodeValue(raw)
}

// decodeTree decodes a map, whose keys must be sorted, each once.
func decodeTree(r *reader, depth int) (any, error) {
	tree, last := map[string]any{}, ""
	for r.s != "" {
		key := r.string()
		v, err := r.item(depth)
		if err != nil || len(tree) > 0 && key <= last {
			return nil, errValue
		}
		tree[key], last = v, key
	}
	return tree, nil
}

// item takes a value with its length.
func (r *reader) item(depth int) (any, error) {
	raw := r.string()
	switch {
	case r.bad:
		return nil, errValue
	case raw == "":
		return nil, nil
	}
	return decodeNested(raw, depth-1)
}
