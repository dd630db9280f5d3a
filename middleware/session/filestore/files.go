package filestore

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
)

// shards is how many subfolders there are, each with a lock.
const shards = 256

const (
	lockName = "lock"
	// tempName is where the holder of a subfolder's lock writes before it
	// renames. One name is enough, and what a killed process leaves there is
	// overwritten by the next.
	tempName = "new"
	nameLen  = 2 * (sha256.Size - 1)
)

// place is where a session's file is.
type place struct {
	shard byte
	name  string
	path  string // below the root
}

func placeOf(key string) place {
	sum := sha256.Sum256([]byte(key))
	return placeIn(sum[0], hex.EncodeToString(sum[1:]))
}

func placeIn(shard byte, name string) place {
	return place{shard, name, shardDir(shard) + "/" + name}
}

func shardDir(shard byte) string { return hex.EncodeToString([]byte{shard}) }

// read returns what is in a session's file: the zero head if there is none, or
// it is damaged.
func (s *Store) read(p place) (head, []byte, error) {
	b, err := s.root.ReadFile(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return head{}, nil, nil
	}
	if err != nil {
		return head{}, nil, fmt.Errorf("filestore: %w", err)
	}
	h, data, ok := decode(p.name, b)
	if !ok {
		s.config.Logger.Warn("filestore: a damaged file is taken for no session", "file", p.path, "bytes", len(b))
		return head{}, nil, nil
	}
	return h, data, nil
}

// write puts b into a session's file, all of it or nothing. The subfolder's
// lock is held.
func (s *Store) write(p place, b []byte) error {
	temp := shardDir(p.shard) + "/" + tempName
	err := s.writeTemp(temp, b)
	if err == nil {
		err = s.root.Rename(temp, p.path)
	}
	if err != nil {
		s.root.Remove(temp) // a full disk has better use for it
		return fmt.Errorf("filestore: %w", err)
	}
	return s.sync(shardDir(p.shard))
}

func (s *Store) writeTemp(temp string, b []byte) error {
	f, err := s.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil && s.config.Sync {
		err = f.Sync() // or the name could reach the disk before the contents
	}
	return errors.Join(err, f.Close())
}

// remove removes a session's file. The subfolder's lock is held.
func (s *Store) remove(p place) error {
	err := s.root.Remove(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("filestore: %w", err)
	}
	return s.sync(shardDir(p.shard))
}

// sync brings a folder's names to the disk, where that was asked for. Windows
// has no such call for folders.
func (s *Store) sync(dir string) error {
	if !s.config.Sync || runtime.GOOS == "windows" {
		return nil
	}
	f, err := s.root.Open(dir)
	if err != nil {
		return fmt.Errorf("filestore: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("filestore: %w", err)
	}
	return nil
}
