package authority

import (
	"context"
	"fmt"
	"io"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/linkage/roster"
	"gotong/internal/work"
)

// Labels under which a list and an entry are sealed, and the kind of an
// entry's fingerprint.
const (
	labelList  = "authority.list"
	labelEntry = "authority.entry"
	blindEntry = "authority.entry"
)

// Given is what somebody says of a list that they hand in.
type Given struct {
	Kind   string
	Origin string
	On     civil.Date
	// Mapping is role=column, as roster.ParseMapping reads it; none where the
	// columns are called as they usually are.
	Mapping []string
}

// Today returns the day by which lists are read.
func (s *Service) Today() civil.Date { return civil.OfTime(s.Clock.Now()) }

// Kinds returns the kinds of authority in force.
func (s *Service) Kinds() []Kind { return s.Policies.On(s.Today()).Kinds }

func (s *Service) keep(ctx context.Context, r *Receiver, g Given) (*List, error) {
	actor, err := access.Require(ctx, access.StartRuns)
	if err != nil {
		return nil, err
	}
	if _, err := s.Policies.On(s.Today()).Kind(g.Kind); err != nil {
		return nil, err
	}
	g.Origin = strings.TrimSpace(g.Origin)
	switch {
	case r.size == 0:
		return nil, fault.Invalid("linkage.authority.error.no_file")
	case g.Origin == "":
		return nil, fault.Invalid("linkage.authority.error.origin")
	case g.On > s.Today():
		return nil, fault.Invalid("linkage.authority.error.day")
	}
	mapping, err := r.mapped(ctx, g.Mapping)
	if err != nil {
		return nil, err
	}
	if err := r.readable(ctx, mapping); err != nil {
		return nil, err
	}
	l := &List{ID: r.id, Kind: g.Kind, File: r.file, Origin: g.Origin, On: g.On, Mapping: mapping.Texts(),
		By: actor.Login, At: s.Clock.Now(), Size: r.size}
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.KeepList(ctx, l); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "authority.bring", Subject: l.ID.String(), Count: 1, Detail: l.Kind})
	})
	if err != nil {
		return nil, fmt.Errorf("authority: keeping a list: %w", err)
	}
	return l, nil
}

func (r *Receiver) content(ctx context.Context) *io.SectionReader {
	return r.s.content(ctx, r.id, r.size)
}

// mapped returns the mapping of a list, held against its heading.
func (r *Receiver) mapped(ctx context.Context, texts []string) (roster.Mapping, error) {
	if len(texts) == 0 {
		return roster.Guess(r.file, r.content(ctx))
	}
	m, err := roster.ParseMapping(texts...)
	if err != nil {
		return nil, err
	}
	return m, roster.Heading(r.file, r.content(ctx), m)
}

// readable reads a list to its end, so that none is kept that a run could not
// match, or that says who nobody is.
func (r *Receiver) readable(ctx context.Context, m roster.Mapping) error {
	tell := false
	source := roster.Source{Path: r.file, Mapping: m, Seen: func(e roster.Entry) {
		tell = tell || strings.TrimSpace(e.Record.Name) != "" || linkage.Code(e.Record.Number) != ""
	}}
	if _, err := roster.ReadFrom(ctx, r.content(ctx), source, nil, r.s.Today()); err != nil {
		return err
	}
	if !tell {
		return fault.Invalid("linkage.authority.error.no_rows", "file", r.file)
	}
	return nil
}

// Discard forgets the data of a list that was not matched; the list stays, as
// one that was put aside. It returns fault.Conflict for one that was matched.
func (s *Service) Discard(ctx context.Context, id ident.ID) error {
	if _, err := access.Require(ctx, access.StartRuns); err != nil {
		return err
	}
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		l, err := s.waiting(ctx, id)
		if err != nil {
			return err
		}
		if err := s.Store.Finish(ctx, id, Counts{ID: id, Discarded: true}, s.Clock.Now()); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "authority.discard", Subject: id.String(), Count: 1, Detail: l.Kind})
	})
	if err != nil {
		return fmt.Errorf("authority: discarding a list: %w", err)
	}
	return nil
}

// waiting returns a list that was not matched yet; fault.Conflict for others.
func (s *Service) waiting(ctx context.Context, id ident.ID) (*List, error) {
	l, err := s.Store.List(ctx, id)
	if err == nil && l.State() != StateWaiting {
		err = fault.Conflict("linkage.authority.error.done")
	}
	return l, err
}

// Lists returns the newest lists, newest first.
func (s *Service) Lists(ctx context.Context, limit int) ([]List, error) {
	if _, err := access.Require(ctx, access.SeeDuplicates); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) ([]List, error) { return s.Store.Lists(ctx, limit) })
}

// One returns a list, and its matches in the actor's area by village.
func (s *Service) One(ctx context.Context, id ident.ID) (*List, []Village, error) {
	if _, err := access.Require(ctx, access.SeeDuplicates); err != nil {
		return nil, nil, err
	}
	var l *List
	var villages []Village
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if l, err = s.Store.List(ctx, id); err != nil {
			return err
		}
		villages, err = s.Store.Villages(ctx, id)
		return err
	})
	return l, villages, err
}
