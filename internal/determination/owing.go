package determination

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/snapshot"
)

// Owed is a duty that goes with what an enacted determination gives.
type Owed struct {
	FamilyID  ident.ID
	PersonID  ident.ID // the member whose duty it is
	Area      string
	Condition *programme.Condition
}

// Owing calls fn for every duty that an enacted determination's entitlements
// to a programme bring, by area, family, member and the file's order, and
// returns the programme as it decided. Who owes what is read from the facts
// that were decided on; where a fact is missing the duty is not asked.
//
// It needs access.ManageDuties and returns the faults of Entitled.
func (s *Service) Owing(ctx context.Context, id ident.ID, code string, fn func(Owed) error) (*programme.Programme, error) {
	actor, err := access.Require(ctx, access.ManageDuties)
	if err != nil {
		return nil, err
	}
	h, files, err := s.open(ctx, id)
	if err != nil {
		return nil, err
	}
	if h.State != Enacted {
		return nil, fault.Conflict("determination.not_enacted")
	}
	all, err := s.programmes(files)
	if err != nil {
		return nil, err
	}
	k := slices.IndexFunc(all, func(p *programme.Programme) bool { return p.Code == code })
	if k < 0 {
		return nil, fault.NotFound("determination.no_programme", "programme", code)
	}
	snap, err := s.Snapshots.Open(ctx, h.SnapshotID)
	if err != nil {
		return nil, err
	}
	if snap.Digest != files.Snapshot {
		return nil, fault.Invalid("snapshot.manifest_changed", "file", manifestFile)
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "determination.owing", Subject: id.String(),
			Area: actor.Scope.String(), Detail: code, Fields: []string{"outcome", "facts"}, Count: files.Content.Programmes[k].Counts.Entitled})
	})
	if err != nil {
		return nil, err
	}
	o := owing{programme: all[k], scope: actor.Scope, fn: fn}
	for i, part := range snap.Parts {
		if !actor.Scope.Touches(part.Area) {
			continue
		}
		if err := o.part(ctx, files, snap, part, files.Content.Programmes[k].Parts[i]); err != nil {
			return nil, fmt.Errorf("determination: duties of %s: %w", code, err)
		}
	}
	return all[k], nil
}

// owing finds the duties of one programme.
type owing struct {
	programme *programme.Programme
	scope     access.Scope
	fn        func(Owed) error
}

// part finds those of one partition.
func (o owing) part(ctx context.Context, files *Files, snap *snapshot.Snapshot, part snapshot.Part, outcomes Part) error {
	choice := snapshot.Only().WithIDs()
	for _, c := range o.programme.Conditions {
		if c.When == nil {
			continue
		}
		for _, f := range c.When.Facts() {
			choice = choice.With(f.Level, f.Code)
		}
	}
	p, err := snap.PartitionOf(part, choice)
	if err != nil {
		return err
	}
	f, err := p.Read(0, p.Families, choice)
	if err != nil {
		return err
	}
	rows, err := files.Rows(outcomes)
	if err != nil {
		return err
	}
	var failed error
	eachSubject(o.programme, &f.Batch, func(row, family, member int) {
		if failed == nil {
			failed = o.subject(ctx, f, family, member, rows.At(row))
		}
	})
	return failed
}

// subject finds those of one entitlement.
func (o owing) subject(ctx context.Context, f *snapshot.Families, family, member int, d Decision) error {
	if d.Outcome != Entitled || !o.scope.Covers(f.Area(family)) {
		return ctx.Err()
	}
	from, _ := f.MembersOf(family)
	for _, l := range d.Lines {
		whose := l.Member
		if whose == rule.NoMember {
			whose = member
		}
		if whose == rule.NoMember {
			continue // a duty of nobody in particular cannot be seen to be met
		}
		for i := range o.programme.Conditions {
			c := &o.programme.Conditions[i]
			if c.Component != o.programme.Benefits[l.Benefit].Component || c.When != nil && c.When.Interpreter().Ask(&f.Batch, family, whose).Truth != rule.Yes {
				continue
			}
			if err := o.fn(Owed{FamilyID: f.IDs[family], PersonID: f.MemberIDs[from+whose], Area: f.Area(family), Condition: c}); err != nil {
				return err
			}
		}
	}
	return nil
}
