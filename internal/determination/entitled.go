package determination

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/programme"
)

// Entitlement is what an enacted determination gives a family or person.
type Entitlement struct {
	FamilyID  ident.ID
	PersonID  ident.ID // zero in a programme of families
	Area      string
	Programme string
	Version   string
	Lines     []GivenLine
	Annual    money.Rupiah // for a year, or the one time
}

// Entitled calls fn for everyone in the actor's area whom an enacted
// determination entitles to a programme, by area, family and person. It reads
// the signed files, not the rows in the database: a row that somebody forged
// is never paid.
//
// It returns fault.Conflict unless the determination is enacted, and
// fault.NotFound when it does not decide the programme.
func (s *Service) Entitled(ctx context.Context, id ident.ID, code string, fn func(Entitlement) error) error {
	actor, err := access.Require(ctx, access.SeeMoney)
	if err != nil {
		if actor, err = access.Require(ctx, access.ManageGoods); err != nil {
			return err
		}
	}
	h, files, err := s.open(ctx, id)
	if err != nil {
		return err
	}
	if h.State != Enacted {
		return fault.Conflict("determination.not_enacted")
	}
	all, err := s.programmes(files)
	if err != nil {
		return err
	}
	k := slices.IndexFunc(all, func(p *programme.Programme) bool { return p.Code == code })
	if k < 0 {
		return fault.NotFound("determination.no_programme", "programme", code)
	}
	snap, err := s.Snapshots.Open(ctx, h.SnapshotID)
	if err != nil {
		return err
	}
	if snap.Digest != files.Snapshot {
		return fault.Invalid("snapshot.manifest_changed", "file", manifestFile)
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "determination.entitled", Subject: id.String(),
			Area: actor.Scope.String(), Detail: code, Fields: []string{"outcome", "amount"}, Count: files.Content.Programmes[k].Counts.Entitled})
	})
	if err != nil {
		return err
	}
	for i, part := range snap.Parts {
		if !actor.Scope.Touches(part.Area) {
			continue
		}
		f, err := readIDs(snap, part)
		if err != nil {
			return err
		}
		err = rowsOfPart(files, f, all[k], files.Content.Programmes[k].Parts[i], func(r Row) error {
			if r.Outcome != Entitled || !actor.Scope.Covers(r.Area) {
				return ctx.Err()
			}
			return fn(Entitlement{r.FamilyID, r.PersonID, r.Area, code, all[k].Version(), r.Lines, r.Annual})
		})
		if err != nil {
			return fmt.Errorf("determination: entitled to %s: %w", code, err)
		}
	}
	return nil
}
