package targeting

import (
	"context"
	"fmt"
	"os"

	"gotong/internal/fault"
	"gotong/internal/run"
	"gotong/internal/snapshot"
)

// Base returns the model of a ranking that an edit changes, as it was kept
// beside the ranking.
func (s *Service) Base(r *Ranking, e ModelEdit) (*Model, error) {
	by, err := r.models(s.Catalogue)
	if err != nil {
		return nil, err
	}
	for _, m := range by.all() {
		if e.Model == "" || m.Code == e.Model {
			return m, nil
		}
	}
	return nil, fault.NotFound("targeting.no_model", "code", e.Model)
}

// Bases returns the models of a ranking, the first first.
func (s *Service) Bases(r *Ranking) ([]*Model, error) {
	by, err := r.models(s.Catalogue)
	return by.all(), err
}

// Try ranks the families of a ranking's snapshot as it would with one of its
// models changed, all else equal, and gives that to use. Nothing is kept: what
// it gives can be read until use returns.
func (s *Service) Try(ctx context.Context, snap *snapshot.Snapshot, r *Ranking, e ModelEdit, use func(*Ranking) error) error {
	by, err := s.policyOf(r)
	if err != nil {
		return err
	}
	base, err := s.Base(r, e)
	if err != nil {
		return err
	}
	next, err := base.Edited(s.Catalogue, e)
	if err != nil {
		return err
	}
	if by.Model == base {
		by.Model = next
	}
	by.Regional = append([]*Model(nil), by.Regional...)
	for i, m := range by.Regional {
		if m == base {
			by.Regional[i] = next
		}
	}
	if err := os.MkdirAll(s.Root, 0o700); err != nil {
		return fmt.Errorf("targeting: %w", err)
	}
	dir, err := os.MkdirTemp(s.Root, "trying-")
	if err != nil {
		return fmt.Errorf("targeting: %w", err)
	}
	defer os.RemoveAll(dir)
	content, err := Compute(ctx, snap, by, dir, run.Silent{})
	if err != nil {
		return err
	}
	if err := by.write(dir); err != nil {
		return err
	}
	return use(content.In(dir))
}
