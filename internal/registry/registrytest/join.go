package registrytest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

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
	_, err = b.Service.Do(ctx, registry.Request{Kind: registry.Registered, Family: id, Basis: basis}) // nothing of it
	if diff := cmp.Diff([]string{"kode_wilayah registry.entry.not_village", "anggota.0.hubungan registry.entry.head_missing"}, refused(t, err)); diff != "" {
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
