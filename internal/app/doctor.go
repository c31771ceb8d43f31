package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"gotong/internal/determination"
	"gotong/internal/fault"
)

// Finding is one thing that doctor looked at.
type Finding struct {
	Name   string `json:"name"` // key in locales: app.doctor.NAME
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Page   string `json:"page,omitempty"` // playbook to read when not OK

	Err error `json:"-"` // what Detail says, where it can be said in a language
}

// roomNeeded is the free space, in bytes, below which a snapshot or a day's
// work may not fit: a warning to the operator, not policy.
const roomNeeded = 1 << 30

// Doctor looks at everything that an operator would otherwise have to check
// by hand. It changes nothing.
func (a *App) Doctor(ctx context.Context) []Finding {
	return []Finding{
		a.checkDatabase(ctx), a.checkKeys(), a.checkRoom(), a.checkPolicy(), a.checkStaff(ctx), a.checkLog(ctx), a.checkFiles(ctx), a.checkCopy(ctx), a.checkRestored(ctx), a.checkTraces(),
	}
}

func (a *App) checkDatabase(ctx context.Context) Finding {
	f := Finding{Name: "database", Page: "server-does-not-start.md"}
	version, err := a.DB.Version(ctx)
	f.OK, f.Detail = err == nil, version
	if err != nil {
		f.Detail = err.Error()
	}
	return f
}

// checkKeys holds key files to being readable by their owner alone.
func (a *App) checkKeys() Finding {
	f := Finding{Name: "keys", OK: true, Detail: "0600", Page: "server-does-not-start.md"}
	files, err := filepath.Glob(filepath.Join(a.Dir, "keys", "*"))
	if err != nil || len(files) == 0 {
		return Finding{Name: "keys", Detail: "-", Page: f.Page}
	}
	for _, path := range files {
		info, err := os.Stat(path)
		if err != nil {
			return Finding{Name: "keys", Detail: err.Error(), Page: f.Page}
		}
		if info.Mode().Perm()&0o077 != 0 {
			return Finding{Name: "keys", Detail: fmt.Sprintf("%s: %v", filepath.Base(path), info.Mode().Perm()), Page: f.Page}
		}
	}
	return f
}

func (a *App) checkRoom() Finding {
	var s syscall.Statfs_t
	if err := syscall.Statfs(a.Dir, &s); err != nil {
		return Finding{Name: "room", Detail: err.Error(), Page: "server-does-not-start.md"}
	}
	free := s.Bavail * uint64(s.Bsize)
	return Finding{Name: "room", OK: free > roomNeeded, Detail: fmt.Sprintf("%d MiB", free>>20), Page: "server-does-not-start.md"}
}

// checkPolicy reports what was loaded; files that do not load have stopped
// the program before this.
func (a *App) checkPolicy() Finding {
	return Finding{Name: "policy", OK: true, Detail: fmt.Sprintf("%d indicators", len(a.Catalogue.All()))}
}

func (a *App) checkStaff(ctx context.Context) Finding {
	all, err := a.Access.All(ctx)
	return Finding{Name: "staff", OK: err == nil && len(all) > 0, Detail: fmt.Sprint(len(all)), Page: "server-does-not-start.md"}
}

func (a *App) checkLog(ctx context.Context) Finding {
	f := Finding{Name: "log", Page: "log-does-not-verify.md"}
	r, err := a.Audit.Verify(ctx)
	switch {
	case err != nil:
		f.Detail = err.Error()
	case !r.Verified():
		f.Detail = r.Problems[0]
	default:
		f.OK, f.Detail = true, fmt.Sprintf("%d entries", r.Entries)
	}
	return f
}

// checkFiles holds the files that the determination in force stands on, and
// its own, against what was signed.
func (a *App) checkFiles(ctx context.Context) Finding {
	f := Finding{Name: "files", OK: true, Detail: "-", Page: "files-changed.md"}
	h, err := a.Determinations.Current(ctx)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return f
	case err == nil:
		f.Detail, err = h.ID.String(), a.verifyFiles(ctx, h)
	}
	if err != nil {
		f.OK, f.Detail, f.Err = false, err.Error(), err
	}
	return f
}

func (a *App) verifyFiles(ctx context.Context, h determination.Header) error {
	taken, err := a.Snapshots.Open(ctx, h.SnapshotID)
	if err != nil {
		return err
	}
	if err := taken.Verify(); err != nil {
		return err
	}
	ranking, err := a.Targeting.Open(ctx, h.RankingID)
	if err != nil {
		return err
	}
	for part := range ranking.Parts {
		if _, err := ranking.Ranks(part); err != nil {
			return err
		}
	}
	files, err := determination.OpenFiles(a.Determinations.Dir(h.ID), a.Keys.Public())
	if err != nil {
		return err
	}
	for _, p := range files.Content.Programmes {
		for _, part := range p.Parts {
			if _, err := files.Rows(part); err != nil {
				return err
			}
		}
	}
	return nil
}
