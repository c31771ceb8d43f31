package registrytest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/run"
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

func testObserve(t *testing.T, b *Bench) {
	_, rec := one(t, b, 30)
	head := rec.Members[0].ID
	before := len(entries(t, b))
	out, err := b.Observe(Officer(), rec.Family.ID, []registry.Answer{{Person: head, Code: "working", Value: "tidak"},
		{Code: "floor", Value: "earth"}, {Code: "floor_area", Value: "24"}}, Visited(rec.Family, "2025-05-20"))
	written(t, out, err)
	all := entries(t, b)
	e := all[len(all)-1]
	if len(all) != before+1 || e.Action != "family.observed" || e.Purpose != access.PurposeVerification || e.Count != 3 || e.Area != rec.Family.Area ||
		cmp.Diff([]string{"floor", "floor_area", "working"}, e.Fields) != "" {
		t.Errorf("the log holds %+v", e)
	}
	d := family(t, b, rec.Family.ID)
	if got := value(t, b, indicator.Family, d.Family.Facts, "floor"); got != "earth" || d.Family.Version != 2 || d.Family.ObservedOn.String() != "2025-05-20" {
		t.Errorf("the floor is %s: %+v", got, d.Family)
	}
	if got := value(t, b, indicator.Person, d.Members[0].Facts, "working"); got != "tidak" {
		t.Errorf("the head works: %s", got)
	}
	if got, want := value(t, b, indicator.Family, d.Family.Facts, "wall"), value(t, b, indicator.Family, rec.Family.Facts, "wall"); got != want {
		t.Errorf("what nobody asked became %s", got)
	}
	c := d.Changes[1]
	if c.Kind != registry.Observed || c.ProposedBy != "officer" || c.ApprovedBy != "officer" || c.Evidence != "Formulir 12, bertemu ibu" || c.EffectiveOn.String() != "2025-05-20" {
		t.Errorf("%+v", c)
	}
	for _, o := range d.Observations {
		if o.Version == 2 && o.Source != registry.SourceVisit {
			t.Errorf("its source is %s", o.Source)
		}
	}
	SameAsFold(t, d)
}

func testOlderVisit(t *testing.T, b *Bench) {
	_, rec := one(t, b, 31) // observed on 2025-03-14
	out, err := b.Observe(Officer(), rec.Family.ID, []registry.Answer{{Code: "floor", Value: "earth"}}, Visited(rec.Family, "2025-02-01"))
	written(t, out, err)
	d := family(t, b, rec.Family.ID)
	if got := value(t, b, indicator.Family, d.Family.Facts, "floor"); got != "ceramic" || out.Older != 1 || d.Family.ObservedOn != rec.Family.ObservedOn {
		t.Errorf("the floor is %s, %d older, as of %s", got, out.Older, d.Family.ObservedOn)
	}
	if len(d.Changes) != 2 {
		t.Errorf("%d changes", len(d.Changes))
	}
	SameAsFold(t, d)
	// On the same day, who is recorded last is right.
	out, err = b.Observe(Officer(), rec.Family.ID, []registry.Answer{{Code: "floor", Value: "wood"}}, Visited(d.Family, "2025-03-14"))
	written(t, out, err)
	if got := value(t, b, indicator.Family, family(t, b, rec.Family.ID).Family.Facts, "floor"); got != "wood" || out.Older != 0 {
		t.Errorf("the floor is %s, %d older", got, out.Older)
	}
}

func testWithdrawn(t *testing.T, b *Bench) {
	o, rec := one(t, b, 32)
	id, head := rec.Family.ID, rec.Members[0].ID
	out, err := b.Observe(Officer(), id, []registry.Answer{{Code: "floor", Gone: true}, {Person: head, Code: "working", Gone: true}}, Visited(rec.Family, "2025-03-14"))
	written(t, out, err)
	d := family(t, b, id)
	if got := value(t, b, indicator.Family, d.Family.Facts, "floor") + value(t, b, indicator.Person, d.Members[0].Facts, "working"); got != "" {
		t.Errorf("still known: %s", got)
	}
	SameAsFold(t, d)
	// The same file again says no more than it said.
	r, err := b.Import(Officer(), o.WithSemicolons(), registry.Options{}, run.Silent{})
	if err != nil || r.Counts.Same != 1 {
		t.Errorf("the same rows: %+v, %v", r, err)
	}
	// An older observation does not bring it back, a newer one does.
	for _, step := range []struct{ on, want string }{{"2025-01-01", ""}, {"2025-04-01", "wood"}} {
		out, err := b.Observe(Officer(), id, []registry.Answer{{Code: "floor", Value: "wood"}}, Visited(d.Family, step.on))
		written(t, out, err)
		d = family(t, b, id)
		if got := value(t, b, indicator.Family, d.Family.Facts, "floor"); got != step.want {
			t.Errorf("observed on %s, the floor is %q", step.on, got)
		}
		SameAsFold(t, d)
	}
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

func testCorrect(t *testing.T, b *Bench) {
	o := NewOffice(2, 35, "3674011001")
	o.Members = append(o.Members, map[string]string{"id_keluarga": "K000001", "nama": "Anak Kedua", "jenis_kelamin": "P", "hubungan": "child", "tanggal_lahir": "2015-04-30"})
	Bring(t, b, o)
	rec := Everything(t, b)[0]
	id, head, last := rec.Family.ID, rec.Members[0], rec.Members[len(rec.Members)-1]

	// Where it lives.
	out, err := b.CorrectFamily(Officer(), id, registry.FamilyEntry{Area: "36.74.01.1002", Address: " Jl.  Baru  1 ", RT: "7", RW: ""}, Visited(rec.Family, "2025-05-20"))
	written(t, out, err)
	d := family(t, b, id)
	if f := d.Family; f.Area != "3674011002" || f.Address != "Jl. Baru 1" || f.RT != "007" || f.RW != "" || f.KKBlind == nil || d.Members[0].Area != f.Area {
		t.Errorf("%+v", f)
	}
	SameAsFold(t, d)
	_, err = b.CorrectFamily(Officer(), id, registry.FamilyEntry{Address: "Jl. Baru 1", RT: "007"}, Visited(d.Family, "2025-05-20"))
	if diff := cmp.Diff([]string{" registry.entry.nothing_changed"}, refused(t, err)); diff != "" {
		t.Error(diff)
	}

	// The card's number is another family's: said, and taken when that was read.
	basis := Visited(d.Family, "2025-05-20")
	card := registry.FamilyEntry{Address: "Jl. Baru 1", KK: o.Families[1]["no_kk"]}
	out, err = b.CorrectFamily(Officer(), id, card, basis)
	if err != nil || out.Written || len(out.Warnings) != 1 || len(out.Warnings[0].Families) != 1 || family(t, b, id).Family.Version != 2 {
		t.Fatalf("%+v, %v", out, err)
	}
	if all := entries(t, b); all[len(all)-2].Action != "family.lookup" {
		t.Error("the look at the other family is not recorded")
	}
	basis.Read = "unread"
	if out, err = b.CorrectFamily(Officer(), id, card, basis); err != nil || out.Written {
		t.Fatalf("other warnings than those read: %+v, %v", out, err)
	}
	basis.Read = out.Mark()
	if out, err = b.CorrectFamily(Officer(), id, card, basis); err != nil || !out.Written {
		t.Fatalf("%+v, %v", out, err)
	}
	for number, want := range map[string]int{o.Families[0]["no_kk"]: 0, o.Families[1]["no_kk"]: 2} {
		if rows, err := b.Lookup(Officer(), registry.KindKK, number, access.PurposeService); err != nil || len(rows) != want {
			t.Errorf("the card finds %d, %v", len(rows), err)
		}
	}

	// A member becomes the head, and the head so far something else.
	d = family(t, b, id)
	e := entryOf(b, last)
	e.Relation, e.Name, e.Born, e.NIK = "head", "Anak Sulung", "", o.Members[0]["nik"]
	_, err = b.CorrectMember(Officer(), id, last.ID, e, Visited(d.Family, "2025-05-20"))
	if diff := cmp.Diff([]string{"kepala_lama registry.entry.choose"}, refused(t, err)); diff != "" {
		t.Error(diff)
	}
	e.FormerHead = "parent"
	basis = Visited(d.Family, "2025-05-20")
	out, err = b.CorrectMember(Officer(), id, last.ID, e, basis)
	if diff := cmp.Diff([]string{"nik registry.entry.warn.nik_in_family"}, warned(out)); err != nil || diff != "" || out.Written {
		t.Fatalf("%v %s", err, diff)
	}
	e.NIK, e.NoNIK = "", true
	out, err = b.CorrectMember(Officer(), id, last.ID, e, basis)
	written(t, out, err)
	d = family(t, b, id)
	was, now := d.Members[0], d.Members[len(d.Members)-1]
	if b.RelationCode(was.Relation) != "parent" || now.Relation != registry.RelationHead || d.Family.HeadName != "Anak Sulung" || now.Born != nil || was.NIKBlind == nil {
		t.Errorf("%+v %+v", was, now)
	}
	SameAsFold(t, d)

	// A NIK that says something else than the birth date.
	e = entryOf(b, was)
	e.Born, e.Name = "1901-01-01", "Nama Lain"
	out, err = b.CorrectMember(Officer(), id, head.ID, e, Visited(d.Family, "2025-05-20"))
	if diff := cmp.Diff([]string{"nik registry.entry.warn.born_differs"}, warned(out)); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	e.Sex, e.Relation, e.NIK, e.Name = "", "king", "123", "1"
	_, err = b.CorrectMember(Officer(), id, head.ID, e, Visited(d.Family, "2025-05-20"))
	if diff := cmp.Diff([]string{"nama registry.entry.not_name", "jenis_kelamin registry.entry.choose", "hubungan registry.entry.choose", "nik registry.entry.number_length"}, refused(t, err)); diff != "" {
		t.Error(diff)
	}
}

// An office mends a name and an address at the counter, and then imports its
// own old file again, in which one fact is new.
func testCorrectionLasts(t *testing.T, b *Bench) {
	o, rec := one(t, b, 36)
	id := rec.Family.ID
	out, err := b.CorrectFamily(Officer(), id, registry.FamilyEntry{Address: "Jl. Benar", RT: rec.Family.RT, RW: rec.Family.RW}, Visited(rec.Family, "2025-01-01"))
	written(t, out, err)
	d := family(t, b, id)
	e := entryOf(b, d.Members[0])
	e.Name = "Nama Benar"
	out, err = b.CorrectMember(Officer(), id, d.Members[0].ID, e, Visited(d.Family, "2025-01-01"))
	written(t, out, err)
	o.Families[0]["floor_area"] = "33"
	Bring(t, b, o)
	d = family(t, b, id)
	if d.Family.Address != "Jl. Benar" || d.Members[0].Name != "Nama Benar" {
		t.Errorf("undone: %s, %s", d.Family.Address, d.Members[0].Name)
	}
	if got := value(t, b, indicator.Family, d.Family.Facts, "floor_area"); got != "33" {
		t.Errorf("the file's new fact is %s", got)
	}
	SameAsFold(t, d)
}

func testJoin(t *testing.T, b *Bench) {
	o, rec := one(t, b, 37)
	id := rec.Family.ID
	baby := registry.MemberEntry{Name: "Bayi", Born: "2025-05-10", Sex: "female", Relation: "child", MotherName: "Siti"}
	_, err := b.AddMember(Officer(), id, registry.CauseBirth, baby, Visited(rec.Family, "2025-05-01"))
	if diff := cmp.Diff([]string{"tanggal registry.entry.before_birth"}, refused(t, err)); diff != "" {
		t.Error(diff)
	}
	if _, err = b.AddMember(Officer(), id, "found", baby, Visited(rec.Family, "2025-05-10")); err == nil {
		t.Error("joined for no cause")
	}
	out, err := b.AddMember(Officer(), id, registry.CauseBirth, baby, Visited(rec.Family, "2025-05-10"))
	written(t, out, err)
	d := family(t, b, id)
	joined := d.Members[len(d.Members)-1]
	if c := d.Changes[1]; len(d.Members) != len(rec.Members)+1 || d.Family.Size != len(d.Members) || joined.Name != "Bayi" || joined.NIKBlind != nil ||
		c.Kind != registry.MemberAdded || c.Body.Cause != registry.CauseBirth || c.EffectiveOn.String() != "2025-05-10" {
		t.Errorf("%+v %+v", joined, c)
	}
	SameAsFold(t, d)
	written2, err := b.Observe(Officer(), id, []registry.Answer{{Person: joined.ID, Code: "orphan", Value: "none"}}, Visited(d.Family, "2025-05-20"))
	written(t, written2, err)
	// Her NIK, once she has one, is that of somebody in another family.
	other := NewOffice(1, 38, "3674011002")
	for _, row := range append(other.Families, other.Members...) {
		row["id_keluarga"] = "X" + row["id_keluarga"]
	}
	Bring(t, b, other)
	d = family(t, b, id)
	guest := registry.MemberEntry{Name: "Tamu", Sex: "male", Relation: "other", NIK: other.Members[0]["nik"]}
	out, err = b.AddMember(Officer(), id, registry.CauseMovedIn, guest, Visited(d.Family, "2025-05-20"))
	if diff := cmp.Diff([]string{"nik registry.entry.warn.nik_on_record"}, warned(out)); err != nil || diff != "" || len(out.Warnings[0].Families) != 1 {
		t.Errorf("%v %s", err, diff)
	}
	// Of a family in another area nothing is said.
	out, err = b.AddMember(As(access.Operator, "3674011001"), id, registry.CauseMovedIn, guest, Visited(d.Family, "2025-05-20"))
	written(t, out, err)
	if rows, err := b.Lookup(Officer(), registry.KindNIK, other.Members[0]["nik"], access.PurposeService); err != nil || len(rows) != 2 {
		t.Errorf("the NIK finds %d, %v", len(rows), err)
	}
	if rows, err := b.Lookup(Officer(), registry.KindNIK, o.Members[0]["nik"], access.PurposeService); err != nil || len(rows) != 1 {
		t.Errorf("the head's NIK finds %d, %v", len(rows), err)
	}
}

func testRegister(t *testing.T, b *Bench) {
	o, rec := one(t, b, 39)
	ctx := As(access.Operator, "367401")
	id := b.NewID()
	basis := registry.Basis{On: "2025-05-20", Source: registry.SourceOffice, Evidence: "Surat RT"}
	f := registry.FamilyEntry{Area: "3674011002", Address: "Gang Buntu", RT: "1", RW: "2"}
	members := []registry.MemberEntry{{Name: "Nenek Tua", Sex: "female", Relation: "head"},
		{Name: "Cucu", Sex: "male", Relation: "grandchild", Born: "2016-02-03"}}

	_, err := b.Register(ctx, id, f, []registry.MemberEntry{{Sex: "female"}, {Name: "A", Sex: "male", Relation: "child"}}, basis)
	if diff := cmp.Diff([]string{"anggota.0.nama registry.entry.name_missing", "anggota.0.hubungan registry.entry.choose"}, refused(t, err)); diff != "" {
		t.Error(diff)
	}
	twice := []registry.MemberEntry{members[0], members[0]}
	_, err = b.Register(ctx, id, f, twice, basis)
	if diff := cmp.Diff([]string{"anggota.1.hubungan registry.entry.head_twice"}, refused(t, err)); diff != "" {
		t.Error(diff)
	}
	for _, area := range []string{"", "3674", "3172041004", "9999999999"} {
		elsewhere := f
		elsewhere.Area = area
		_, err = b.Register(ctx, id, elsewhere, members, basis)
		if diff := cmp.Diff([]string{"kode_wilayah registry.entry.not_village"}, refused(t, err)); diff != "" {
			t.Error(diff)
		}
	}
	taken := f
	taken.LocalKey = o.Families[0]["id_keluarga"]
	_, err = b.Register(ctx, id, taken, members, basis)
	if diff := cmp.Diff([]string{"id_keluarga registry.entry.key_taken"}, refused(t, err)); diff != "" {
		t.Error(diff)
	}

	out, err := b.Register(ctx, id, f, members, basis)
	written(t, out, err)
	d := family(t, b, id)
	if d.Family.Version != 1 || d.Family.Size != 2 || d.Family.HeadName != "Nenek Tua" || d.Family.RT != "001" || d.Family.KKBlind != nil ||
		d.Family.ObservedOn.String() != "2025-05-20" || d.Changes[0].Kind != registry.Registered || d.Changes[0].Evidence != "Surat RT" || d.Members[0].Born != nil {
		t.Errorf("%+v %+v", d.Family, d.Changes[0])
	}
	SameAsFold(t, d)
	if _, err := b.Register(ctx, id, f, members, basis); !fault.Is(err, fault.KindConflict) {
		t.Errorf("the same form again: %v", err)
	}
	again, err := b.Register(ctx, b.NewID(), f, members, basis)
	if diff := cmp.Diff([]string{"anggota.0.nama registry.entry.warn.same_head"}, warned(again)); err != nil || diff != "" || !slices.Equal(again.Warnings[0].Families, []ident.ID{id}) {
		t.Errorf("%v %s", err, diff)
	}
	if n := len(Everything(t, b)); n != 2 || rec.Family.ID == id {
		t.Errorf("%d families", n)
	}
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
