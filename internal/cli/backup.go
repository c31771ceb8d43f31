package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

func backupCommand(e *env) *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "backup", Short: "Copy the installation into a folder, while others work with it", Args: cobra.NoArgs,
		Long: `Copies the database as it is at one moment, and all files that belong with it,
into a folder that is not there yet. The folder has its name only once the copy
is whole and on the disk. It holds none of the keys that open it: keep
keys/master.key, keys/index.json and keys/tree.bin apart, in a safe.

With PostgreSQL its own pg_dump must be there.`,
		Example: "  gotong backup --data data --out /mnt/copies/2026-06-01",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				began := time.Now()
				p, done := e.progress()
				m, err := a.Backup(ctx, out, p)
				done()
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "backup.made", "folder", out, "files", len(m.Files), "mib", m.Size()>>20, "entries", m.Entries))
				return e.result(map[string]any{"folder": out, "files": len(m.Files), "bytes": m.Size(), "entries": m.Entries, "root": m.Root, "at": m.At,
					"schema": m.Schema, "seconds": time.Since(began).Seconds()})
			})
		},
	}
	c.Flags().StringVar(&out, "out", "", "folder to make; it must not be there yet")
	return must(c, "out")
}

func restoreCommand(e *env) *cobra.Command {
	o := app.RestoreOptions{}
	c := &cobra.Command{
		Use: "restore", Short: "Go back to a copy, in an empty data folder", Args: cobra.NoArgs,
		Long: `Holds every file of the copy against its signed manifest and puts it into an
empty data folder (with PostgreSQL: an empty database). The keys that are kept
apart come from --keys, or lie in the data folder's own keys already.

Before anybody can look, whoever was erased since the copy was made is erased
again, as tree.bin remembers: bring the newest one. Releasing and sending
payments stay barred until two people have said which files went out since the
copy: gotong pay restored.`,
		Example: "  gotong restore --from /mnt/copies/2026-06-01 --data data --keys /mnt/safe\n  gotong restore --from COPY --data data --keys SAFE --log lost/audit/checkpoints.jsonl",
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := e.config()
			if err != nil {
				return err
			}
			began := time.Now()
			var done func()
			o.Config, o.Log = config, e.logger(config)
			o.Progress, done = e.progress()
			r, err := app.Restore(cmd.Context(), o)
			done()
			if err != nil {
				return err
			}
			return e.restored(r, time.Since(began))
		},
	}
	c.Flags().StringVar(&o.From, "from", "", "folder of the copy")
	c.Flags().StringVar(&o.Keys, "keys", "", "folder with master.key, index.json and tree.bin from the safe")
	c.Flags().StringVar(&o.Heads, "log", "", "the lost machine's audit/checkpoints.jsonl, or an auditor's: says how much of the log is lost")
	c.Flags().BoolVar(&o.OldTree, "older-tree", false, "restore though tree.bin is older than the copy: what was destroyed since it was kept opens again")
	return must(c, "from")
}

func (e *env) restored(r *app.Restored, took time.Duration) error {
	if r.Resumed {
		e.printf("%s\n", i18n.T(e.lang, "backup.resumed"))
		return e.result(map[string]any{"restored": true, "resumed": true})
	}
	e.printf("%s\n", i18n.T(e.lang, "backup.restored", "at", r.Copy.At.Format("2006-01-02 15:04 UTC"), "entries", r.Entries, "erased", r.Erased))
	key := "backup.lacks_unknown"
	switch {
	case r.Known > 0 && r.Lacks() == 0:
		key = "backup.lacks_nothing"
	case r.Known > 0:
		key = "backup.lacks"
	}
	e.printf("%s\n%s\n", i18n.T(e.lang, key, "count", r.Lacks()), i18n.T(e.lang, "backup.now_barred"))
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Err != nil && fault.KindOf(f.Err) == fault.KindInvalid {
			f.Detail = i18n.Error(e.lang, f.Err)
		}
		if !f.OK {
			e.printf("!! %s  %s\n", i18n.T(e.lang, "app.doctor."+f.Name), f.Detail)
		}
	}
	return e.result(map[string]any{"restored": true, "copied_at": r.Copy.At, "entries": r.Entries, "known_entries": r.Known, "lacks": r.Lacks(),
		"erased_again": r.Erased, "files": len(r.Copy.Files), "bytes": r.Copy.Size(), "findings": r.Findings, "seconds": took.Seconds()})
}
