package determinationtest

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/programme"
	"gotong/internal/registry"
	"gotong/internal/run"
	"gotong/internal/seal"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingtest"
	"gotong/internal/work"
	"gotong/policy"
	"gotong/programmes"
)

// Stores are what a World keeps its records in.
type Stores struct {
	Unit           work.Unit
	Audit          audit.Store
	Snapshots      snapshot.Store
	Rankings       targeting.Store
	Determinations determination.Store
	Rules          determination.Asker
}

// World is the services from a snapshot to a determination over invented
// families.
type World struct {
	Records        []snapshot.Record
	Keys           *seal.Keyring
	Snapshots      *snapshot.Service
	Rankings       *targeting.Service
	Determinations *determination.Service
	Programmes     *programme.Set
	Log            *audit.Log
}

// NewWorld returns the services over stores and records.
func NewWorld(t testing.TB, s Stores, records []snapshot.Record) *World {
	t.Helper()
	c := clock.NewStepping(time.Date(2025, 7, 2, 0, 0, 0, 0, time.UTC), time.Second)
	ids, keys, log := ident.NewMaker(c, rand.Reader), snapshottest.Keys(t), audit.NewLog(s.Audit, c)
	root := t.TempDir()
	w := &World{Records: records, Keys: keys, Log: log}
	w.Snapshots = snapshot.NewService(snapshot.Deps{Unit: s.Unit, Store: s.Snapshots, Source: snapshottest.Source(records),
		Catalogue: indicator.Default(), Signer: keys, Log: log, Clock: c, IDs: ids, Root: filepath.Join(root, "snapshots")})
	models, lines := targetingtest.Policy(t)
	versions, _ := s.Rankings.(targeting.ModelStore)
	w.Rankings = targeting.NewService(targeting.Deps{Unit: s.Unit, Store: s.Rankings, Snapshots: w.Snapshots, Catalogue: indicator.Default(),
		Models: models, Versions: versions, Lines: lines, Signer: keys, Log: log, Clock: c, IDs: ids, Root: filepath.Join(root, "rankings")})
	var err error
	if w.Programmes, err = programme.Load(indicator.Default(), programmes.Files); err != nil {
		t.Fatal(err)
	}
	advice, err := determination.LoadAdviceRules(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	w.Determinations = determination.NewService(determination.Deps{Unit: s.Unit, Store: s.Determinations, Snapshots: w.Snapshots,
		Rankings: w.Rankings, Programmes: w.Programmes, Catalogue: indicator.Default(), Register: Register{Records: records, Keys: keys},
		Advice: advice, Rules: s.Rules, Keys: keys, Log: log, Clock: c, IDs: ids, Random: rand.Reader, Root: filepath.Join(root, "determinations")})
	return w
}

// System returns the context of the program itself.
func System() context.Context { return access.With(context.Background(), access.System("test")) }

// Staff returns the context of a member of staff.
func Staff(login string, scope access.Scope, roles ...access.Role) context.Context {
	return access.With(context.Background(), access.Actor{ID: snapshottest.ID(len(login)), Login: login, Name: login, Roles: roles, Scope: scope})
}

// Ranked builds a snapshot and ranks it.
func (w *World) Ranked(t testing.TB) determination.Args {
	t.Helper()
	s, err := w.Snapshots.Build(System(), snapshottest.AsOf, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Rankings.Rank(System(), s.ID, "", run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return determination.Args{SnapshotID: s.ID, RankingID: r.ID}
}

// Determined runs a determination from the register on.
func (w *World) Determined(t testing.TB) determination.Header {
	t.Helper()
	h, err := w.Determinations.Run(System(), w.Ranked(t), false, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Enacted proposes and enacts a determination by two people.
func (w *World) Enacted(t testing.TB) determination.Header {
	t.Helper()
	h := w.Determined(t)
	if _, err := w.Determinations.Propose(Staff("sari", access.Nation(), access.Manager), h.ID, ""); err != nil {
		t.Fatal(err)
	}
	h, err := w.Determinations.Enact(Staff("budi", access.Nation(), access.Manager), h.ID)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Register stands in for package registry over the same records. Person n of
// a family has the NIK that NIK gives its id.
type Register struct {
	Records []snapshot.Record
	Keys    *seal.Keyring
}

// NIK returns the invented NIK of a member.
func NIK(member ident.ID) string {
	digits := []byte("3172041204850000")
	n := int(member[13])<<16 | int(member[14])<<8 | int(member[15])
	for i := len(digits) - 1; n > 0; i-- {
		digits[i] = byte('0' + n%10)
		n /= 10
	}
	if string(digits[12:]) == "0000" {
		digits[15] = '1'
	}
	return string(digits)
}

func (r Register) record(from snapshot.Record) *registry.Record {
	rec := &registry.Record{Family: registry.Family{ID: from.Family, Area: from.Area, Status: registry.FamilyActive, Facts: from.Facts, Version: 1,
		HeadName: "Anggota A", Address: "Jalan Contoh 1"}}
	for i, m := range from.Members {
		p := registry.Person{ID: m.ID, FamilyID: from.Family, Area: from.Area, Name: "Anggota " + string(rune('A'+i)), Born: m.Born,
			Female: m.Female, Relation: m.Relation, Status: registry.PersonActive, Facts: m.Facts}
		if m.HasNIK {
			p.NIKBlind = r.Keys.Blind(string(registry.KindNIK), NIK(m.ID))
		}
		rec.Members = append(rec.Members, p)
	}
	return rec
}

// Family implements determination.Register.
func (r Register) Family(ctx context.Context, id ident.ID, _ access.Purpose) (*registry.Dossier, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, err
	}
	for _, from := range r.Records {
		if from.Family != id || !actor.Scope.Covers(from.Area) {
			continue
		}
		d := &registry.Dossier{Record: r.record(from), History: &registry.History{}}
		observe := func(person ident.ID, facts indicator.Facts) {
			d.Observations = append(d.Observations, registry.Observation{FamilyID: id, Version: 1, PersonID: person,
				Source: registry.SourceVisit, ObservedOn: civil.MustParse("2025-05-01"), Facts: facts})
		}
		observe(ident.ID{}, from.Facts)
		for _, m := range from.Members {
			observe(m.ID, m.Facts)
		}
		return d, nil
	}
	return nil, fault.NotFound("core.error.not_found")
}

// MembersOf implements determination.Register.
func (r Register) MembersOf(ctx context.Context, families []ident.ID, _ access.Purpose) ([]*registry.Record, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, err
	}
	var all []*registry.Record
	for _, from := range r.Records {
		if slices.Contains(families, from.Family) && actor.Scope.Covers(from.Area) {
			all = append(all, r.record(from))
		}
	}
	return all, nil
}
