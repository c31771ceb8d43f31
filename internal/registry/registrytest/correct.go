package registrytest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/indicator"
	"gotong/internal/registry"
)

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
