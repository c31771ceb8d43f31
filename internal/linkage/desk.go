package linkage

import (
	"context"
	"fmt"
	"iter"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/nik"
	"gotong/internal/registry"
)

// Page is a page of a list of pairs.
type Page struct {
	Rows       []Candidate
	Next, Prev *Cursor // nil where there is none
}

// List returns a page of at most limit pairs, surest first. The look is
// recorded before the page is handed out.
func (s *Service) List(ctx context.Context, f Filter, c Cursor, limit int) (*Page, error) {
	actor, err := access.Require(ctx, access.SeeDuplicates)
	if err != nil {
		return nil, err
	}
	var page *Page
	err = s.read(ctx, func(ctx context.Context) ([]audit.Act, error) {
		rows, err := s.store.List(ctx, f, c, limit+1)
		if err != nil {
			return nil, err
		}
		page = cut(rows, c, limit)
		return []audit.Act{f.act(actor, "duplicate.list", int64(len(page.Rows)))}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("linkage: listing: %w", err)
	}
	return page, nil
}

// cut takes off the one row too many that tells whether the list goes on.
func cut(rows []Candidate, c Cursor, limit int) *Page {
	more := len(rows) > limit
	if more && c.Back {
		rows = rows[1:]
	} else if more {
		rows = rows[:limit]
	}
	p := &Page{Rows: rows}
	if len(rows) == 0 {
		return p
	}
	if c.Back || more {
		last := rows[len(rows)-1]
		p.Next = &Cursor{Score: last.Score, ID: last.ID}
	}
	if c.Back && more || !c.Back && !c.ID.IsZero() {
		p.Prev = &Cursor{Score: rows[0].Score, ID: rows[0].ID, Back: true}
	}
	return p
}

func (f Filter) act(actor access.Actor, action string, n int64) audit.Act {
	return audit.Act{Purpose: access.PurposeVerification, Action: action, Area: actor.Scope.Within(f.Area).String(),
		Fields: []string{"name", "born"}, Count: n}
}

// Count returns how many pairs the filter lets through.
func (s *Service) Count(ctx context.Context, f Filter) (int64, error) {
	if _, err := access.Require(ctx, access.SeeDuplicates); err != nil {
		return 0, err
	}
	var n int64
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		n, err = s.store.Count(ctx, f)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("linkage: counting: %w", err)
	}
	return n, nil
}

// exportPage is how many pairs are read at a time while exporting.
const exportPage = 1000

// All returns every pair that the filter lets through, surest first, for a
// file. It needs the permission to export as well; the look is recorded, with
// the count, before the first row.
func (s *Service) All(ctx context.Context, f Filter) iter.Seq2[Candidate, error] {
	return func(yield func(Candidate, error) bool) {
		if err := s.exporting(ctx, f); err != nil {
			yield(Candidate{}, err)
			return
		}
		var c Cursor
		for {
			var rows []Candidate
			err := s.unit.Read(ctx, func(ctx context.Context) error {
				var err error
				rows, err = s.store.List(ctx, f, c, exportPage)
				return err
			})
			if err != nil {
				yield(Candidate{}, fmt.Errorf("linkage: exporting: %w", err))
				return
			}
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
			if len(rows) < exportPage {
				return
			}
			last := rows[len(rows)-1]
			c = Cursor{Score: last.Score, ID: last.ID}
		}
	}
}

func (s *Service) exporting(ctx context.Context, f Filter) error {
	actor, err := access.Require(ctx, access.Export)
	if err != nil {
		return err
	}
	n, err := s.Count(ctx, f)
	if err != nil {
		return err
	}
	return s.read(ctx, func(context.Context) ([]audit.Act, error) {
		return []audit.Act{f.act(actor, "duplicate.export", n)}, nil
	})
}

// Review is a pair on the desk, with the other pairs of its two people.
type Review struct {
	Candidate
	Others []Candidate
	// Next is the surest pair that still waits, to go on with; nil when
	// this was the last.
	Next *ident.ID
}

// Candidate returns a pair to be looked at side by side; numbers are masked.
// A look is recorded for both families before anything is handed out. It
// returns fault.NotFound when neither person is in the actor's area.
func (s *Service) Candidate(ctx context.Context, id ident.ID) (*Review, error) {
	if _, err := access.Require(ctx, access.SeeDuplicates); err != nil {
		return nil, err
	}
	r := &Review{}
	err := s.read(ctx, func(ctx context.Context) ([]audit.Act, error) {
		c, err := s.store.Candidate(ctx, id)
		if err != nil {
			return nil, err
		}
		r.Candidate = *c
		if r.Others, err = s.store.Others(ctx, c); err != nil {
			return nil, err
		}
		if r.Next, err = s.next(ctx, c); err != nil {
			return nil, err
		}
		var acts []audit.Act
		for _, side := range []*Side{&r.Left, &r.Right} {
			if err := s.mask(side); err != nil {
				return nil, err
			}
			if side.Shown {
				acts = append(acts, audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.read", Subject: side.Family.String(),
					Area: side.Area, Fields: []string{"name", "mother_name", "born", "sex", "address", "nik_masked"}, Count: 1})
			}
		}
		return acts, nil
	})
	if err != nil {
		return nil, fmt.Errorf("linkage: reading a pair: %w", err)
	}
	return r, nil
}

// next returns the surest open pair after c, or the surest of all.
func (s *Service) next(ctx context.Context, c *Candidate) (*ident.ID, error) {
	for _, from := range []Cursor{{Score: c.Score, ID: c.ID}, {}} {
		rows, err := s.store.List(ctx, Filter{Status: Open}, from, 2)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.ID != c.ID {
				return &r.ID, nil
			}
		}
	}
	return nil, nil
}

func (s *Service) mask(side *Side) error {
	number, err := s.keys.Open(registry.LabelNIK, side.NIKSealed)
	if err != nil {
		return err
	}
	if number != "" {
		side.NIKMasked = nik.Number(number).Mask()
	}
	return nil
}

// Decide records what somebody says of an open pair. To confirm closes the
// record that is not kept: that person's status becomes duplicate, in the
// same transaction, and what else waited on that record is settled.
//
// It returns fault.Conflict when the pair was decided already, or when the
// record to be kept is itself closed as a duplicate, and fault.Forbidden when
// the record to be closed is another area's.
func (s *Service) Decide(ctx context.Context, id ident.ID, d Decision, note string) error {
	actor, err := access.Require(ctx, access.ResolveDuplicates)
	if err != nil {
		return err
	}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		c, err := s.store.Candidate(ctx, id)
		if err != nil {
			return err
		}
		return s.decide(ctx, actor, c, d, note)
	})
	if err != nil {
		return fmt.Errorf("linkage: deciding: %w", err)
	}
	return nil
}

// decide is Decide in a transaction.
func (s *Service) decide(ctx context.Context, actor access.Actor, c *Candidate, d Decision, note string) error {
	c.By, c.At, c.Note = actor.Login, s.clock.Now(), note
	act := audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.reject", Subject: c.ID.String(), Count: 1}
	switch d {
	case Apart:
		c.Status = Rejected
	case KeepLeft, KeepRight:
		dropped, kept := &c.Right, &c.Left
		if d == KeepRight {
			dropped, kept = kept, dropped
		}
		c.Status, c.Dropped = Confirmed, dropped.Person
		act = audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.confirm", Subject: dropped.Family.String(),
			Area: dropped.Area, Fields: []string{"status"}, Count: 1, Detail: "pair " + c.ID.String() + ", kept " + kept.Person.String()}
		if err := s.closable(ctx, dropped, kept); err != nil {
			return err
		}
	default:
		return fault.Invalid("linkage.error.decision")
	}
	was, err := s.store.Decide(ctx, c, Open)
	if err != nil {
		return err
	}
	if !was {
		return fault.Conflict("linkage.error.decided")
	}
	if c.Status == Confirmed {
		dropped, kept := c.side(c.Dropped)
		if err := s.store.Settle(everywhere(ctx), dropped.Person, c.ID); err != nil {
			return err
		}
		err := s.register.SetPersonStatus(ctx, dropped.Family, dropped.Person, registry.PersonDuplicate,
			"Tercatat ganda; yang dipakai adalah catatan "+kept.Person.String(), evidence(c.ID))
		if err != nil {
			return err
		}
	}
	return s.log.Append(ctx, act)
}

// evidence names a pair in the history of a family.
func evidence(id ident.ID) string { return "duplicate_pair:" + id.String() }

// everywhere lets a consequence of a decision reach pairs of other areas;
// nothing of them is handed out.
func everywhere(ctx context.Context) context.Context {
	return access.With(ctx, access.System("linkage"))
}

// closable returns why a record cannot be closed in favour of another.
func (s *Service) closable(ctx context.Context, dropped, kept *Side) error {
	if !dropped.Shown {
		return fault.Forbidden("linkage.error.other_area")
	}
	if dropped.Status != registry.PersonActive || kept.Shown && kept.Status != registry.PersonActive {
		return fault.Conflict("linkage.error.inactive")
	}
	closed, err := s.store.Closed(everywhere(ctx), kept.Person)
	if err != nil {
		return err
	}
	if closed {
		return fault.Conflict("linkage.error.kept_closed")
	}
	return nil
}

// Undo takes a decision back: the pair is open again, and a record that the
// decision closed counts again. It returns fault.Conflict when nothing was
// decided, or when the record's status was changed since.
func (s *Service) Undo(ctx context.Context, id ident.ID) error {
	if _, err := access.Require(ctx, access.ResolveDuplicates); err != nil {
		return err
	}
	err := s.unit.Write(ctx, func(ctx context.Context) error {
		c, err := s.store.Candidate(ctx, id)
		if err != nil {
			return err
		}
		from := c.Status
		if from != Confirmed && from != Rejected {
			return fault.Conflict("linkage.error.undecided")
		}
		act := audit.Act{Purpose: access.PurposeVerification, Action: "duplicate.undo", Subject: c.ID.String(), Count: 1, Detail: string(from)}
		if from == Confirmed {
			if act.Subject, act.Area, err = s.revive(ctx, c); err != nil {
				return err
			}
		}
		c.Status, c.Dropped, c.By, c.At, c.Note = Open, ident.ID{}, "", time.Time{}, ""
		was, err := s.store.Decide(ctx, c, from)
		if err != nil {
			return err
		}
		if !was {
			return fault.Conflict("core.error.conflict")
		}
		return s.log.Append(ctx, act)
	})
	if err != nil {
		return fmt.Errorf("linkage: undoing: %w", err)
	}
	return nil
}

// revive opens the record that a pair closed again.
func (s *Service) revive(ctx context.Context, c *Candidate) (subject, area string, err error) {
	dropped, _ := c.side(c.Dropped)
	if !dropped.Shown {
		return "", "", fault.Forbidden("linkage.error.other_area")
	}
	if dropped.Status != registry.PersonDuplicate {
		return "", "", fault.Conflict("linkage.error.changed_since")
	}
	err = s.register.SetPersonStatus(ctx, dropped.Family, dropped.Person, registry.PersonActive,
		"Keputusan tercatat ganda dibatalkan", evidence(c.ID))
	if err != nil {
		return "", "", err
	}
	return dropped.Family.String(), dropped.Area, s.store.Unsettle(everywhere(ctx), c.ID)
}
