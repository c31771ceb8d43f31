package documentdb_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/document"
	"gotong/internal/document/documentdb"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/seal"
	"gotong/policy"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

var start = time.Date(2026, 1, 12, 3, 0, 0, 0, time.UTC)

// world is a register with one decree that can be asked for; name is whom it
// names, and so its content.
type world struct {
	*document.Service
	db    *db.DB
	clock *clock.Stepping
	name  string
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	keys, err := seal.Load(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := document.LoadRules(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{db: d, clock: clock.NewStepping(start, time.Second), name: "Nurhayati"}
	w.Service = document.New(document.Deps{Unit: d, Store: documentdb.Store{}, Keys: keys, Log: audit.NewLog(auditdb.New(), w.clock), Clock: w.clock,
		IDs: ident.NewMaker(w.clock, rand.NewChaCha8([32]byte{1})), Rules: rules,
		Sources: map[document.Kind]document.Source{document.Decree: w.decree}})
	return w
}

func (w *world) decree(_ context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	d := document.DecreeOf{ID: r.Subject, Area: r.Area, Place: "Cilincing", AsOf: civil.MustParse("2026-01-05"), Proposed: "dinas", Enacted: "pengelola",
		EnactedOn: civil.MustParse("2026-01-09"), Digest: "ab", Programmes: []document.DecreeProgramme{{Name: "PKH",
			People: []document.Recipient{{Name: w.name, NIK: "317204**********", Address: "Jl. 1", Area: "Kalibaru", Annual: 2_400_000}}}}}
	return d.Paper(o, r.Lang), nil
}

func as(login string, role access.Role, areas ...string) context.Context {
	scope := access.Nation()
	if len(areas) > 0 {
		scope = access.Areas(areas...)
	}
	return access.With(context.Background(), access.Actor{ID: ident.ID{1}, Login: login, Roles: []access.Role{role}, Scope: scope})
}

var manager = as("pengelola", access.Manager)

func (w *world) issue(t *testing.T, subject, area string, l i18n.Lang) *document.Document {
	t.Helper()
	d, err := w.Issue(manager, document.Request{Kind: document.Decree, Subject: subject, Area: area, Lang: l})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheSamePaperIsTheSameDocument(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		first := w.issue(t, "det-1", "317204", i18n.ID)
		_, pdf, err := w.File(manager, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(240 * time.Hour)
		again := w.issue(t, "det-1", "317204", i18n.ID)
		if diff := cmp.Diff(first.ID, again.ID); diff != "" || again.Date != first.Date {
			t.Errorf("issued again it is another: %s", diff)
		}
		if _, same, err := w.File(manager, again.ID); err != nil || !bytes.Equal(pdf, same) {
			t.Errorf("its file is another: %v", err)
		}
		if first.Number != "SK/0001/DINSOS/I/2026" || first.Version != 1 || first.State() != document.Valid {
			t.Errorf("number %s version %d %s", first.Number, first.Version, first.State())
		}
	})
}

func TestAChangedPaperIsANewVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		first := w.issue(t, "det-1", "317204", i18n.ID)
		w.name = "Nur Hayati"
		w.clock.Advance(400 * 24 * time.Hour) // in another year
		second := w.issue(t, "det-1", "317204", i18n.ID)
		if second.ID == first.ID || second.Number != first.Number || second.Version != 2 || second.Former != first.ID {
			t.Fatalf("the change is %+v", second)
		}
		former, err := w.Document(manager, first.ID)
		if err != nil || former.State() != document.Superseded || former.Next != second.ID {
			t.Errorf("the former is %+v %v", former, err)
		}
		w.name = "Nurhayati"
		if back := w.issue(t, "det-1", "317204", i18n.ID); back.Version != 3 {
			t.Errorf("back to what it said, it is version %d", back.Version)
		}
		next := w.issue(t, "det-2", "317204", i18n.ID)
		if next.Number != "SK/0001/DINSOS/II/2027" {
			t.Errorf("the next year begins with %s", next.Number)
		}
	})
}

func TestNumbersHaveNoGap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				subject := "det-" + string(rune('a'+i%4)) // each asked for twice
				_, err := w.Issue(manager, document.Request{Kind: document.Decree, Subject: subject, Area: "317204"})
				if err != nil && !fault.Is(err, fault.KindUnavailable) {
					t.Error(err)
				}
			})
		}
		group.Wait()
		failing := errors.New("the machine fails")
		err := d.Write(manager, func(ctx context.Context) error { // what is taken and not used is not gone
			if _, err := (documentdb.Store{}).Next(ctx, document.Series{Code: "SK", Unit: "DINSOS", Year: 2026}); err != nil {
				return err
			}
			return failing
		})
		if !errors.Is(err, failing) {
			t.Fatal(err)
		}
		w.issue(t, "det-z", "317204", i18n.ID)
		all, total, err := w.List(manager, document.Filter{Limit: 50})
		if err != nil || total != 5 || len(all) != 5 {
			t.Fatalf("%d papers of 5: %v", total, err)
		}
		for i, p := range all {
			if p.Seq != int64(5-i) {
				t.Errorf("place %d has number %d", i, p.Seq)
			}
		}
		if english := w.issue(t, "det-z", "317204", i18n.EN); english.Number != "SK.EN/0001/DINSOS/I/2026" {
			t.Errorf("a translation is %s", english.Number)
		}
	})
}

func TestTheRegisterIsAppendOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.issue(t, "det-1", "317204", i18n.ID)
		for _, statement := range []string{`UPDATE issued_document SET number = 'SK/9' WHERE {scope area}`, `DELETE FROM issued_document WHERE {scope area}`,
			`INSERT INTO issued_document (id, kind, lang, subject, area, code, unit, year, seq, version, number, title, hash, file, size, pages,
				row_count, day, issued_at, issued_by, office, short_code, seal)
			SELECT $1, kind, lang, 'x', area, code, unit, year, seq + 2, 1, 'SK/3', title, hash, hash, size, pages, row_count, day, issued_at, issued_by, office, 'x', 'x'
			FROM issued_document d WHERE {scope d.area}`} {
			var args []any
			if strings.Contains(statement, "$1") {
				args = append(args, ident.ID{9})
			}
			err := d.Write(manager, func(ctx context.Context) error { _, err := db.From(ctx).Exec(ctx, statement, args...); return err })
			if err == nil || !strings.Contains(err.Error(), "append-only") && !strings.Contains(err.Error(), "without a gap") {
				t.Errorf("this is not refused by the register: %s: %v", statement, err)
			}
		}
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		paper := w.issue(t, "det-1", "317204", i18n.ID)
		ask := document.Request{Kind: document.Decree, Subject: "det-1", Area: "317204"}
		for name, c := range map[string]struct {
			err  error
			want fault.Kind
		}{
			"a treasurer issues a decree": {second(w.Issue(as("b", access.Treasurer), ask)), fault.KindForbidden},
			"a manager of another city":   {second(w.Issue(as("d", access.Manager, "3674"), ask)), fault.KindNotFound},
			"a kind without a source":     {second(w.Issue(manager, document.Request{Kind: document.Handover})), fault.KindInvalid},
			"a treasurer opens a decree":  {second(w.Document(as("b", access.Treasurer), paper.ID)), fault.KindNotFound},
			"another city opens it":       {second(w.Document(as("d", access.Officer, "3674"), paper.ID)), fault.KindNotFound},
			"a planner opens it":          {second(w.Document(as("p", access.Planner), paper.ID)), fault.KindForbidden},
			"an auditor withdraws it":     {w.Withdraw(as("a", access.Auditor), paper.ID, "x"), fault.KindForbidden},
			"withdrawn for no reason":     {w.Withdraw(manager, paper.ID, "  "), fault.KindInvalid},
		} {
			if got := fault.KindOf(c.err); c.err == nil || got != c.want {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		if all, total, err := w.List(as("d", access.Officer, "3674"), document.Filter{Limit: 10}); err != nil || total != 0 || len(all) != 0 {
			t.Errorf("another city sees %d papers: %v", total, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestAnybodyCanAskWhetherAPaperHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		paper := w.issue(t, "det-1", "317204", i18n.ID)
		_, pdf, err := w.File(manager, paper.ID)
		if err != nil {
			t.Fatal(err)
		}
		nobody := context.Background()
		for _, code := range []string{paper.Code, strings.ToLower(document.FormatCode(paper.Code)), paper.Seal, "HTTPS://X.GO.ID/V/" + paper.Seal} {
			if v, err := w.Check(nobody, code); err != nil || !v.Known || v.Document.Number != paper.Number || v.Document.State() != document.Valid {
				t.Errorf("%q answers %+v %v", code, v, err)
			}
		}
		forged := document.Seal{ID: paper.ID, Kind: document.Decree, Lang: i18n.ID, Version: 1, Number: paper.Number, Hash: paper.Hash}
		for _, code := range []string{"", "ABCD-ABCD-ABCD-ABCD", forged.Text(), "halo"} {
			if v, err := w.Check(nobody, code); err != nil || v != (document.Verdict{}) {
				t.Errorf("%q answers %+v %v", code, v, err)
			}
		}
		if v, err := w.CheckFile(nobody, pdf); err != nil || !v.Known || v.Altered {
			t.Errorf("the file answers %+v %v", v, err)
		}
		changed := bytes.Clone(pdf)
		changed[len(changed)-12] ^= 1
		if v, err := w.CheckFile(nobody, changed); err != nil || !v.Altered {
			t.Errorf("a changed file answers %+v %v", v, err)
		}
		if v, err := w.CheckFile(nobody, []byte("no paper")); err != nil || v.Known {
			t.Errorf("another file answers %+v %v", v, err)
		}
		if err := w.Withdraw(manager, paper.ID, "salah wilayah"); err != nil {
			t.Fatal(err)
		}
		if err := w.Withdraw(manager, paper.ID, "lagi"); !fault.Is(err, fault.KindConflict) {
			t.Errorf("withdrawn twice: %v", err)
		}
		if v, _ := w.Check(nobody, paper.Code); v.Document.State() != document.Withdrawn {
			t.Errorf("a withdrawn paper is %s", v.Document.State())
		}
		if anew := w.issue(t, "det-1", "317204", i18n.ID); anew.Version != 2 || anew.Former != paper.ID {
			t.Errorf("issued after it was withdrawn: %+v", anew)
		}
	})
}

func TestAWorkbookHoldsTheSameRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		paper := w.issue(t, "det-1", "317204", i18n.ID)
		_, b, err := w.Sheets(manager, paper.ID)
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if names := f.GetSheetList(); len(names) != 2 {
			t.Fatalf("sheets %v", names)
		}
		rows, err := f.GetRows(f.GetSheetList()[1], excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"1", "Nurhayati", "317204**********", "Jl. 1", "2400000"}, rows[4]); diff != "" {
			t.Error(diff)
		}
	})
}

// The register says nothing of whom a paper names, and its files are sealed.
func TestNothingPersonalLiesInClear(t *testing.T) {
	dir := t.TempDir()
	d, err := db.Open(t.Context(), db.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, d)
	w.issue(t, "det-1", "317204", i18n.ID)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		b, err := os.ReadFile(dir + "/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Nurhayati", "317204****", "%PDF"} {
			if bytes.Contains(b, []byte(word)) {
				t.Errorf("%s holds %q in clear", e.Name(), word)
			}
		}
	}
}
