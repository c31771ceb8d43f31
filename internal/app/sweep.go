package app

import (
	"os"
	"path/filepath"
	"time"
)

// leftover is how old an unfinished folder must be before it is taken for
// the remains of a process that died: nothing is built for that long.
const leftover = 48 * time.Hour

// sweep removes folders that a killed snapshot, ranking or determination
// left unfinished. They never had a name that anything reads.
func (a *App) sweep(now time.Time) error {
	for _, kind := range []string{"snapshots", "rankings", "determinations"} {
		found, err := filepath.Glob(filepath.Join(a.Dir, kind, "building-*"))
		if err != nil {
			return err
		}
		for _, dir := range found {
			info, err := os.Stat(dir)
			if err != nil || now.Sub(info.ModTime()) < leftover {
				continue
			}
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
	}
	return nil
}
