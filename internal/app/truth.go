package app

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"sync"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/registry"
)

// truth knows what the families of a demo truly consume, since they were
// invented. Of real families nobody knows; a survey would have to ask.
type truth struct {
	a *App

	mu    sync.Mutex
	known map[ident.ID]money.Rupiah
}

// Of returns true consumption per person and month, by family; nothing where
// there is no demo in the data folder.
func (t *truth) Of(ctx context.Context) (map[ident.ID]money.Rupiah, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known != nil {
		return t.known, nil
	}
	rows, err := readTruth(filepath.Join(t.a.Dir, "demo"), "welfare.csv")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	by := make(map[string]money.Rupiah, len(rows))
	for _, row := range rows {
		n, err := strconv.ParseInt(row["konsumsi"], 10, 64)
		if err != nil {
			return nil, fault.Invalid("app.bad_truth", "value", row["konsumsi"]).Because(err)
		}
		by[row["id_keluarga"]] = money.Rupiah(n)
	}
	known := make(map[ident.ID]money.Rupiah, len(by))
	err = t.a.Registry.Scan(access.With(ctx, access.System("truth")), access.PurposeStatistics, func(r *registry.Record) error {
		if v, ok := by[r.Family.LocalKey]; ok {
			known[r.Family.ID] = v
		}
		return nil
	})
	if err == nil {
		t.known = known
	}
	return known, err
}
