package audit

import (
	"context"
	"iter"
	"time"

	"gotong/internal/access"
)

// Filter chooses entries of a list. A zero field lets everything through.
type Filter struct {
	Actor   string // login
	Action  string // whole, or its first part: "payment" is every payment.…
	Subject string
	Area    string // and what lies in it
	Purpose access.Purpose
	From    time.Time // from this instant on
	Until   time.Time // before this instant
}

// Place is where a page of a list begins. The zero Place is the newest entry.
type Place struct {
	Below   int64 // entries with a smaller Seq, the newest of them first; 0 is no bound
	AtLeast int64 // the page of entries from this Seq on that lies next to it; 0 is no bound
}

// Find returns a page of the log, newest first, for an auditor, and what
// lies beyond it. An auditor sees the entries on their own areas, and those
// on no area, such as sign-ins. Reading the log is recorded too.
func (s *Service) Find(ctx context.Context, f Filter, p Place, limit int) (entries []Entry, err error) {
	if _, err := access.Require(ctx, access.SeeAudit); err != nil {
		return nil, err
	}
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		if entries, err = s.store.Find(ctx, f, p, limit); err != nil {
			return err
		}
		return s.log.Append(ctx, Act{Purpose: access.PurposeAudit, Action: "audit.read", Area: f.Area, Count: int64(len(entries))})
	})
	return entries, err
}

// All returns every entry that the filter lets through, newest first, for a
// file. It reads page by page, so that a long file holds up nobody's work.
func (s *Service) All(ctx context.Context, f Filter) iter.Seq2[Entry, error] {
	const page = 2000
	return func(yield func(Entry, error) bool) {
		var p Place
		for {
			entries, err := s.Find(ctx, f, p, page)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
			}
			if len(entries) < page || entries[page-1].Seq == 0 {
				return
			}
			p.Below = entries[page-1].Seq
		}
	}
}
