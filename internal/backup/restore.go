package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"gotong/internal/fault"
	"gotong/internal/intact"
	"gotong/internal/run"
	"gotong/internal/seal"
)

// Restoring is the folder of a data folder that a restoration is carried out
// in: nobody opens the data folder while it is there.
const Restoring = "restoring"

// ready says, in that folder, that nothing is left to be done but to move.
const ready = ".ready"

// Stage makes the folder to restore into, within a data folder that is empty
// but for the keys that are kept apart and the machine's settings. What a restoration that was cut off
// left there is taken away. It returns fault.Conflict for a folder that holds
// something.
func Stage(data string) (string, error) {
	stage := filepath.Join(data, Restoring)
	if err := os.RemoveAll(stage); err != nil {
		return "", err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", fault.Disk(err)
	}
	found, err := os.ReadDir(data)
	if err != nil {
		return "", err
	}
	for _, e := range found {
		if e.Name() == "gotong.yaml" {
			continue
		}
		if e.Name() != "keys" {
			return "", fault.Conflict("backup.not_empty", "folder", data, "file", e.Name())
		}
		keys, err := os.ReadDir(filepath.Join(data, "keys"))
		if err != nil {
			return "", err
		}
		for _, k := range keys {
			if !slices.Contains(seal.Apart, k.Name()) {
				return "", fault.Conflict("backup.not_empty", "folder", data, "file", "keys/"+k.Name())
			}
		}
	}
	return stage, fault.Disk(os.Mkdir(stage, 0o700))
}

// Unpack puts the files of a copy into a folder and holds each to its digest.
// It returns fault.Conflict for one that was changed.
func (m *Manifest) Unpack(ctx context.Context, from, to string, p run.Progress) error {
	p.Stage("backup_files", int64(len(m.Files)))
	for _, f := range m.Files {
		got, err := transfer(ctx, filepath.Join(from, filepath.FromSlash(f.Name)), filepath.Join(to, filepath.FromSlash(f.Name)))
		if err != nil {
			return fault.Disk(err)
		}
		if got.Size != f.Size || got.SHA256 != f.SHA256 {
			return fault.Conflict("backup.changed", "file", f.Name)
		}
		p.Add("", 1)
	}
	return nil
}

// BringKeys copies the keys that are kept apart from one folder to another.
// The master key may be missing where the settings give it.
func BringKeys(from, to string, master bool) error {
	for _, name := range seal.Apart {
		b, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, fs.ErrNotExist) && name == seal.Apart[0] && master {
			continue
		}
		if errors.Is(err, fs.ErrNotExist) {
			return fault.Forbidden("backup.key_missing", "file", name, "folder", from)
		}
		if err != nil {
			return err
		}
		if err := intact.Keep(filepath.Join(to, name), b, nil); err != nil {
			return fault.Disk(err)
		}
	}
	return nil
}

// Settle moves what was restored into its data folder; at last the folder that
// kept everybody out goes. What was cut off in the midst
// of it is carried on by Resume.
func Settle(data string) error {
	if err := intact.Keep(filepath.Join(data, Restoring, ready), nil, nil); err != nil {
		return err
	}
	return move(data)
}

// Resume carries on a move that was cut off; false where there was none.
func Resume(data string) (bool, error) {
	if _, err := os.Stat(filepath.Join(data, Restoring, ready)); err != nil && !emptied(data) {
		return false, nil
	}
	return true, move(data)
}

// emptied reports whether all was moved, and only the folder is left: keys that
// come with a copy are in the data folder once they were moved there.
func emptied(data string) bool {
	found, err := os.ReadDir(filepath.Join(data, Restoring))
	if err != nil || len(found) > 0 {
		return false
	}
	_, err = os.Stat(filepath.Join(data, "keys", seal.Kept))
	return err == nil
}

func move(data string) error {
	stage := filepath.Join(data, Restoring)
	found, err := os.ReadDir(stage)
	if err != nil {
		return err
	}
	for _, e := range found {
		if e.Name() == ready {
			continue
		}
		place := filepath.Join(data, e.Name())
		if e.Name() == "keys" { // those that were put there by hand are in it too
			if err := os.RemoveAll(place); err != nil {
				return err
			}
		}
		if err := os.Rename(filepath.Join(stage, e.Name()), place); err != nil {
			return fmt.Errorf("backup: moving what was restored: %w", err)
		}
	}
	if err := intact.SyncFolder(data); err != nil {
		return err
	}
	if err := os.RemoveAll(stage); err != nil {
		return err
	}
	return intact.SyncFolder(data)
}

// Unfinished reports whether a restoration into a data folder was begun and
// did not come to its end.
func Unfinished(data string) bool {
	_, err := os.Stat(filepath.Join(data, Restoring))
	return err == nil
}
