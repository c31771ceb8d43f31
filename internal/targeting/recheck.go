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
	kept := os.DirFS(s.Dir(id))
	models, err := LoadModels(s.Catalogue, kept)
	if err != nil {
		return fault.Invalid("targeting.recheck", "file", modelFile).Because(err)
	}
	by, err := models.of(r.Content)
	if err != nil {
		return fault.Invalid("targeting.recheck", "file", modelFile).Because(err)
	}
	if by.Lines, err = LoadLines(kept); err != nil {
		return fault.Invalid("targeting.recheck", "file", linesFile).Because(err)
	}
	by.Order = r.order()
	if by.Meetings, err = r.Meetings(); err != nil {
		return fault.Invalid("targeting.recheck", "file", meetingsFile).Because(err)
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
