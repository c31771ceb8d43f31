package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/generator"
	"gotong/internal/ident"
)

func benchWrite(e *env) *cobra.Command {
	var seconds float64
	c := &cobra.Command{
		Use: "write", Short: "Count acts a second that are on the disk with their audit entry before they are answered", Args: cobra.NoArgs,
		Long: `Has 1, 8 and 64 at a time have a family's account verified, and look at a family: each act
is in the audit log, and all of it on the disk (synchronous=FULL), before the
next begins. What waits for its turn at once is committed together.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inFolder(func(dir string) error {
				return writeBench{e, time.Duration(seconds * float64(time.Second))}.run(cmd.Context(), dir)
			})
		},
	}
	c.Flags().Float64Var(&seconds, "seconds", 2, "how long each is measured")
	return c
}

// writeBench writes into a small register.
type writeBench struct {
	*env
	long time.Duration
}

// atOnce are how many act at a time.
var atOnce = []int{1, 8, 64}

func (b writeBench) run(ctx context.Context, dir string) error {
	a, err := b.openQuiet(ctx, filepath.Join(dir, "data"))
	if err != nil {
		return err
	}
	defer a.Close()
	ctx = db.WithPatience(access.With(ctx, access.System("bench")), b.long) // as whoever stands at a counter
	files := filepath.Join(dir, "files")
	if _, err := generator.Generate(ctx, generator.Options{Families: 300, Seed: 1, AsOf: civil.MustParse("2026-01-01"), Dir: files}); err != nil {
		return err
	}
	if _, err := importFolder(ctx, a, files); err != nil {
		return err
	}
	var families []ident.ID
	err = a.DB.Read(ctx, func(ctx context.Context) error {
		families, err = db.All(ctx, "families", "SELECT DISTINCT a.family_id FROM account a JOIN family f ON f.id = a.family_id WHERE {scope f.area}", func(scan db.Scanner, id *ident.ID) error { return scan(id) })
		return err
	})
	if err != nil {
		return err
	}
	out := map[string]any{"cores": runtime.NumCPU()}
	for _, act := range []struct {
		name, said string
		do         func(ctx context.Context, id ident.ID) error
	}{
		{"change", "an account verified", func(ctx context.Context, id ident.ID) error {
			return a.DB.Write(ctx, func(ctx context.Context) error {
				err := db.Exec(ctx, "changing", "UPDATE account SET status = 'verified' WHERE family_id IN (SELECT f.id FROM family f WHERE {scope f.area} AND f.id = $1)", id)
				if err != nil {
					return err
				}
				return a.Audit.Log().Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "account.verify", Subject: id.String(), Count: 1})
			})
		}},
		{"look", "a look on record", func(ctx context.Context, id ident.ID) error {
			return a.DB.Read(ctx, func(ctx context.Context) error {
				return a.Audit.Log().Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "family.read", Subject: id.String(), Fields: []string{"core"}, Count: 1})
			})
		}},
	} {
		for _, n := range atOnce {
			busy := processorTime()
			during, stop := context.WithTimeout(ctx, b.long)
			l, err := race(during, n, func(i int) error { return act.do(ctx, families[i%len(families)]) })
			stop()
			if err != nil {
				return err
			}
			each := float64((processorTime() - busy).Microseconds()) / float64(len(l.times))
			b.printf("%s, %d at a time: %s, %.0f µs of processor each\n", act.said, n, l, each)
			figure := l.figure()
			figure["processor_us"] = each
			out[fmt.Sprintf("%s_%d", act.name, n)] = figure
		}
	}
	return b.result(out)
}
