package delivery

import (
	"bytes"
	"context"
	"errors"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/run"
)

// Collect fetches the return files that the channel has for a list, and
// reconciles those that are new. It needs access.Reconcile.
func (s *Service) Collect(ctx context.Context, id ident.ID, p run.Progress) ([]*Reconciliation, error) {
	if _, err := access.Require(ctx, access.Reconcile); err != nil {
		return nil, err
	}
	f, err := s.file(ctx, id)
	if err != nil {
		return nil, err
	}
	if f.State != FileHanded && f.State != FileHanding {
		return nil, fault.Conflict("delivery.not_sent", "number", f.Batch)
	}
	channel, err := s.channelOf(ctx, id)
	if err != nil {
		return nil, err
	}
	files, err := channel.Statements(ctx, f.Batch)
	if errors.Is(err, bank.ErrNotReceived) {
		return nil, nil // there can be no answer yet; Enquire says more
	}
	if err != nil {
		return nil, fault.Unavailable("delivery.no_statement", "number", f.Batch).Because(err)
	}
	var all []*Reconciliation
	for _, file := range files {
		r, err := s.Reconcile(ctx, file.Name, bytes.NewReader(file.File), false, p)
		if err != nil {
			return all, err
		}
		if !r.Known {
			all = append(all, r)
		}
	}
	return all, nil
}
