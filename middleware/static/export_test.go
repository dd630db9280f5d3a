package static

import "net/http"

// Kept returns how many bytes the files of a middleware keep in memory, by their
// own count, and how many entries.
func Kept(cfg Config, requests func(h http.Handler)) (used int64, entries int) {
	f := newFiles(cfg)
	requests(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.serve(w, r) }))
	f.cache.mu.Lock()
	defer f.cache.mu.Unlock()
	var sum int64
	for el := f.cache.byUse.Front(); el != nil; el = el.Next() {
		e := el.Value.(*entry)
		sum += overhead + int64(len(e.body))
		for i := range e.encoded {
			if p := e.encoded[i].Load(); p != nil {
				sum += int64(len(p.body))
			}
		}
	}
	if sum != f.cache.used || len(f.cache.all) != f.cache.byUse.Len() {
		panic("static: the cache has lost count")
	}
	return sum, f.cache.byUse.Len()
}
