package control

import "encoding/json"

// A draft is kept as text: a session's values are simple things.

func encodeDraft(d draft) string {
	b, err := json.Marshal(d)
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(b)
}

func decodeDraft(text string) (d draft) {
	_ = json.Unmarshal([]byte(text), &d) // a draft of another version is lost
	return d
}
