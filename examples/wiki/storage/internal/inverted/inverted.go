// Package inverted is an index from words to pages, in a bucket of a bbolt file.
//
// The bucket's name has the version of the words. Where it is there it is whole:
// it was made and filled in one transaction.
package inverted

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/gangplank-web/gangplank/examples/wiki/model"
)

// The bucket has two others: from a page's title to its words, each once; and from
// a word, a NUL and a title to the word's weight there, in one byte.
var (
	name   = []byte("index-" + model.IndexVersion)
	pages  = []byte("pages")
	places = []byte("places")
)

// How much a word weighs in the title, and each time that it is in the text.
const inTitle, inText = 10, 1

// Make makes the index of all pages, unless it is there, in place of those of
// other versions.
func Make(tx *bbolt.Tx, all iter.Seq2[model.Revision, error]) error {
	if tx.Bucket(name) != nil {
		return nil
	}
	if err := dropOthers(tx); err != nil {
		return err
	}
	b, err := tx.CreateBucket(name)
	if err != nil {
		return err
	}
	_, err1 := b.CreateBucket(pages)
	_, err2 := b.CreateBucket(places)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return Put(tx, all)
}

func dropOthers(tx *bbolt.Tx) error {
	var others [][]byte
	err := tx.ForEach(func(other []byte, _ *bbolt.Bucket) error {
		if bytes.HasPrefix(other, []byte("index-")) {
			others = append(others, other)
		}
		return nil
	})
	for _, other := range others {
		err = errors.Join(err, tx.DeleteBucket(other))
	}
	return err
}

// Put has pages found by the terms of their newest revisions, and no others.
//
// All changes are made at the end, in the order of the keys: bbolt keeps what one
// transaction adds at a place in one slice, in which each key out of order moves
// all behind it.
func Put(tx *bbolt.Tx, newest iter.Seq2[model.Revision, error]) error {
	b := tx.Bucket(name)
	changes := make(map[string]byte) // by key, what it is to weigh
	for page, err := range newest {
		if err != nil {
			return err
		}
		for _, word := range words(b, page.Title) {
			changes[place(word, page.Title)] = 0
		}
		weights := weigh(page)
		for word, weight := range weights {
			changes[place(word, page.Title)] = byte(min(weight, 255))
		}
		list := strings.Join(slices.Collect(maps.Keys(weights)), " ")
		if err := b.Bucket(pages).Put(pageKey(page.Title), []byte(list)); err != nil {
			return err
		}
	}
	return apply(b.Bucket(places), changes)
}

func apply(b *bbolt.Bucket, changes map[string]byte) error {
	for _, key := range slices.Sorted(maps.Keys(changes)) {
		var err error
		weight := []byte{changes[key]}
		switch {
		case weight[0] == 0:
			err = b.Delete([]byte(key))
		case !bytes.Equal(weight, b.Get([]byte(key))): // an edit leaves most words as they were
			err = b.Put([]byte(key), weight)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// pageKey is a title as a key, which must have a byte at least.
func pageKey(title string) []byte { return []byte("p" + title) }

func place(word, title string) string { return word + "\x00" + title }

func words(b *bbolt.Bucket, title string) []string {
	return strings.Fields(string(b.Bucket(pages).Get(pageKey(title))))
}

func weigh(r model.Revision) map[string]int {
	weights := make(map[string]int)
	title, text := r.Terms()
	for _, word := range title {
		weights[word] += inTitle
	}
	for _, word := range text {
		weights[word] += inText
	}
	return weights
}

// Find returns the titles of the pages that have all words, or longer ones, the
// best first.
func Find(tx *bbolt.Tx, words []string, limit int) []string {
	var scores map[string]int
	for i, word := range words {
		found := having(tx, word)
		for title := range found {
			if i > 0 && scores[title] == 0 {
				delete(found, title)
			} else {
				found[title] += scores[title]
			}
		}
		scores = found
	}
	titles := make([]string, 0, len(scores))
	for title := range scores {
		titles = append(titles, title)
	}
	slices.SortFunc(titles, func(a, b string) int {
		if d := scores[b] - scores[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return titles[:min(limit, len(titles))]
}

// Pages returns the newest revisions of pages. One may have gone since it was
// found.
func Pages(ctx context.Context, s model.Storage, titles []string) (list []model.Revision, err error) {
	for _, title := range titles {
		page, err := s.Page(ctx, title)
		if err != nil {
			return nil, err
		}
		if page.Live() {
			list = append(list, page)
		}
	}
	return list, nil
}

// having returns the titles of the pages that have a word that begins so, with
// the words' weights, none of which is 0.
func having(tx *bbolt.Tx, begin string) map[string]int {
	found := make(map[string]int)
	c := tx.Bucket(name).Bucket(places).Cursor()
	for key, weight := c.Seek([]byte(begin)); bytes.HasPrefix(key, []byte(begin)); key, weight = c.Next() {
		_, title, _ := strings.Cut(string(key), "\x00")
		found[title] += int(weight[0])
	}
	return found
}
