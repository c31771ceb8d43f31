package cli

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"gotong/internal/app"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/exchange"
	"gotong/internal/targeting"
)

// do carries out a run here and now, with progress, and decodes its result.
func do[R any](ctx context.Context, e *env, a *app.App, kind run.Kind, args any, dry bool) (R, error) {
	var result R
	p, done := e.progress()
	r, err := a.Runs.Do(ctx, kind, args, dry, p)
	done()
	if err != nil {
		return result, err
	}
	return result, json.Unmarshal(r.Result, &result)
}

func snapshotCommand(e *env) *cobra.Command {
	var asOf string
	c := &cobra.Command{
		Use: "snapshot", Short: "Freeze the active register into signed, immutable column files", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := dayOf(asOf)
			if err != nil {
				return err
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				h, err := do[snapshot.Header](ctx, e, a, app.KindSnapshot, app.SnapshotArgs{AsOf: day}, false)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.snapshot", "id", h.ID, "families", h.Families, "persons", h.Members, "digest", h.Digest))
				return e.result(h)
			})
		},
	}
	c.Flags().StringVar(&asOf, "as-of", "", "day that ages are counted to, YYYY-MM-DD (default: today)")
	c.AddCommand(snapshotExport(e))
	return c
}

func snapshotExport(e *env) *cobra.Command {
	var of, format, out string
	c := &cobra.Command{
		Use: "export", Short: "Write a snapshot for other programs, without names, numbers or ids", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case format != "parquet":
				return fault.Invalid("snapshot.export_format", "format", format)
			case out == "":
				return fault.Invalid("snapshot.export_no_folder")
			}
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				id, err := snapshotOf(ctx, a, of)
				if err != nil {
					return err
				}
				s := exchange.Service{Unit: a.DB, Snapshots: a.Snapshots, Catalogue: a.Catalogue, Log: a.Audit.Log()}
				p, done := e.progress()
				m, err := s.Export(ctx, id, out, p)
				done()
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.snapshot_exported", "families", m.Families, "persons", m.Members, "folder", out))
				return e.result(map[string]any{"snapshot": m.Snapshot, "families": m.Families, "persons": m.Members, "files": m.Files})
			})
		},
	}
	c.Flags().StringVar(&of, "snapshot", "", "snapshot id (default: the newest)")
	c.Flags().StringVar(&format, "format", "parquet", "format: parquet")
	c.Flags().StringVar(&out, "out", "", "new folder to write into")
	return c
}

func rankCommand(e *env) *cobra.Command {
	var of, model string
	c := &cobra.Command{
		Use: "rank", Short: "Score the families of a snapshot and cut deciles", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.with(cmd.Context(), func(ctx context.Context, a *app.App) error {
				id, err := snapshotOf(ctx, a, of)
				if err != nil {
					return err
				}
				h, err := do[targeting.Header](ctx, e, a, app.KindRank, app.RankArgs{Snapshot: id, Model: model}, false)
				if err != nil {
					return err
				}
				e.printf("%s\n", i18n.T(e.lang, "cli.ranking", "id", h.ID, "model", h.ModelNames(), "digest", h.Digest))
				return e.result(h)
			})
		},
	}
	c.Flags().StringVar(&of, "snapshot", "", "snapshot id (default: the newest)")
	c.Flags().StringVar(&model, "model", "", "one scoring model for all (default: for each area the one in force on the snapshot's day)")
	return c
}

// snapshotOf reads a snapshot's id; none is the newest.
func snapshotOf(ctx context.Context, a *app.App, s string) (ident.ID, error) {
	if s != "" {
		id, err := ident.Parse(s)
		if err != nil {
			return id, fault.Invalid("cli.bad_id", "value", s).Because(err)
		}
		return id, nil
	}
	headers, err := a.Snapshots.Headers(ctx, 1)
	if err != nil {
		return ident.ID{}, err
	}
	if len(headers) == 0 {
		return ident.ID{}, fault.NotFound("cli.no_snapshot")
	}
	return headers[0].ID, nil
}
