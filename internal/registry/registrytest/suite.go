package registrytest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/run"
)

// Suite fixes what the register means, on whichever database backend makes:
// a fresh one at each call.
func Suite(t *testing.T, backend func(t *testing.T) Backend) {
	for name, test := range map[string]func(t *testing.T, b *Bench){
		"what is imported is read back":          testReadBack,
		"the same rows change nothing":           testSameRows,
		"changed facts are added, none lost":     testChangedFacts,
		"a bad family is held back whole":        testHeldBack,
		"another area shows nothing":             testScope,
		"every look is recorded":                 testEveryLook,
		"without a log nothing is served":        testFailClosed,
		"a status is a change like any other":    testStatus,
		"a payee has the newest payable account": testPayee,
		"a stopped import leaves nothing":        testStopped,
		"the first version is told by the rows":  testFirstVersion,
		"many are loaded at once":                testLoadedAtOnce,
		"lists go page by page":                  testPages,
		"a scan has all, in order":               testScan,
		"a workbook comes back edited":           testWorkbook,
		"an old workbook overwrites nothing":     testOldWorkbook,
		"a mapping is kept by its name":          testMappings,
		"what is taken out is brought in again":  testExport,
		"uploads wait sealed for their owner":    testUpload,
		"a number is found by its blind index":   testLookup,
		"a person on record elsewhere is warned": testOnRecord,

		"a visit is recorded and folded":         testObserve,
		"an older visit takes nothing back":      testOlderVisit,
		"what is not so is withdrawn":            testWithdrawn,
		"a bad answer is named and nothing kept": testRefused,
		"of two at once one is a conflict":       testConflict,
		"core data are mended":                   testCorrect,
		"a file of before undoes no correction":  testCorrectionLasts,
		"somebody joins":                         testJoin,
		"a family is registered by hand":         testRegister,
		"an entry stays in its area":             testEntryScope,

		"a child is born, and gets a NIK later":             testBirth,
		"a death stops what depends on it":                  testDeath,
		"some found a family of their own":                  testSplit,
		"a couple marries":                                  testMarriage,
		"a family is handed over":                           testMove,
		"a second person approves":                          testSecondHand,
		"numbers are opened for a reason, and not too many": testUnmask,
		"a quota holds against many at once":                testUnmaskRace,
		"a person is erased, unless money forbids":          testErasure,
		"a warning of identity is dismissed":                testIdentity,
		"not the same is remembered":                        testNotSame,
	} {
		t.Run(name, func(t *testing.T) { test(t, NewBench(t, backend(t))) })
	}
}

// Bring imports an office's files or fails the test.
func Bring(t testing.TB, b *Bench, o *Office) *registry.Report {
	t.Helper()
	r, err := b.Import(Officer(), o.Files(), registry.Options{}, run.Silent{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Everything returns all that is on record, by area and id.
func Everything(t testing.TB, b *Bench) []registry.Record {
	t.Helper()
	var all []registry.Record
	err := b.Scan(Officer(), access.PurposeSystem, func(r *registry.Record) error {
		kept := registry.Record{Family: r.Family, Members: slices.Clone(r.Members)}
		kept.Family.Facts = slices.Clone(r.Family.Facts)
		for i := range kept.Members {
			kept.Members[i].Facts = slices.Clone(r.Members[i].Facts)
		}
		all = append(all, kept)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func entries(t testing.TB, b *Bench) []audit.Entry {
	t.Helper()
	var all []audit.Entry
	err := b.Unit.Read(Officer(), func(ctx context.Context) error {
		var err error
		all, err = b.Audit.Entries(ctx, 0, 1_000_000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func family(t testing.TB, b *Bench, id ident.ID) *registry.Dossier {
	t.Helper()
	d, err := b.Family(Officer(), id, access.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

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

// SameAsFold checks that a family's current rows are what its history folds to.
func SameAsFold(t rapid.TB, d *registry.Dossier) {
	t.Helper()
	current := registry.Record{Family: d.Family, Members: slices.Clone(d.Members)}
	current.Family.KKMasked = ""
	for i := range current.Members {
		current.Members[i].NIKMasked = ""
	}
	if diff := cmp.Diff(registry.Fold(d.History), &current, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("history folds to another family: %s", diff)
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

func testScope(t *testing.T, b *Bench) {
	Bring(t, b, NewOffice(6, 5, "3674011001"))
	other := NewOffice(4, 6, "3172041004")
	for _, row := range append(other.Families, other.Members...) {
		row["id_keluarga"] = "J" + row["id_keluarga"]
	}
	Bring(t, b, other)
	for area, want := range map[string]int{"3674": 6, "3674011001": 6, "3172": 4, "3674011002": 0, "12": 0} {
		ctx := As(access.Auditor, area)
		if n, err := b.Count(ctx, registry.Filter{}); err != nil || n != int64(want) {
			t.Errorf("%s counts %d, %v", area, n, err)
		}
		if n, err := b.Count(ctx, registry.Filter{Area: "31", Name: "s"}); err != nil || want != 4 && n != 0 {
			t.Errorf("%s counts %d elsewhere, %v", area, n, err)
		}
		p, err := b.List(ctx, registry.Filter{}, registry.Cursor{}, 100, access.PurposeAudit)
		if err != nil || len(p.Rows) != want {
			t.Errorf("%s lists %d, %v", area, len(p.Rows), err)
		}
		n := 0
		for _, err := range b.All(ctx, registry.Filter{}, access.PurposeAudit) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		scanned := 0
		err = b.Scan(ctx, access.PurposeAudit, func(*registry.Record) error { scanned++; return nil })
		if err != nil || n != want || scanned != want {
			t.Errorf("%s exports %d and scans %d, %v", area, n, scanned, err)
		}
	}
	outside := As(access.Officer, "3172")
	for _, rec := range Everything(t, b) {
		if rec.Family.Area[:2] != "36" {
			continue
		}
		id, member := rec.Family.ID, rec.Members[0].ID
		_, errRead := b.Family(outside, id, access.PurposeService)
		_, errUnmask := b.Unmask(outside, id, registry.KindNIK, member, access.PurposeService, "asked")
		errStatus := b.SetPersonStatus(outside, id, member, registry.PersonDead, "x", "")
		errFamily := b.SetFamilyStatus(outside, id, registry.FamilyMoved, "x", "")
		for _, err := range []error{errRead, errUnmask, errStatus, errFamily} {
			if !fault.Is(err, fault.KindNotFound) {
				t.Errorf("outside its area a family answers %v", err)
			}
		}
		payees, err := b.Payee(As(access.Treasurer, "3172"), []ident.ID{id}, access.PurposePayment)
		if err != nil || len(payees) != 0 {
			t.Errorf("payees outside: %v, %v", payees, err)
		}
	}
}

func testLookup(t *testing.T, b *Bench) {
	o := NewOffice(3, 8, "3674")
	Bring(t, b, o)
	for kind, number := range map[registry.IdentifierKind]string{registry.KindNIK: o.Members[1]["nik"], registry.KindKK: o.Families[0]["no_kk"]} {
		rows, err := b.Lookup(Officer(), kind, " "+number[:4]+" "+number[4:], access.PurposeService)
		if err != nil || len(rows) != 1 || rows[0].LocalKey != "K000001" {
			t.Errorf("%s finds %v, %v", kind, rows, err)
		}
		rows, err = b.Lookup(As(access.Operator, "3172"), kind, number, access.PurposeService)
		if err != nil || len(rows) != 0 {
			t.Errorf("outside, %s finds %v, %v", kind, rows, err)
		}
	}
	rows, err := b.Lookup(Officer(), registry.KindKK, o.Members[1]["nik"], access.PurposeService)
	if err != nil || len(rows) != 0 {
		t.Errorf("a NIK is found as a card: %v, %v", rows, err)
	}
	if _, err := b.Lookup(Officer(), registry.KindNIK, "123", access.PurposeService); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a short number: %v", err)
	}
}

// looks are all ways to see personal data.
func looks(b *Bench, rec registry.Record, nik string) map[string]func(ctx context.Context, p access.Purpose) error {
	id := rec.Family.ID
	return map[string]func(ctx context.Context, p access.Purpose) error{
		"family.read": func(ctx context.Context, p access.Purpose) error {
			return served(b.Family(ctx, id, p))
		},
		"family.list": func(ctx context.Context, p access.Purpose) error {
			return served(b.List(ctx, registry.Filter{}, registry.Cursor{}, 10, p))
		},
		"family.lookup": func(ctx context.Context, p access.Purpose) error {
			rows, err := b.Lookup(ctx, registry.KindNIK, nik, p)
			if err != nil && rows != nil {
				return errors.New("served with an error")
			}
			return err
		},
		"family.scan": func(ctx context.Context, p access.Purpose) error {
			n := 0
			err := b.Scan(ctx, p, func(*registry.Record) error { n++; return nil })
			if err != nil && n > 0 {
				return errors.New("served with an error")
			}
			return err
		},
		"family.export": func(ctx context.Context, p access.Purpose) error {
			for row, err := range b.All(ctx, registry.Filter{}, p) {
				if err != nil && row.HeadName != "" {
					return errors.New("served with an error")
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
		"identifier.unmask": func(ctx context.Context, p access.Purpose) error {
			number, err := b.Unmask(ctx, id, registry.KindNIK, rec.Members[0].ID, p, "asked at the counter")
			if err != nil && number != "" {
				return errors.New("served with an error")
			}
			return err
		},
		"family.payee": func(ctx context.Context, p access.Purpose) error {
			actor, _ := access.From(ctx)
			actor.Roles = []access.Role{access.Treasurer}
			payees, err := b.Payee(access.With(ctx, actor), []ident.ID{id}, p)
			if err != nil && payees != nil {
				return errors.New("served with an error")
			}
			return err
		},
	}
}

func served[T any](v *T, err error) error {
	if err != nil && v != nil {
		return errors.New("served with an error")
	}
	return err
}

func testEveryLook(t *testing.T, b *Bench) {
	o := NewOffice(2, 9, "3674")
	Bring(t, b, o)
	rec := Everything(t, b)[0]
	for action, look := range looks(b, rec, o.Members[0]["nik"]) {
		before := len(entries(t, b))
		if err := look(Officer(), access.PurposeService); err != nil {
			t.Fatalf("%s: %v", action, err)
		}
		all := entries(t, b)
		if len(all) != before+1 {
			t.Fatalf("%s left %d entries", action, len(all)-before)
		}
		e := all[len(all)-1]
		if e.Action != action || e.Purpose != access.PurposeService || e.Actor != "officer" || e.Count == 0 || len(e.Fields) == 0 {
			t.Errorf("%s left %+v", action, e)
		}
		if err := look(Officer(), "curiosity"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("%s without a registered purpose: %v", action, err)
		}
		planner := access.With(context.Background(), access.Actor{Login: "p", Roles: []access.Role{access.Planner}, Scope: access.Nation()})
		if action != "family.payee" && action != "family.export" {
			if err := look(planner, access.PurposeStatistics); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s by a planner: %v", action, err)
			}
		}
	}
	for _, e := range entries(t, b) {
		record, err := e.Record()
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{o.Members[0]["nik"], o.Families[0]["no_kk"], o.Members[0]["rekening"], o.Members[0]["nama"]} {
			if strings.Contains(string(record), secret) {
				t.Errorf("the log holds %s", secret)
			}
		}
	}
}

// brokenLog cannot be written.
type brokenLog struct{ audit.Store }

func (brokenLog) Append(context.Context, []audit.Entry) error { return errors.New("disk full") }

func testFailClosed(t *testing.T, b *Bench) {
	o := NewOffice(2, 10, "3674")
	Bring(t, b, o)
	rec := Everything(t, b)[0]
	broken := *b
	broken.Service = b.with(brokenLog{b.Audit})
	for action, look := range looks(&broken, rec, o.Members[0]["nik"]) {
		if err := look(Officer(), access.PurposeService); err == nil || err.Error() == "served with an error" {
			t.Errorf("%s without a log: %v", action, err)
		}
	}
	more := NewOffice(4, 11, "3674")
	if _, err := broken.Import(Officer(), more.Files(), registry.Options{}, run.Silent{}); err == nil {
		t.Error("an import without a log went on")
	}
	if err := broken.SetPersonStatus(Officer(), rec.Family.ID, rec.Members[0].ID, registry.PersonDead, "x", ""); err == nil {
		t.Error("a change without a log went on")
	}
	for what, entry := range entriesByHand(&broken, rec) {
		if _, err := entry(Officer()); err == nil {
			t.Errorf("%s without a log went on", what)
		}
	}
	if got := Everything(t, b); len(got) != 2 || got[0].Family.Version != 1 {
		t.Errorf("something was left: %d families", len(got))
	}
}

func testStatus(t *testing.T, b *Bench) {
	Bring(t, b, NewOffice(2, 12, "3674"))
	rec := Everything(t, b)[1]
	id, head := rec.Family.ID, rec.Members[0].ID
	if err := b.SetPersonStatus(Officer(), id, head, registry.PersonDead, "Meninggal", "akta 123"); err != nil {
		t.Fatal(err)
	}
	if err := b.SetPersonStatus(Officer(), id, head, registry.PersonDead, "Meninggal", ""); !fault.Is(err, fault.KindConflict) {
		t.Errorf("dead twice: %v", err)
	}
	if err := b.SetPersonStatus(Officer(), id, head, registry.PersonMoved, " ", ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	if err := b.SetPersonStatus(Officer(), id, head, registry.PersonMoved, "Pindah", "KTP 3674 0101 0160 0099"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a number in clear: %v", err)
	}
	if err := b.SetPersonStatus(Officer(), id, ident.ID{1}, registry.PersonMoved, "x", ""); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if err := b.SetFamilyStatus(Officer(), id, registry.FamilyDuplicate, "Ganda", "pasangan 7"); err != nil {
		t.Fatal(err)
	}
	d := family(t, b, id)
	if d.Members[0].Status != registry.PersonDead || d.Family.Status != registry.FamilyDuplicate || d.Family.Version != 3 ||
		d.Family.Size != len(rec.Members)-1 || len(rec.Members) > 1 && d.Family.HeadName != rec.Members[1].Name {
		t.Errorf("%+v %+v", d.Family, d.Members[0])
	}
	c := d.Changes[1]
	if c.Kind != registry.MemberStatus || c.Reason != "Meninggal" || c.Evidence != "akta 123" || c.ProposedBy != "officer" {
		t.Errorf("%+v", c)
	}
	SameAsFold(t, d)
	if n, err := b.Count(Officer(), registry.Filter{Status: registry.FamilyActive}); err != nil || n != 1 {
		t.Errorf("%d active, %v", n, err)
	}
}

func testPayee(t *testing.T, b *Bench) {
	o := NewOffice(3, 13, "3674011001")
	for _, m := range o.Members {
		if m["id_keluarga"] == "K000003" {
			m["rekening"], m["bank"] = "", ""
		}
	}
	Bring(t, b, o)
	o.Families[0]["tanggal_data"], o.Members[0]["rekening"] = "2025-05-02", "0012345678"
	Bring(t, b, o)
	ctx := As(access.Treasurer, "36")
	var ids []ident.ID
	for _, rec := range Everything(t, b) {
		ids = append(ids, rec.Family.ID)
	}
	payees, err := b.Payee(ctx, ids, access.PurposePayment)
	if err != nil || len(payees) != 3 {
		t.Fatal(payees, err)
	}
	if a := payees[0].Account; a == nil || a.Number != "0012345678" || a.Bank != "BRI" || payees[0].Name != o.Members[0]["nama"] {
		t.Errorf("%+v %+v", payees[0], a)
	}
	if payees[2].Account != nil || payees[2].PersonID.IsZero() {
		t.Errorf("a family without an account: %+v", payees[2])
	}
	if d := family(t, b, ids[0]); len(d.Accounts) != 2 || d.Accounts[1].Masked != "********5678" {
		t.Errorf("accounts are %+v", d.Accounts)
	}
	// A dead recipient is paid no more.
	if err := b.SetPersonStatus(Officer(), ids[0], payees[0].PersonID, registry.PersonDead, "Meninggal", ""); err != nil {
		t.Fatal(err)
	}
	after, err := b.Payee(ctx, ids[:1], access.PurposePayment)
	if err != nil || len(after) > 0 && after[0].PersonID == payees[0].PersonID {
		t.Errorf("still paid: %+v, %v", after, err)
	}
	if _, err := b.Payee(As(access.Operator, "36"), ids, access.PurposePayment); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an operator sees accounts: %v", err)
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

func testPages(t *testing.T, b *Bench) {
	o := NewOffice(25, 15, "3674")
	o.Members[0]["nama"] = "Hj. Zulaikha Qomariah"
	Bring(t, b, o)
	var seen []registry.Row
	var pages [][]registry.Row
	var at registry.Cursor
	for {
		p, err := b.List(Officer(), registry.Filter{}, at, 7, access.PurposeService)
		if err != nil {
			t.Fatal(err)
		}
		if (p.Prev == nil) != (len(pages) == 0) {
			t.Errorf("page %d says of the page before: %v", len(pages), p.Prev)
		}
		seen, pages = append(seen, p.Rows...), append(pages, p.Rows)
		if p.Next == nil {
			break
		}
		at.Place = *p.Next
	}
	// And the same way back.
	at = registry.Cursor{Place: registry.Place{Area: pages[3][0].Area, ID: pages[3][0].ID}, Back: true}
	for i := 2; i >= 0; i-- {
		p, err := b.List(Officer(), registry.Filter{}, at, 7, access.PurposeService)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(pages[i], p.Rows); diff != "" || p.Next == nil || (p.Prev == nil) != (i == 0) {
			t.Fatalf("page %d, coming back: next %v, prev %v %s", i, p.Next, p.Prev, diff)
		}
		if p.Prev != nil {
			at.Place = *p.Prev
		}
	}
	if len(seen) != 25 || !slices.IsSortedFunc(seen, func(a, b registry.Row) int {
		return slices.Compare(append([]byte(a.Area), a.ID[:]...), append([]byte(b.Area), b.ID[:]...))
	}) {
		t.Errorf("%d rows, or out of order", len(seen))
	}
	area := o.Families[0]["kode_wilayah"]
	for _, tc := range []struct {
		f    registry.Filter
		want int
	}{
		{registry.Filter{Name: "zulaikha"}, 1},
		{registry.Filter{Name: "ZULAIKHA qom"}, 1},
		{registry.Filter{Name: "qomariah"}, 0},
		{registry.Filter{Name: "qomariah", Area: area}, 1},
		{registry.Filter{Name: "omariah", Area: area}, 0},
		{registry.Filter{Name: "zulaikha", Area: "31"}, 0},
		{registry.Filter{Area: "36"}, 25},
		{registry.Filter{Status: registry.FamilyMoved}, 0},
		{registry.Filter{Name: "' OR 1=1"}, 0},
	} {
		p, err := b.List(Officer(), tc.f, registry.Cursor{}, 100, access.PurposeService)
		n, errCount := b.Count(Officer(), tc.f)
		if err != nil || errCount != nil || len(p.Rows) != tc.want || n != int64(tc.want) {
			t.Errorf("%+v: %d rows, counted %d, %v %v", tc.f, len(p.Rows), n, err, errCount)
		}
	}
}

func testScan(t *testing.T, b *Bench) {
	o := NewOffice(1100, 16, "3674")
	Bring(t, b, o)
	all := Everything(t, b)
	members := 0
	for i, r := range all {
		members += len(r.Members)
		if i > 0 && (all[i-1].Family.Area > r.Family.Area || all[i-1].Family.Area == r.Family.Area &&
			slices.Compare(all[i-1].Family.ID[:], r.Family.ID[:]) >= 0) {
			t.Fatalf("family %d is out of order", i)
		}
		for j, m := range r.Members {
			if m.FamilyID != r.Family.ID || len(m.NIKBlind) == 0 || len(m.Facts) == 0 || m.NIKMasked != "" ||
				j > 0 && slices.Compare(r.Members[j-1].ID[:], m.ID[:]) >= 0 {
				t.Fatalf("member %d of family %d: %+v", j, i, m)
			}
		}
	}
	if len(all) != 1100 || members != len(o.Members) {
		t.Errorf("%d families, %d members", len(all), members)
	}
	stop := errors.New("enough")
	if err := b.Scan(Officer(), access.PurposeSystem, func(*registry.Record) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("a stopped scan: %v", err)
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
