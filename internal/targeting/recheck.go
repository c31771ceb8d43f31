package targeting

import (
	"context"
	"fmt"
	"os"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
	"gotong/internal/snapshot"
)

// Recheck recomputes a ranking from its snapshot, with the model and the
// lines as they were kept beside it. It returns fault.Invalid when anything
// comes out differently or a file has changed.
//
// Stages: rank_score and rank_write, counting families.
func (s *Service) Recheck(ctx context.Context, id ident.ID, p run.Progress) error {
	h, err := s.Header(ctx, id)
	if err != nil {
		return err
	}
	r, err := s.Open(ctx, id)
	if err != nil {
		return err
	}
	snap, err := s.Snapshots.Open(ctx, h.SnapshotID)
	if err != nil {
		return err
	}
	by, err := s.policyOf(r)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(s.Root, "rechecking-")
	if err != nil {
		return fmt.Errorf("targeting: %w", err)
	}
	defer os.RemoveAll(dir)
	again, err := Compute(ctx, snap, by, dir, p)
	if err != nil {
		return err
	}
	if snapshot.Digest("ranking", again) != r.Digest {
		return fault.Invalid("targeting.recheck", "file", manifestFile)
	}
	return nil
}

// policyOf returns what a ranking went by, as it was kept beside it.
func (s *Service) policyOf(r *Ranking) (Policy, error) {
	changed := func(file string, err error) error {
		return fault.Invalid("targeting.recheck", "file", file).Because(err)
	}
	by, err := r.models(s.Catalogue)
	if err != nil {
		return by, changed(modelFile, err)
	}
	if by.Lines, err = r.Lines(); err != nil {
		return by, changed(linesFile, err)
	}
	by.Order = r.order()
	if by.Meetings, err = r.Meetings(); err != nil {
		return by, changed(meetingsFile, err)
	}
	return by, nil
}
