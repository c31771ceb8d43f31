package app

import (
	"context"
	"math/rand/v2"
	"time"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/outcome"
	"gotong/internal/registry"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
)

// demoLater is the day of the second look at the district.
var demoLater = civil.MustParse("2026-07-01")

// Half a year on, of the families below the poverty line so many in a hundred
// have a member who began to earn, and of those a little above it so many
// have lost what they lived on; no more than a demo has patience for.
// Invented, as all of the district is.
const (
	demoRise   = 45
	demoFall   = 8
	demoAbove  = 130 // per cent of the line that count as a little above it
	demoVisits = 400
)

// turn is what a second visit found.
type turn struct {
	family  ident.ID
	version int
	answers []registry.Answer
}

// follow visits some families again half a year later, ranks the district
// anew and measures what became of it. The determination in force stays the
// first one: the second is for the office to make.
func (d *demo) follow(ctx context.Context) error {
	d.clock.Advance(demoLater.AddDays(5).Time().Sub(d.clock.Now().Truncate(24 * time.Hour)))
	turns, err := d.turns(ctx)
	if err != nil {
		return err
	}
	d.progress.Stage("visits", int64(len(turns)))
	for _, t := range turns {
		_, err := d.app.Registry.Observe(d.as(ctx, "dinas"), t.family, t.answers,
			registry.Basis{Version: t.version, On: demoLater.AddDays(-10).String(), Source: registry.SourceVisit, Evidence: "Kunjungan ulang pendamping"})
		if err != nil {
			return err
		}
		d.progress.Add("", 1)
	}
	manager := d.as(ctx, "pengelola")
	s, err := doRun[snapshot.Header](manager, d.app, KindSnapshot, SnapshotArgs{AsOf: demoLater}, d.progress)
	if err != nil {
		return err
	}
	if _, err := doRun[targeting.Header](manager, d.app, KindRank, RankArgs{Snapshot: s.ID}, d.progress); err != nil {
		return err
	}
	m, err := doRun[outcome.Measure](manager, d.app, KindOutcome, outcome.Args{}, d.progress)
	if err != nil {
		return err
	}
	d.result.OutcomeDigest = m.Digest
	return d.graduate(manager, m)
}

// graduate counts what was measured, and proposes one end of a programme,
// which waits for another hand.
func (d *demo) graduate(ctx context.Context, m outcome.Measure) error {
	tallies, err := d.app.Outcomes.Tallies(ctx, outcome.Filter{Measure: m.ID}, 0)
	if err != nil {
		return err
	}
	for _, t := range tallies {
		switch t.List {
		case outcome.Left:
			d.result.LeftPoverty += t.Families
		case outcome.Fell, outcome.FellBack:
			d.result.FellPoor += t.Families
		case outcome.Due:
			d.result.AtTheEnd += t.Families
		}
	}
	due, _, err := d.app.Outcomes.List(ctx, access.PurposeDetermination, outcome.Filter{Measure: m.ID, List: outcome.Due}, outcome.Place{}, 1)
	if err != nil || len(due) == 0 {
		return err
	}
	_, err = d.app.Outcomes.Propose(ctx, outcome.Asked{FamilyID: due[0].FamilyID, PersonID: due[0].PersonID, Programme: due[0].Programme,
		Exit: string(due[0].Road), Measure: m.ID, From: demoLater.AddDays(30)})
	return err
}

// turns draws from the seed to whom fortune turned.
func (d *demo) turns(ctx context.Context) ([]turn, error) {
	chance := rand.New(rand.NewPCG(d.options.Seed, 7))
	working, ok := d.app.Catalogue.Lookup(indicator.Person, "working")
	if !ok {
		return nil, nil
	}
	near, err := d.nearLine(ctx)
	if err != nil {
		return nil, err
	}
	var all []turn
	err = d.app.Registry.Scan(d.as(ctx, "dinas"), access.PurposeVerification, func(r *registry.Record) error {
		draw := chance.IntN(100)
		rises, close := near[r.Family.ID]
		if r.Family.Status != registry.FamilyActive || len(all) == demoVisits || !close || rises && draw >= demoRise || !rises && draw >= demoFall {
			return nil
		}
		who, found := turning(r, working.No, rises)
		if !found {
			return nil
		}
		t := turn{family: r.Family.ID, version: r.Family.Version}
		answer := func(person ident.ID, code, value string) {
			t.answers = append(t.answers, registry.Answer{Person: person, Code: code, Value: value})
		}
		if rises {
			answer(who, "working", "ya")
			answer(who, "income", "2600000")
			for _, code := range []string{"fridge", "smartphone", "motorcycle"} {
				answer(ident.ID{}, code, "ya")
			}
		} else {
			answer(who, "working", "tidak")
			answer(who, "income", "0")
			for _, code := range []string{"fridge", "motorcycle", "tv"} {
				answer(ident.ID{}, code, "tidak")
			}
		}
		all = append(all, t)
		return nil
	})
	return all, err
}

// nearLine returns the families below the poverty line, as true, and those a
// little above it.
func (d *demo) nearLine(ctx context.Context) (map[ident.ID]bool, error) {
	snap, err := d.app.Snapshots.Open(ctx, d.ranking.SnapshotID)
	if err != nil {
		return nil, err
	}
	ranking, err := d.app.Targeting.Open(ctx, d.ranking.ID)
	if err != nil {
		return nil, err
	}
	lines, err := ranking.Lines()
	if err != nil {
		return nil, err
	}
	near := map[ident.ID]bool{}
	for i, part := range snap.Parts {
		choice := snapshot.Only().WithIDs().With(indicator.Family, "urban")
		p, err := snap.PartitionOf(part, choice)
		if err != nil {
			return nil, err
		}
		f, err := p.Read(0, p.Families, choice)
		if err != nil {
			return nil, err
		}
		ranks, err := ranking.Ranks(i)
		if err != nil {
			return nil, err
		}
		ranks.Fill(f)
		for row, id := range f.IDs {
			line := lines.Poor(f.Area(row), targeting.SettingOf(f.Families.Columns["urban"].At(row)), snap.AsOf)
			rank := targeting.At(f.Families, row)
			if consumption := targeting.Consumption(rank.Score); rank.Known && consumption < line*demoAbove/100 {
				near[id] = consumption < line
			}
		}
	}
	return near, nil
}

// turning finds the member who begins to earn, or who stops.
func turning(r *registry.Record, working int, rises bool) (ident.ID, bool) {
	for _, p := range r.Members {
		v, known := p.Facts.Get(working)
		adult := p.Born != nil && p.Born.AddMonths(12*20) <= demoLater && p.Born.AddMonths(12*50) > demoLater
		if p.Status == registry.PersonActive && adult && known && (v == 0) == rises {
			return p.ID, true
		}
	}
	return ident.ID{}, false
}
