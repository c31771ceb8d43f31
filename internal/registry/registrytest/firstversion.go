package registrytest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// testFirstVersion holds the history of a family to what it was told to be
// before its first change, once that has written it out.
func testFirstVersion(t *testing.T, b *Bench) {
	o := NewOffice(6, 3, "3674011001")
	report := Bring(t, b, o)
	before := map[ident.ID]*registry.Dossier{}
	for _, rec := range Everything(t, b) {
		d := family(t, b, rec.Family.ID)
		before[rec.Family.ID] = d
		SameAsFold(t, d)
		c := d.Changes[0]
		if len(d.Changes) != 1 || c.Kind != registry.Registered || c.Evidence != report.ID.String() || c.ApprovedBy != "officer" || c.EffectiveOn != d.Family.ObservedOn {
			t.Fatalf("the first version is told as %+v", d.Changes)
		}
		if len(d.Observations) != 1+len(d.Members) {
			t.Fatalf("%d observations of a family of %d", len(d.Observations), len(d.Members))
		}
	}
	for _, row := range o.Families[:3] { // by another file
		row["alamat"], row["tanggal_data"], row["floor"] = "Jl. Baru 1", "2025-05-01", "wood"
	}
	Bring(t, b, o)
	all := Everything(t, b)
	by := By("2025-05-30", "kunjungan") // and by hand
	at := slices.IndexFunc(all, func(r registry.Record) bool { return r.Family.Version == 1 })
	by.Version = 1
	out, err := b.Observe(Officer(), all[at].Family.ID, []registry.Answer{{Code: "floor", Value: "earth"}}, by)
	if err != nil || !out.Written {
		t.Fatal(out, err)
	}
	changed := 0
	for id, was := range before {
		now := family(t, b, id)
		SameAsFold(t, now)
		if len(now.Changes) > 1 {
			changed++
		}
		if diff := cmp.Diff(was.Changes[0], now.Changes[0]); diff != "" {
			t.Errorf("the first version is told differently: %s", diff)
		}
		for _, o := range was.Observations {
			if !slices.ContainsFunc(now.Observations, func(n registry.Observation) bool { return cmp.Equal(n, o) }) {
				t.Errorf("an observation of the first version is gone: %+v", o)
			}
		}
		then, err := b.FamilyAt(Officer(), id, registry.Moment{On: was.Family.ObservedOn, Known: was.Changes[0].RecordedAt}, access.PurposeAudit)
		if err != nil {
			t.Fatal(err)
		}
		if then.Family.Address != was.Family.Address || !cmp.Equal(then.Family.Facts, was.Family.Facts) {
			t.Errorf("as it was known then, the family lives at %q", then.Family.Address)
		}
	}
	if changed != 4 {
		t.Errorf("%d families changed, not 4", changed)
	}
}

// testLoadedAtOnce has so many families come at once that their indexes are
// built at the end, and holds the register to being whole all the same.
func testLoadedAtOnce(t *testing.T, b *Bench) {
	o := NewOffice(2500, 5, "3674")
	first := Bring(t, b, o)
	if first.Counts.Persons < 5000 {
		t.Fatalf("%d persons are not enough to be loaded at once", first.Counts.Persons)
	}
	again := Bring(t, b, NewOffice(2500, 5, "3674"))
	if !again.Repeated {
		t.Error("the same files were not known again")
	}
	o.Families[7]["alamat"] = "Jl. Lain 2"
	third := Bring(t, b, o)
	if third.Counts.Changed != 1 || third.Counts.New != 0 || third.Counts.Same != 2499 {
		t.Errorf("the same families but for one are %+v", third.Counts)
	}
	row := o.Members[4000]
	found, err := b.Lookup(Officer(), registry.KindNIK, row["nik"], access.PurposeService)
	if err != nil || len(found) == 0 {
		t.Fatalf("a number is not found after the import: %v, %v", found, err)
	}
	list, err := b.List(Officer(), registry.Filter{Area: "3674", Name: strings.Fields(row["nama"])[0]}, registry.Cursor{}, 5, access.PurposeService)
	if err != nil || len(list.Rows) == 0 {
		t.Fatalf("a name is not found after the import: %v", err)
	}
}
