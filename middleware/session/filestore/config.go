package filestore

import (
	"errors"
	"fmt"
	"log/slog"
)

// Config says where sessions are kept.
type Config struct {
	// Dir is the folder, for nothing else. Open makes it, with its parents, if
	// it is missing. One that others than its owner may enter is refused.
	Dir string

	// Sync makes Save and Delete wait for the disk, so that they survive a power
	// failure. Off by default: see the package comment for what that risks.
	Sync bool

	// CollectEvery is how many Saves there are, on average, to one that looks
	// for expired sessions. Default 100; negative means never: then call Collect.
	CollectEvery int

	// Logger is told of files that are damaged and of expired ones that cannot
	// be removed. Default slog.Default().
	Logger *slog.Logger
}

// Validate reports what is wrong with c.
func (c Config) Validate() error {
	if c.Dir == "" {
		return errors.New("no folder for the sessions: Dir is empty")
	}
	return nil
}

func (c Config) withDefaults() (Config, error) {
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("filestore: %w", err)
	}
	if c.CollectEvery == 0 {
		c.CollectEvery = 100
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	return c, nil
}
