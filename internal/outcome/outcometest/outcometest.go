// Package outcometest makes an office whose families are looked at twice: half
// of those who were poor do better the second time.
package outcometest

import (
	"context"
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/outcome"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/policy"
)

// Later is the day of the second look.
var Later = snapshottest.AsOf.AddMonths(6)

// pairs are families that may be the same.
type pairs [][2]ident.ID

func (p pairs) OpenPairs(_ context.Context, fn func(a, b ident.ID) error) error {
	for _, x := range p {
		if err := fn(x[0], x[1]); err != nil {
			return err
		}
	}
	return nil
}

// Office is a world with outcomes.
type Office struct {
	*determinationtest.World
	*outcome.Service
}

// New returns an office over stores and records. Its first two families may
// be the same.
func New(t testing.TB, s determinationtest.Stores, store outcome.Store, records []snapshot.Record) *Office {
	t.Helper()
	w := determinationtest.NewWorld(t, s, records)
	policies, err := outcome.Load(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewStepping(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), time.Second)
	return &Office{w, outcome.NewService(outcome.Deps{Unit: s.Unit, Store: store, Snapshots: w.Snapshots, Rankings: w.Rankings,
		Determinations: w.Determinations, Duplicates: pairs{{records[0].Family, records[1].Family}}, Policies: policies, Log: w.Log, Clock: c,
		IDs: ident.NewMaker(c, rand.Reader)})}
}

// RankedOn builds and ranks a snapshot of the records as they are now.
func (o *Office) RankedOn(t testing.TB, day civil.Date) {
	t.Helper()
	s, err := o.Snapshots.Build(determinationtest.System(), day, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Rankings.Rank(determinationtest.System(), s.ID, "", run.Silent{}); err != nil {
		t.Fatal(err)
	}
}

// Families returns records in which almost every question is answered: what
// one drawing left open is taken from the next.
func Families(seed uint64, n int) []snapshot.Record {
	all := snapshottest.Random(seed, n)
	for more := range uint64(3) {
		for i, r := range snapshottest.Random(seed+100+more, n) {
			all[i].Facts = filled(all[i].Facts, r.Facts)
			for m := range min(len(r.Members), len(all[i].Members)) {
				all[i].Members[m].Facts = filled(all[i].Members[m].Facts, r.Members[m].Facts)
			}
		}
	}
	for i := range all {
		if i%4 < 3 {
			poor(&all[i])
		}
		for m := range all[i].Members {
			p := &all[i].Members[m]
			if p.Born == nil {
				p.Born = snapshottest.Born(30)
			}
			for _, f := range snapshottest.PersonFacts("presence", "living_here") {
				p.Facts.Set(f.No, f.Value)
			}
		}
	}
	return all
}

// poor lets a family own nothing, live on bare earth and earn little.
func poor(r *snapshot.Record) {
	for _, i := range indicator.Default().Stored(indicator.Family) {
		if i.Kind == indicator.Bool {
			r.Facts.Set(i.No, 0)
		}
	}
	for _, f := range snapshottest.FamilyFacts("floor", "earth", "wall", "thatch", "floor_area", "12") {
		r.Facts.Set(f.No, f.Value)
	}
	for m := range r.Members {
		for _, f := range snapshottest.PersonFacts("working", "tidak", "income", "0") {
			r.Members[m].Facts.Set(f.No, f.Value)
		}
	}
}

func filled(facts, more indicator.Facts) indicator.Facts {
	for _, f := range more {
		if _, known := facts.Get(f.No); !known {
			facts.Set(f.No, f.Value)
		}
	}
	return facts
}

// Better lets every second family do better: all its members work and earn
// more, and it gets a motorcycle, electricity and a bigger house.
func Better(records []snapshot.Record) {
	for i := range records {
		if i%2 == 1 {
			continue
		}
		r := &records[i]
		r.Facts = slices.Clone(r.Facts)
		for _, f := range snapshottest.FamilyFacts("floor", "marble", "floor_area", "200", "motorcycle", "ya") {
			r.Facts.Set(f.No, f.Value)
		}
		for m := range r.Members {
			p := &r.Members[m]
			p.Facts = slices.Clone(p.Facts)
			for _, f := range snapshottest.PersonFacts("working", "ya", "income", "9000000") {
				p.Facts.Set(f.No, f.Value)
			}
		}
	}
}

// Measured enacts a determination, looks again and measures.
func (o *Office) Measured(t testing.TB, ctx context.Context) outcome.Measure {
	t.Helper()
	o.Enacted(t)
	Better(o.Records)
	o.RankedOn(t, Later)
	m, err := o.Run(ctx, outcome.Args{}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
