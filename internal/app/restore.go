package app

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"os"
	"path/filepath"

	"gotong/internal/access"
	"gotong/internal/backup"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/run"
	"gotong/internal/seal"
)

// RestoreOptions say what to go back to.
type RestoreOptions struct {
	Config   Config
	Log      *slog.Logger
	From     string // folder of the copy
	Keys     string // folder of the keys that are kept apart; "" is the data folder's own
	Heads    string // signed heads of the log that the lost machine left; "" where there are none
	OldTree  bool   // go back though the tree of keys is older than the copy
	Progress run.Progress
}

// Restored is what came of it.
type Restored struct {
	Copy     *backup.Manifest
	Resumed  bool // it was done already but for the moving
	Erased   int  // families that were erased again
	Entries  int64
	Known    int64 // of the newest log that is known; 0: none is
	Findings []Finding
}

// Lacks returns how many entries of the log are known to be lost.
func (r *Restored) Lacks() int64 { return max(0, r.Known-r.Entries) }

// Restore goes back to a copy, into a data folder that is empty but for keys
// and settings, and with PostgreSQL into an empty database. Before anybody can
// look, those are erased again whom the tree of keys remembers, payments are
// barred until it was said what went out meanwhile, and the log is verified.
// On an error nothing is left of it.
func Restore(ctx context.Context, o RestoreOptions) (*Restored, error) {
	data := o.Config.Get("data")
	if resumed, err := backup.Resume(data); resumed || err != nil {
		return &Restored{Resumed: true}, err
	}
	m, err := readable(o)
	if err != nil {
		return nil, err
	}
	stage, err := backup.Stage(data)
	if err != nil {
		return nil, err
	}
	r := &restoring{o: o, data: data, stage: stage, out: &Restored{Copy: m}}
	if err := r.all(ctx); err != nil {
		return nil, errors.Join(fault.Disk(err), r.undo(context.WithoutCancel(ctx)))
	}
	return r.out, backup.Settle(data)
}

// readable reads a copy's manifest, and refuses a copy that is not whole, or
// that this program or this database cannot take.
func readable(o RestoreOptions) (*backup.Manifest, error) {
	m, err := backup.Read(o.From)
	if err != nil {
		return nil, err
	}
	engine := db.SQLite
	if o.Config.Get("db") != "" {
		engine = db.Postgres
	}
	switch {
	case m.Engine != string(engine):
		return nil, fault.Invalid("backup.other_engine", "copy", m.Engine, "here", string(engine))
	case !db.Knows(m.Schema, engine):
		return nil, fault.Invalid("backup.newer", "program", m.Program)
	}
	return m, m.Compare(o.From)
}

// restoring is a restoration under way.
type restoring struct {
	o           RestoreOptions
	data, stage string
	out         *Restored
	filled      bool // the PostgreSQL database
}

func (r *restoring) all(ctx context.Context) error {
	if err := r.keys(); err != nil {
		return err
	}
	if err := r.out.Copy.Unpack(ctx, r.o.From, r.stage, r.o.Progress); err != nil {
		return err
	}
	if err := r.bringKeys(); err != nil {
		return err
	}
	if url := r.o.Config.Get("db"); url != "" {
		dump := filepath.Join(r.stage, db.Dump)
		if err := db.Refill(ctx, url, dump); err != nil {
			return err
		}
		r.filled = true
		if err := os.Remove(dump); err != nil {
			return err
		}
	}
	a, err := Open(ctx, Options{Config: r.o.Config.in(r.stage), Log: r.o.Log})
	if err != nil {
		return err
	}
	ctx = access.With(ctx, access.System("restore"))
	return errors.Join(r.inside(ctx, a), a.Close())
}

// keys holds the keys to being those of the copy, before anything large is
// moved: what is copied for that is taken away again.
func (r *restoring) keys() error {
	folder := filepath.Join(r.stage, "keys")
	kept, err := os.ReadFile(filepath.Join(r.o.From, "keys", seal.Kept))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, seal.Kept), kept, 0o600); err != nil {
		return err
	}
	if err := r.bringKeys(); err != nil {
		return err
	}
	ring, err := seal.Load(folder, r.o.Config.Get("master_key"))
	if err != nil {
		return err
	}
	m := r.out.Copy
	if ring.Mark() != m.Keys {
		return fault.Forbidden("backup.other_keys")
	}
	message, err := m.Message()
	if err != nil {
		return err
	}
	if !ed25519.Verify(ring.Public(), message, m.Seal) {
		return fault.Conflict("backup.forged")
	}
	if n, _ := ring.Number(); n < m.Tree && !r.o.OldTree {
		return fault.Conflict("backup.old_tree", "have", n, "need", m.Tree)
	}
	return os.RemoveAll(folder)
}

func (r *restoring) bringKeys() error {
	from := r.o.Keys
	if from == "" {
		from = filepath.Join(r.data, "keys")
	}
	return backup.BringKeys(from, filepath.Join(r.stage, "keys"), r.o.Config.Get("master_key") != "")
}

// inside does what must be done before anybody can look.
func (r *restoring) inside(ctx context.Context, a *App) error {
	report, err := a.Audit.Verify(ctx)
	if err != nil {
		return err
	}
	if !report.Verified() {
		return fault.Conflict("backup.log_broken", "what", report.Problems[0])
	}
	r.out.Entries = report.Entries
	if r.o.Heads != "" {
		head, err := a.Audit.Newest(r.o.Heads)
		if err != nil {
			return err
		}
		r.out.Known = head.Size
	}
	r.o.Progress.Stage("erase_again", 0)
	if _, err := a.Registry.FinishErasures(ctx); err != nil { // that the copy was made in the midst of
		return err
	}
	again, err := a.Registry.EraseAgain(ctx)
	if err != nil {
		return err
	}
	r.out.Erased = len(again)
	r.o.Progress.Add("", int64(len(again)))
	if err := a.Backups.NoteRestoration(ctx, &backup.Restoration{CopiedAt: r.out.Copy.At, Entries: r.out.Entries, Known: r.out.Known, Erased: int64(len(again))}); err != nil {
		return err
	}
	if _, err := a.Audit.Checkpoint(ctx); err != nil {
		return err
	}
	r.out.Findings = a.Doctor(ctx)
	return nil
}

// undo takes away what was restored so far.
func (r *restoring) undo(ctx context.Context) error {
	err := os.RemoveAll(r.stage)
	if r.filled {
		err = errors.Join(err, db.Emptied(ctx, r.o.Config.Get("db")))
	}
	return err
}
