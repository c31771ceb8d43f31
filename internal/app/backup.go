package app

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/backup"
	"gotong/internal/backup/backupdb"
	"gotong/internal/backup/backupweb"
	"gotong/internal/fault"
	"gotong/internal/insight/insightweb"
	"gotong/internal/run"
	"gotong/internal/web"
	policyfiles "gotong/policy"
)

func (a *App) wireBackups() error {
	rules, err := backup.LoadRules(policy(a.Dir, "policy", policyfiles.Files))
	if err != nil {
		return err
	}
	a.Backups = backup.NewService(backup.Deps{Unit: a.DB, Store: backupdb.Store{}, Log: a.Audit.Log(), Clock: a.Clock, IDs: a.IDs, Rules: rules})
	return nil
}

// Backup copies the installation into a folder that is not there yet, while
// others work with it.
func (a *App) Backup(ctx context.Context, out string, p run.Progress) (*backup.Manifest, error) {
	head, err := a.Audit.Checkpoint(ctx)
	if err != nil {
		return nil, err
	}
	tree, _ := a.Keys.Number()
	source := backup.Source{Dir: a.Dir, Files: a.DB.Files(), Copy: func(ctx context.Context, dir string, progress func(done, of int64)) error {
		return a.DB.Copy(ctx, dir, progress)
	}, Sign: a.Keys.Sign, Head: backup.Manifest{Program: Version, At: a.Clock.Now().UTC().Truncate(time.Millisecond), Engine: string(a.DB.Dialect()), Schema: a.DB.Schema(),
		Keys: a.Keys.Mark(), Tree: tree, Entries: head.Size, Root: hex.EncodeToString(head.Root[:])}}
	m, err := source.Make(ctx, out, p)
	// What was erased meanwhile could not be scrubbed while the copy read it.
	if err := a.scrub(context.WithoutCancel(ctx)); err != nil {
		a.Log.WarnContext(ctx, "what was erased could not be scrubbed", "error", err)
	}
	if err != nil {
		return nil, fmt.Errorf("copying: %w", err)
	}
	return m, a.Backups.NoteCopy(ctx, m)
}

// checkCopy warns when the newest copy is older than the rule in force allows.
// An installation of which none was ever made counts from its beginning.
func (a *App) checkCopy(ctx context.Context) Finding {
	f := Finding{Name: "copy", Page: "backup.md", Detail: "-"}
	c, err := a.Backups.Last(ctx)
	since := c.At
	switch {
	case fault.Is(err, fault.KindNotFound):
		since, err = a.DB.Began(ctx)
	case err == nil:
		f.Detail = since.Format(time.RFC3339)
	}
	if err != nil {
		f.Detail = err.Error()
	}
	f.OK = err == nil && !a.Backups.Old(since)
	return f
}

// checkRestored says whether payments stand still somewhere since the
// installation went back to a copy.
func (a *App) checkRestored(ctx context.Context) Finding {
	f := Finding{Name: "restored", OK: true, Detail: "-", Page: "backup.md"}
	all, err := a.Backups.Restorations(asSystem(ctx))
	if err != nil {
		return Finding{Name: f.Name, Detail: err.Error(), Page: f.Page}
	}
	for i := range all {
		f.Detail = all[i].At.Format(time.RFC3339)
		f.OK = f.OK && all[i].Said()
	}
	return f
}

// restoredTasks are what somebody said to have gone out before the installation
// went back to a copy, and a second person must decide on.
func (a *App) restoredTasks(ctx context.Context, actor access.Actor) ([]insightweb.Task, error) {
	if !actor.Can(access.ReleasePayment) {
		return nil, nil
	}
	n, err := a.Backups.ToDecide(ctx)
	return []insightweb.Task{{Key: "home.task.restored", Href: backupweb.Path + "?status=" + string(backup.Waiting), Count: n, Tone: web.Wait}}, err
}
