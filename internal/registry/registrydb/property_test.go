package registrydb_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
)

// TestAKeyIsNotedOnce notes keys that are noted already, and one twice.
func TestAKeyIsNotedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := registrydb.New()
		err := d.Write(registrytest.Officer(), func(ctx context.Context) error {
			at := registrytest.Start
			if err := errors.Join(s.NoteShredding(ctx, nil, at), s.NoteShredding(ctx, []uint64{7, 1 << 63, 7}, at), s.NoteShredding(ctx, []uint64{7, 8}, at)); err != nil {
				return err
			}
			noted, err := s.Shredding(ctx)
			slices.Sort(noted)
			if diff := cmp.Diff([]uint64{7, 8, 1 << 63}, noted); err != nil || diff != "" {
				t.Error(diff, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// properties checks a property on both databases, so often on the embedded one
// and less on a real server: every check writes and syncs many times. -rapid.checks asks for more.
func properties(t *testing.T, checks int, check func(t *rapid.T, bench *registrytest.Bench, at int)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		bench, at := registrytest.NewBench(t, backend(d)), 0
		if asked := flag.Lookup("rapid.checks"); asked.Value.String() == asked.DefValue {
			n := checks
			if d.Dialect() == db.Postgres {
				n /= 4
			}
			_ = asked.Value.Set(strconv.Itoa(n))
			defer func() { _ = asked.Value.Set(asked.DefValue) }()
		}
		rapid.Check(t, func(t *rapid.T) {
			at++
			check(t, bench, at)
		})
	})
}

// officeOf returns an office with keys of its own.
func officeOf(families, at int, village string) *registrytest.Office {
	o := registrytest.NewOffice(families, uint64(at), "3674011001")
	for _, row := range append(o.Families, o.Members...) {
		row["id_keluarga"] = fmt.Sprintf("%d-%s", at, row["id_keluarga"])
	}
	for _, row := range o.Families {
		row["kode_wilayah"] = village
	}
	return o
}

// dossiers returns the families of an office, and others, that are on record.
func dossiers(t *rapid.T, bench *registrytest.Bench, o *registrytest.Office, also ...ident.ID) []*registry.Dossier {
	for _, row := range o.Families {
		if id, ok := onRecord(t, bench, row["no_kk"], row["id_keluarga"]); ok {
			also = append(also, id)
		}
	}
	var all []*registry.Dossier
	for _, id := range also {
		d, err := bench.Family(registrytest.Officer(), id, access.PurposeAudit)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// happen has something happen to an office's families: a decision, a visit, a
// correction, an event of life and its undoing, an erasure, a suspension, or
// another file. It returns the families that it touched.
func happen(t *rapid.T, bench *registrytest.Bench, o *registrytest.Office) []ident.ID {
	switch rapid.IntRange(0, 10).Draw(t, "act") {
	case 0:
		decide(t, bench, o)
	case 1, 2:
		visit(t, bench, o)
	case 3:
		mend(t, bench, o)
	case 4:
		suspend(t, bench, o)
	case 7, 8, 9, 10:
		return live(t, bench, o)
	default:
		wander(t, o)
		bringGood(t, bench, o.Files())
	}
	return nil
}

func bringGood(t *rapid.T, bench *registrytest.Bench, files registry.Files) *registry.Report {
	r, err := bench.Import(registrytest.Officer(), files, registry.Options{OnlyGood: true}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whatever happens to families, in whichever order, their current rows are
// what their history folds to, and so are those of the families they found.
func TestCurrentRowsAreTheFoldOfHistory(t *testing.T) {
	properties(t, 120, func(t *rapid.T, bench *registrytest.Bench, at int) {
		o := officeOf(2, at, "3674011001")
		var founded []ident.ID
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			founded = append(founded, happen(t, bench, o)...)
		}
		for _, d := range dossiers(t, bench, o, founded...) {
			registrytest.SameAsFold(t, d)
			now, err := bench.FamilyAt(registrytest.Officer(), d.Family.ID, registry.Moment{On: civil.MustParse("2099-01-01")}, access.PurposeAudit)
			if err != nil {
				t.Fatal(err)
			}
			registrytest.SameAsFold(t, &registry.Dossier{Record: now.Record, History: d.History})
		}
	})
}

// Merging and undoing is as if nothing had been, also after other changes.
func TestMergeThenUndoIsIdentity(t *testing.T) {
	properties(t, 40, func(t *rapid.T, bench *registrytest.Bench, at int) {
		o := officeOf(4, at, fmt.Sprintf("3674011%03d", at%7+1))
		bringGood(t, bench, o.Files())
		var families []registry.Record
		for _, d := range dossiers(t, bench, o) {
			families = append(families, *d.Record)
		}
		registrytest.MergeThenUndo(t, bench, o, families)
	})
}

// Whatever happened before, the rows of a file brought a second time, in a file
// that is another by its bytes, change nothing: no row and no history.
func TestImportTwiceIsImportOnce(t *testing.T) {
	properties(t, 40, func(t *rapid.T, bench *registrytest.Bench, at int) {
		o := officeOf(3, at, "3674011001")
		bringGood(t, bench, o.Files())
		var touched []ident.ID
		for range rapid.IntRange(0, 4).Draw(t, "steps") {
			touched = append(touched, happen(t, bench, o)...)
		}
		wander(t, o)
		bringGood(t, bench, o.Files())
		before, families := dossiers(t, bench, o, touched...), count(t, bench)
		r := bringGood(t, bench, o.WithSemicolons())
		if r.Repeated || r.Counts.New+r.Counts.Changed+r.Counts.NewPersons != 0 {
			t.Fatalf("the same rows again: %+v", r.Counts)
		}
		if diff := cmp.Diff(before, dossiers(t, bench, o, touched...), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("the same rows again altered: %s", diff)
		}
		if n := count(t, bench); n != families {
			t.Fatalf("%d families, %d before", n, families)
		}
	})
}

func count(t *rapid.T, bench *registrytest.Bench) int64 {
	n, err := bench.Count(registrytest.Officer(), registry.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// suspend keeps the first family out of processing, or takes it in again.
func suspend(t *rapid.T, bench *registrytest.Bench, o *registrytest.Office) {
	d, ok := theFirst(t, bench, o)
	if !ok {
		return
	}
	_, yes, err := bench.SuspendedSince(registrytest.Officer(), d.Family.ID)
	switch {
	case err != nil:
	case yes:
		err = bench.Resume(registrytest.Officer(), d.Family.ID)
	default:
		err = bench.Suspend(registrytest.Officer(), d.Family.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// wander changes what a file says.
func wander(t *rapid.T, o *registrytest.Office) {
	f := rapid.SampledFrom(o.Families).Draw(t, "family")
	f["tanggal_data"] = rapid.SampledFrom([]string{"2024-12-31", "2025-03-14", "2025-04-01", "2025-05-01"}).Draw(t, "day")
	f["floor"] = rapid.SampledFrom([]string{"", "earth", "ceramic"}).Draw(t, "floor")
	f["alamat"] = rapid.SampledFrom([]string{"", "Jl. A", "Jl. B"}).Draw(t, "address")
	f["kode_wilayah"] = rapid.SampledFrom([]string{"3674011001", "3674011002"}).Draw(t, "area")
	m := rapid.SampledFrom(o.Members).Draw(t, "member")
	m["working"] = rapid.SampledFrom([]string{"", "ya", "tidak"}).Draw(t, "working")
	m["nik"] = rapid.SampledFrom([]string{"", m["nik"], fmt.Sprintf("36740101019%05d", rapid.IntRange(1, 9999).Draw(t, "serial"))}).Draw(t, "nik")
	if rapid.IntRange(0, 4).Draw(t, "grow") == 0 {
		child := maps.Clone(m)
		child["nik"], child["hubungan"], child["nama"] = "", "child", rapid.SampledFrom([]string{"Bayi", "Adik"}).Draw(t, "name")
		o.Members = append(o.Members, child)
	}
}

// theFirst returns the first family of the office, if it is on record.
func theFirst(t *rapid.T, bench *registrytest.Bench, o *registrytest.Office) (*registry.Dossier, bool) {
	id, ok := onRecord(t, bench, o.Families[0]["no_kk"], o.Families[0]["id_keluarga"])
	if !ok {
		return nil, false
	}
	d, err := bench.Family(registrytest.Officer(), id, access.PurposeVerification)
	if err != nil {
		t.Fatal(err)
	}
	return d, true
}

// whom draws a member of whom something can be recorded, nil where all are
// erased; of an erased one nothing can be.
func whom(t *rapid.T, d *registry.Dossier, label string) *registry.Person {
	p := rapid.SampledFrom(d.Members).Draw(t, label)
	if !p.Erased() {
		return &p
	}
	return nil
}

func basis(t *rapid.T, d *registry.Dossier) registry.Basis {
	b := registrytest.Visited(d.Family, rapid.SampledFrom([]string{"2024-12-30", "2025-03-14", "2025-04-15", "2025-06-01"}).Draw(t, "on"))
	b.Source = rapid.SampledFrom(registry.Sources).Draw(t, "source")
	return b
}

// visit observes facts of the family and of a member, or takes them back. What
// is known of one afterwards is of that day or of a later one.
func visit(t *rapid.T, bench *registrytest.Bench, o *registrytest.Office) {
	d, ok := theFirst(t, bench, o)
	if !ok {
		return
	}
	who := whom(t, d, "who")
	if who == nil {
		return
	}
	answers := []registry.Answer{
		{Code: "floor", Value: rapid.SampledFrom([]string{"earth", "wood"}).Draw(t, "floor"), Gone: rapid.Bool().Draw(t, "gone")},
		{Code: "working", Value: "ya", Person: who.ID, Gone: rapid.Bool().Draw(t, "not working")},
	}[:rapid.IntRange(1, 2).Draw(t, "answers")]
	b := basis(t, d)
	if _, err := bench.Observe(registrytest.Officer(), d.Family.ID, answers, b); err != nil {
		t.Fatal(err)
	}
	after, err := bench.Family(registrytest.Officer(), d.Family.ID, access.PurposeAudit)
	if err != nil {
		t.Fatal(err)
	}
	floor, _ := bench.Catalogue().Lookup(indicator.Family, "floor")
	for _, f := range registry.FoldFacts(registry.Of(after.Observations, ident.ID{})) {
		if f.No == floor.No && f.ObservedOn.String() < b.On {
			t.Fatalf("a visit of %s left what was observed on %s", b.On, f.ObservedOn)
		}
	}
}

// mend corrects core data or adds a member.
func mend(t *rapid.T, bench *registrytest.Bench, o *registrytest.Office) {
	d, ok := theFirst(t, bench, o)
	if !ok {
		return
	}
	id := d.Family.ID
	name := rapid.SampledFrom([]string{"Bayi", "Siti Aminah", "Nama Lain"}).Draw(t, "name")
	var entry func(b registry.Basis) (registry.Outcome, error)
	switch rapid.IntRange(0, 2).Draw(t, "what") {
	case 0:
		e := registry.FamilyEntry{Area: rapid.SampledFrom([]string{"", "3674011002"}).Draw(t, "area"), Address: rapid.SampledFrom([]string{"", "Jl. C"}).Draw(t, "address")}
		entry = func(b registry.Basis) (registry.Outcome, error) {
			return bench.CorrectFamily(registrytest.Officer(), id, e, b)
		}
	case 1:
		p := whom(t, d, "whom")
		if p == nil {
			return
		}
		e := registry.MemberEntry{Name: name, Sex: "female", FormerHead: "other",
			Relation: rapid.SampledFrom([]string{"head", "child"}).Draw(t, "relation"), NoNIK: rapid.Bool().Draw(t, "no NIK")}
		entry = func(b registry.Basis) (registry.Outcome, error) {
			return bench.CorrectMember(registrytest.Officer(), id, p.ID, e, b)
		}
	default:
		e := registry.MemberEntry{Name: name, Sex: "male", Relation: "other"}
		entry = func(b registry.Basis) (registry.Outcome, error) {
			return bench.AddMember(registrytest.Officer(), id, registry.CauseMovedIn, e, b)
		}
	}
	b := basis(t, d)
	out, err := entry(b)
	if b.Read = out.Mark(); b.Read != "" {
		out, err = entry(b)
	}
	if refused := (registry.Refused)(nil); out.Written == (err != nil) || err != nil && !errors.As(err, &refused) { // where nothing is altered
		t.Fatal(out, err)
	}
}

// live has something happen to a family, and sometimes takes it back. What is
// refused changes nothing. It returns the families that were touched.
func live(t *rapid.T, bench *registrytest.Bench, o *registrytest.Office) []ident.ID {
	d, ok := theFirst(t, bench, o)
	if !ok {
		return nil
	}
	who, next := rapid.SampledFrom(d.Members).Draw(t, "who").ID, rapid.SampledFrom(d.Members).Draw(t, "next").ID
	ask := registry.Request{Family: d.Family.ID, Person: who, NewHead: next, FormerHead: "other",
		Kind:  rapid.SampledFrom(registry.LifeKinds).Draw(t, "kind"),
		Basis: registrytest.By(rapid.SampledFrom([]string{"2025-03-20", "2025-05-30"}).Draw(t, "on"), "")}
	if docs := bench.Rule(ask.Kind).Documents; len(docs) > 0 {
		ask.Basis.Document = docs[0].Code
	}
	switch ask.Kind {
	case registry.Birth, registry.Adoption, registry.Marriage:
		ask.Member = &registry.MemberEntry{Name: "Orang Baru", Sex: "female", Relation: "child"}
	case registry.Split, registry.Divorce:
		ask.NewFamily, ask.OtherPerson = bench.NewID(), next
		if ask.Kind == registry.Split {
			ask.Going = []registry.Goer{{Person: who, Relation: "head"}}
		}
	case registry.Move:
		ask.Place = "Malaysia"
		if rapid.Bool().Draw(t, "one") {
			ask.Going = []registry.Goer{{Person: who}}
		}
	case registry.Merge:
		ask.Other, ask.OtherPerson = d.Family.ID, next
	}
	out, err := bench.Do(registrytest.Officer(), ask)
	if ask.Basis.Read = out.Mark(); ask.Basis.Read != "" {
		out, err = bench.Do(registrytest.Officer(), ask)
	}
	if err == nil && !out.Proposed.IsZero() {
		out, err = bench.Approve(registrytest.Second(), out.Proposed, "")
	}
	if refused := (registry.Refused)(nil); err != nil && !errors.As(err, &refused) && !fault.Is(err, fault.KindConflict) {
		t.Fatal(ask.Kind, err)
	}
	if err == nil && rapid.Bool().Draw(t, "undo") {
		undo, err := bench.Do(registrytest.Officer(), registry.Request{Kind: registry.Undone, Event: out.Event,
			Basis: registry.Basis{On: "2025-05-31", Evidence: "keliru"}})
		if err == nil {
			_, err = bench.Approve(registrytest.Second(), undo.Proposed, "")
		}
		if refused := (registry.Refused)(nil); err != nil && !errors.As(err, &refused) {
			t.Fatal(ask.Kind, err)
		}
	}
	return out.Families
}

func decide(t *rapid.T, bench *registrytest.Bench, o *registrytest.Office) {
	d, ok := theFirst(t, bench, o)
	if !ok {
		return
	}
	member := whom(t, d, "who")
	if member == nil {
		return
	}
	status := rapid.SampledFrom(registry.PersonStatuses).Draw(t, "status")
	if status != member.Status {
		if err := bench.SetPersonStatus(registrytest.Officer(), d.Family.ID, member.ID, status, "uji", ""); err != nil {
			t.Fatal(err)
		}
	}
}

func onRecord(t *rapid.T, bench *registrytest.Bench, card, key string) (id [16]byte, ok bool) {
	rows, err := bench.Lookup(registrytest.Officer(), registry.KindKK, card, access.PurposeAudit)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.LocalKey == key {
			return r.ID, true
		}
	}
	return id, false
}

// No number of a person lies in clear anywhere on disk: not in the database,
// its write-ahead log or a waiting upload, in no usual form.
func TestNoNumberLiesInClear(t *testing.T) {
	dir := t.TempDir()
	d, err := db.Open(t.Context(), db.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	bench := registrytest.NewBench(t, backend(d))
	o := registrytest.NewOffice(200, 20, "3674")
	o.Members[5]["tanggal_lahir"] = "1971-01-01" // a problem to be kept
	secrets := []string{o.Members[5]["nik"], o.Families[3]["no_kk"], o.Members[0]["rekening"]}
	if _, err := bench.Upload(registrytest.Officer(), o.Files()); err != nil {
		t.Fatal(err)
	}
	registrytest.Bring(t, bench, o)
	if _, err := bench.Lookup(registrytest.Officer(), registry.KindNIK, secrets[0], access.PurposeService); err != nil {
		t.Fatal(err)
	}
	found := false
	err = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found = found || bytes.Contains(b, []byte("K000001"))
		for _, s := range secrets {
			for _, form := range []string{s, hex.EncodeToString([]byte(s)), base64.RawStdEncoding.EncodeToString([]byte(s[:12]))} {
				if bytes.Contains(b, []byte(form)) {
					t.Errorf("%s holds a number in clear", filepath.Base(path))
				}
			}
		}
		return nil
	})
	if err != nil || !found {
		t.Fatalf("the files were not looked through: %v", err)
	}
}
