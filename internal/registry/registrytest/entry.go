package registrytest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
)

// Visited is the basis of a visit on a day, of a family as it stands.
func Visited(f registry.Family, on string) registry.Basis {
	return registry.Basis{Version: f.Version, On: on, Source: registry.SourceVisit, Evidence: "Formulir 12, bertemu ibu"}
}

// entriesByHand are all ways to enter something of a family by hand.
func entriesByHand(b *Bench, rec registry.Record) map[string]func(ctx context.Context) (registry.Outcome, error) {
	id, f := rec.Family.ID, rec.Family
	basis := Visited(f, "2025-05-20")
	named := entryOf(b, rec.Members[0])
	named.Name = "Nama Lain"
	who := registry.MemberEntry{Name: "Orang Baru", Sex: "female", Relation: "other"}
	return map[string]func(ctx context.Context) (registry.Outcome, error){
		"a visit": func(ctx context.Context) (registry.Outcome, error) {
			return b.Observe(ctx, id, []registry.Answer{{Code: "floor", Value: "earth"}}, basis)
		},
		"a correction": func(ctx context.Context) (registry.Outcome, error) {
			return b.CorrectFamily(ctx, id, registry.FamilyEntry{Address: "Jl. Lain"}, basis)
		},
		"a correction of a member": func(ctx context.Context) (registry.Outcome, error) {
			return b.CorrectMember(ctx, id, rec.Members[0].ID, named, basis)
		},
		"a new member": func(ctx context.Context) (registry.Outcome, error) {
			return b.AddMember(ctx, id, registry.CauseMissed, who, basis)
		},
		"a new family": func(ctx context.Context) (registry.Outcome, error) {
			head := who
			head.Relation = "head"
			return b.Register(ctx, b.NewID(), registry.FamilyEntry{Area: f.Area}, []registry.MemberEntry{head}, basis)
		},
	}
}

// one brings one family on record and returns it.
func one(t *testing.T, b *Bench, seed uint64) (*Office, registry.Record) {
	t.Helper()
	o := NewOffice(1, seed, "3674011001")
	o.Families[0]["floor"], o.Members[0]["working"] = "ceramic", "ya"
	Bring(t, b, o)
	return o, Everything(t, b)[0]
}

// value returns a current fact as files write it, "" for one that is not known.
func value(t *testing.T, b *Bench, level indicator.Level, facts indicator.Facts, code string) string {
	t.Helper()
	i, ok := b.Catalogue().Lookup(level, code)
	if !ok {
		t.Fatalf("no fact %s", code)
	}
	v, known := facts.Get(i.No)
	if !known {
		return ""
	}
	return i.Text(v)
}

// written checks that an entry went in without anything to warn of.
func written(t *testing.T, out registry.Outcome, err error) {
	t.Helper()
	if err != nil || !out.Written || len(out.Warnings) > 0 {
		t.Fatalf("not written: %+v, %v", out, err)
	}
}

// refused returns the fields that an entry was refused for.
func refused(t *testing.T, err error) []string {
	t.Helper()
	var r registry.Refused
	if !errors.As(err, &r) || !fault.Is(err, fault.KindInvalid) {
		t.Fatalf("not refused: %v", err)
	}
	var fields []string
	for _, f := range r {
		fields = append(fields, f.Field+" "+f.Fault.Key)
	}
	return fields
}

func warned(out registry.Outcome) []string {
	var keys []string
	for _, w := range out.Warnings {
		keys = append(keys, w.Field+" "+w.Key)
	}
	return keys
}

func testRefused(t *testing.T, b *Bench) {
	_, rec := one(t, b, 33)
	id, head := rec.Family.ID, rec.Members[0].ID
	got := func(answers []registry.Answer, basis registry.Basis) []string {
		_, err := b.Observe(Officer(), id, answers, basis)
		return refused(t, err)
	}
	want := []string{"tanggal registry.entry.day_future", "sumber registry.entry.source_missing", "bukti registry.entry.evidence_missing",
		"catatan registry.entry.holds_number", "floor indicator.value.choice", "floor_area indicator.value.between",
		"working@" + head.String() + " indicator.value.bool", "decile registry.entry.fact_unknown", "nothing registry.entry.fact_unknown"}
	if diff := cmp.Diff(want, got([]registry.Answer{{Code: "floor", Value: "gold"}, {Code: "floor_area", Value: "99999"},
		{Person: head, Code: "working", Value: "maybe"}, {Code: "decile", Value: "1"}, {Code: "nothing", Value: "1"}, {Code: "wall", Value: "wood"}},
		registry.Basis{Version: 1, On: "2099-01-01", Source: "rumour", Note: "NIK 3674 0101 0160 0099"})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{" registry.entry.no_answer"}, got(nil, Visited(rec.Family, "2025-05-01"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"tanggal registry.entry.not_day"}, got([]registry.Answer{{Code: "floor", Value: "earth"}}, Visited(rec.Family, "1/5/2025"))); diff != "" {
		t.Error(diff)
	}
	if _, err := b.Observe(Officer(), id, []registry.Answer{{Person: ident.ID{1}, Code: "working", Value: "ya"}}, Visited(rec.Family, "2025-05-01")); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("somebody of another family: %v", err)
	}
	for name, entry := range entriesByHand(b, rec) {
		for _, role := range []access.Role{access.Manager, access.Auditor, access.Treasurer} {
			if _, err := entry(As(role, "36")); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s by a %s: %v", name, role, err)
			}
		}
	}
	if diff := cmp.Diff([]registry.Record{rec}, Everything(t, b)); diff != "" {
		t.Errorf("something was left: %s", diff)
	}
}

func testConflict(t *testing.T, b *Bench) {
	_, rec := one(t, b, 34)
	const visitors = 4
	errs := make([]error, visitors)
	var all sync.WaitGroup
	for i := range visitors {
		all.Go(func() {
			_, errs[i] = b.Observe(Officer(), rec.Family.ID, []registry.Answer{{Code: "floor_area", Value: "2" + string(rune('0'+i))}}, Visited(rec.Family, "2025-05-20"))
		})
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !fault.Is(err, fault.KindConflict) {
			t.Errorf("somebody else was first: %v", err)
		}
	}
	d := family(t, b, rec.Family.ID)
	if won != 1 || d.Family.Version != 2 || len(d.Changes) != 2 {
		t.Errorf("%d won, version %d with %d changes", won, d.Family.Version, len(d.Changes))
	}
	SameAsFold(t, d)
	for name, entry := range entriesByHand(b, rec) { // made on version 1
		if _, err := entry(Officer()); name != "a new family" && !fault.Is(err, fault.KindConflict) {
			t.Errorf("%s on an old version: %v", name, err)
		}
	}
}

// entryOf is what is on record of a member, as a form shows it.
func entryOf(b *Bench, p registry.Person) registry.MemberEntry {
	e := registry.MemberEntry{Name: p.Name, Sex: "male", Relation: b.RelationCode(p.Relation), MotherName: p.MotherName}
	if p.Born != nil {
		e.Born = p.Born.String()
	}
	if p.Female {
		e.Sex = "female"
	}
	return e
}

func testEntryScope(t *testing.T, b *Bench) {
	_, rec := one(t, b, 40)
	for name, entry := range entriesByHand(b, rec) {
		_, err := entry(As(access.Operator, "3172"))
		if name == "a new family" {
			if diff := cmp.Diff([]string{"kode_wilayah registry.entry.not_village"}, refused(t, err)); diff != "" {
				t.Error(diff)
			}
		} else if !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%s outside the area: %v", name, err)
		}
	}
	_, err := b.CorrectFamily(As(access.Operator, "3674011001"), rec.Family.ID, registry.FamilyEntry{Area: "3172041004"}, Visited(rec.Family, "2025-05-20"))
	if diff := cmp.Diff([]string{"kode_wilayah registry.entry.not_village"}, refused(t, err)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]registry.Record{rec}, Everything(t, b)); diff != "" {
		t.Errorf("something was left: %s", diff)
	}
}
