package registrytest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/run"
)

func testReadBack(t *testing.T, b *Bench) {
	o := NewOffice(30, 1, "3674")
	r := Bring(t, b, o)
	want := registry.Counts{FamilyRows: 30, MemberRows: int64(len(o.Members)), Families: 30, Persons: int64(len(o.Members)),
		New: 30, NewPersons: int64(len(o.Members))}
	if diff := cmp.Diff(want, r.Counts); diff != "" || !r.Written {
		t.Fatal(diff)
	}
	c := b.Catalogue()
	for _, rec := range Everything(t, b) {
		d := family(t, b, rec.Family.ID)
		row := o.Families[slices.IndexFunc(o.Families, func(f map[string]string) bool { return f["id_keluarga"] == rec.Family.LocalKey })]
		var members []map[string]string
		for _, m := range o.Members {
			if m["id_keluarga"] == rec.Family.LocalKey {
				members = append(members, m)
			}
		}
		compareText(t, c, indicator.Family, d.Family.Facts, row)
		if d.Family.Area != row["kode_wilayah"] || d.Family.Address != row["alamat"] || d.Family.RT != row["rt"] ||
			d.Family.ObservedOn.String() != row["tanggal_data"] || d.Family.Version != 1 || d.Family.Size != len(members) ||
			d.Family.HeadName != members[0]["nama"] || d.Family.KKMasked != row["no_kk"][:6]+"**********" {
			t.Errorf("family %s: %+v", rec.Family.LocalKey, d.Family)
		}
		if len(d.Members) != len(members) || len(d.Changes) != 1 || len(d.Observations) != 1+len(members) || len(d.Accounts) != 1 {
			t.Fatalf("family %s: %d members, %d changes, %d observations, %d accounts", rec.Family.LocalKey,
				len(d.Members), len(d.Changes), len(d.Observations), len(d.Accounts))
		}
		for i, m := range d.Members {
			row := members[i]
			compareText(t, c, indicator.Person, m.Facts, row)
			if m.Name != row["nama"] || m.Born.String() != row["tanggal_lahir"] || m.Female != (row["jenis_kelamin"] == "P") ||
				m.MotherName != row["nama_ibu"] || m.NIKMasked != row["nik"][:6]+"**********" || m.Status != registry.PersonActive {
				t.Errorf("member %d of %s: %+v", i, rec.Family.LocalKey, m)
			}
		}
		SameAsFold(t, d)
	}
}

func compareText(t *testing.T, c *indicator.Catalogue, level indicator.Level, facts indicator.Facts, row map[string]string) {
	t.Helper()
	for _, i := range c.Stored(level) {
		v, ok := facts.Get(i.No)
		if !ok || i.Text(v) != row[i.Code] {
			t.Errorf("%s is %s, imported as %s", i.Code, i.Text(v), row[i.Code])
		}
	}
}

func testSameRows(t *testing.T, b *Bench) {
	o := NewOffice(12, 2, "3674")
	Bring(t, b, o)
	before := Everything(t, b)
	again := Bring(t, b, o)
	if !again.Repeated || again.Written || again.Counts.New+again.Counts.Changed != 0 {
		t.Errorf("the same files again: %+v", again)
	}
	r, err := b.Import(Officer(), o.WithSemicolons(), registry.Options{}, run.Silent{})
	if err != nil || r.Repeated || r.Counts.Same != 12 || r.Counts.New+r.Counts.Changed+r.Counts.NewPersons != 0 {
		t.Errorf("the same rows in other files: %+v, %v", r, err)
	}
	if diff := cmp.Diff(before, Everything(t, b)); diff != "" {
		t.Error(diff)
	}
	for _, rec := range before {
		if d := family(t, b, rec.Family.ID); len(d.Changes) != 1 {
			t.Errorf("%s has %d changes", rec.Family.LocalKey, len(d.Changes))
		}
	}
}

func testChangedFacts(t *testing.T, b *Bench) {
	o := NewOffice(3, 3, "3674011001")
	Bring(t, b, o)
	first := Everything(t, b)
	floor, _ := b.Catalogue().Lookup(indicator.Family, "floor")

	// A later visit: another floor, a new address, one member's NIK mended
	// and a child born; nothing said of the rest.
	o.Families[0]["tanggal_data"], o.Families[0]["floor"], o.Families[0]["alamat"] = "2025-05-01", "earth", "Jl. Baru No. 1"
	o.Members[0]["nik"] = "3674010101600099"
	child := map[string]string{"id_keluarga": "K000001", "nama": "Bayi Baru", "jenis_kelamin": "P", "hubungan": "child", "tanggal_lahir": "2025-04-30"}
	o.Members = append(o.Members, child)
	r := Bring(t, b, o)
	if r.Counts.Changed != 1 || r.Counts.Same != 2 || r.Counts.NewPersons != 1 {
		t.Fatalf("%+v", r.Counts)
	}
	id := first[0].Family.ID
	d := family(t, b, id)
	if d.Family.Version != 2 || d.Family.Address != "Jl. Baru No. 1" || len(d.Members) != len(first[0].Members)+1 || len(d.Changes) != 2 {
		t.Errorf("%+v with %d members and %d changes", d.Family, len(d.Members), len(d.Changes))
	}
	for _, f := range registry.FoldFacts(registry.Of(d.Observations, ident.ID{})) {
		if f.No == floor.No && (floor.Text(f.Value) != "earth" || f.ObservedOn.String() != "2025-05-01" || f.Source != registry.SourceImport) {
			t.Errorf("the floor is %+v", f)
		}
	}
	SameAsFold(t, d)
	if rows, err := b.Lookup(Officer(), registry.KindNIK, "3674010101600099", access.PurposeService); err != nil || len(rows) != 1 {
		t.Errorf("the new NIK finds %v, %v", rows, err)
	}

	// An older file adds to the history and takes nothing back.
	o.Families[0]["tanggal_data"], o.Families[0]["floor"], o.Families[0]["alamat"] = "2024-01-01", "marble", "Jl. Lama No. 9"
	r = Bring(t, b, o)
	now := family(t, b, id)
	if v, _ := now.Family.Facts.Get(floor.No); floor.Text(v) != "earth" || now.Family.Address != "Jl. Baru No. 1" || r.Counts.Warnings == 0 {
		t.Errorf("an older file won: %s at %s", floor.Text(v), now.Family.Address)
	}
	if len(now.Changes) != 3 {
		t.Errorf("%d changes", len(now.Changes))
	}
	SameAsFold(t, now)

	// As it was on record before.
	cut := &registry.History{Changes: d.Changes[:1]}
	for _, o := range d.Observations {
		if o.Version == 1 {
			cut.Observations = append(cut.Observations, o)
		}
	}
	if diff := cmp.Diff(&first[0], registry.Fold(cut), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the past differs: %s", diff)
	}
}

func testHeldBack(t *testing.T, b *Bench) {
	o := NewOffice(5, 4, "3674")
	o.Members[len(o.Members)-1]["nik"] = "9.17E+15"
	r, err := b.Import(Officer(), o.Files(), registry.Options{}, run.Silent{})
	if !fault.Is(err, fault.KindInvalid) || r == nil || r.Written || r.Counts.Held != 1 || len(Everything(t, b)) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	r, err = b.Check(Officer(), o.Files())
	if err != nil || r.Written || r.Counts.New != 4 || len(Everything(t, b)) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	r, err = b.Import(Officer(), o.Files(), registry.Options{OnlyGood: true}, run.Silent{})
	if err != nil || !r.Written || r.Counts.New != 4 || r.Counts.Held != 1 || len(Everything(t, b)) != 4 {
		t.Fatalf("%+v, %v", r, err)
	}
	f, problems, err := b.Imported(Officer(), r.ID)
	if err != nil || f.Counts != r.Counts || len(problems) != 1 || problems[0].Value != "9.17E+15" {
		t.Errorf("the import is on record as %+v with %v, %v", f, problems, err)
	}
	// Mended, the same family goes in, and the others stay as they are.
	o.Members[len(o.Members)-1]["nik"] = ""
	if r = Bring(t, b, o); r.Counts.New != 1 || r.Counts.Same != 4 {
		t.Errorf("%+v", r.Counts)
	}
	// A file with something held back is looked at again.
	o.Families[0]["kode_wilayah"] = "1"
	for range 2 {
		r, err = b.Import(Officer(), o.Files(), registry.Options{OnlyGood: true}, run.Silent{})
		if err != nil || r.Repeated || r.Counts.Same != 4 {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

// stopper cancels its import when the writing has begun.
type stopper struct {
	run.Silent
	stage  string
	cancel func()
}

func (s *stopper) Stage(key string, _ int64) { s.stage = key }

func (s *stopper) Add(string, int64) {
	if s.stage == "import_write" {
		s.cancel()
	}
}

func testStopped(t *testing.T, b *Bench) {
	ctx, cancel := context.WithCancel(Officer())
	defer cancel()
	o := NewOffice(1200, 14, "3674")
	if _, err := b.Import(ctx, o.Files(), registry.Options{}, &stopper{cancel: cancel}); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped import: %v", err)
	}
	if n := len(Everything(t, b)); n != 0 {
		t.Errorf("%d families are left", n)
	}
	if r := Bring(t, b, o); r.Counts.New != 1200 {
		t.Errorf("%+v", r.Counts)
	}
}

func testUpload(t *testing.T, b *Bench) {
	o := NewOffice(4, 17, "3674")
	files := o.Files()
	id, err := b.Upload(Officer(), files)
	if err != nil {
		t.Fatal(err)
	}
	back, err := b.Uploaded(Officer(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]registry.File{{files.Family, back.Family}, {files.Member, back.Member}} {
		if diff := cmp.Diff(Content(pair[0]), Content(pair[1])); diff != "" || pair[0].Name != pair[1].Name {
			t.Errorf("%s %s", pair[1].Name, diff)
		}
	}
	if _, err := b.Uploaded(As(access.Officer, "36", "31"), id); err != nil {
		t.Error(err) // the same login
	}
	other := access.With(context.Background(), access.Actor{Login: "other", Roles: []access.Role{access.Officer}, Scope: access.Nation()})
	if _, err := b.Uploaded(other, id); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another officer opens the upload: %v", err)
	}
	if r, done, err := b.Checked(Officer(), id); done || err != nil {
		t.Errorf("checked before the check: %v, %v", r, err)
	}
	r, err := b.ImportUpload(Officer(), id, registry.Options{DryRun: true}, run.Silent{})
	checked, _, errChecked := b.Checked(Officer(), id)
	if diff := cmp.Diff(r, checked); err != nil || errChecked != nil || diff != "" || r.Counts.New != 4 {
		t.Errorf("%v %v %s", err, errChecked, diff)
	}
	r, err = b.ImportUpload(Officer(), id, registry.Options{}, run.Silent{})
	if err != nil || r.Counts.New != 4 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := b.Uploaded(Officer(), id); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the upload is still there: %v", err)
	}
	list, err := b.Imports(Officer(), 10)
	if err != nil || len(list) != 1 || list[0].ID != r.ID || list[0].FamilyFile != "keluarga.csv" {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := b.Imports(As(access.Officer, "12"), 10); err != nil || len(list) != 1 {
		t.Errorf("an officer's own imports: %v, %v", list, err)
	}
	old, err := b.Upload(Officer(), files)
	if err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(48 * 60 * 60 * 1e9)
	if _, err := b.Uploaded(Officer(), old); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("an upload of two days ago: %v", err)
	}
}

func testOnRecord(t *testing.T, b *Bench) {
	first := NewOffice(2, 18, "3674011001")
	Bring(t, b, first)
	second := NewOffice(2, 19, "3674011002")
	for _, row := range append(second.Families, second.Members...) {
		row["id_keluarga"] = "B" + row["id_keluarga"]
	}
	second.Members[0]["nik"] = first.Members[0]["nik"]
	second.Families[1]["no_kk"] = first.Families[1]["no_kk"]
	second.Families[0]["no_kk"] = ""
	r, err := b.Check(Officer(), second.Files())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, p := range r.Problems {
		if !p.Warning {
			t.Errorf("an error: %+v", p)
		}
		got[p.Key]++
	}
	if got["registry.problem.person_on_record.what"] != 1 || got["registry.problem.card_on_record.what"] != 1 {
		t.Errorf("%v", got)
	}
	// Of other areas nothing is said.
	r, err = b.Check(As(access.Officer, "3674011002"), second.Files())
	for _, p := range r.Problems {
		if p.Key == "registry.problem.person_on_record.what" || p.Key == "registry.problem.card_on_record.what" {
			t.Errorf("it leaks: %+v, %v", p, err)
		}
	}
}
