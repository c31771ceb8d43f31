package insightdb_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/insight"
	"gotong/internal/insight/insightdb"
	"gotong/internal/insight/insighttest"
	"gotong/internal/run"
	"gotong/internal/targeting"
	"gotong/policy"
)

const (
	kalibaru  = "3172041004"
	cilincing = "3172041005"
	serpong   = "3674011001"
)

func id(n byte) ident.ID { return ident.ID{6: 0x70, 15: n} }

// register fills the slices' tables by hand with a small, known register:
// five families in three villages of two regencies.
type register struct {
	t   *testing.T
	db  *db.DB
	now int64
}

func (r *register) write(fn func(ctx context.Context, tx *db.Tx) error) {
	r.t.Helper()
	ctx := access.With(context.Background(), access.System("test"))
	if err := r.db.Write(ctx, func(ctx context.Context) error { return fn(ctx, db.From(ctx)) }); err != nil {
		r.t.Fatal(err)
	}
}

func (r *register) exec(query string, args ...any) {
	r.t.Helper()
	r.write(func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, query, args...); return err })
}

func (r *register) family(n byte, area, status string, size int) {
	r.t.Helper()
	r.exec(`INSERT INTO family (id, area, local_key, address, rt, rw, status, head_name, size, facts, observed_on, version)
		VALUES ($1, $2, 'k', '', '', '', $3, 'X', $4, $5, '2025-01-01', 1)`, id(n), area, status, size, []byte{})
}

// ranking ranks families (by number; decile 0 is unknown) and measures the
// regencies.
func (r *register) ranking(n byte, asOf string, regions map[string]targeting.Measure, deciles map[byte]int, areas map[byte]string) {
	r.t.Helper()
	r.now++
	var summary struct {
		Nation  targeting.Region   `json:"nation"`
		Regions []targeting.Region `json:"regions"`
	}
	for area, m := range regions {
		summary.Regions = append(summary.Regions, targeting.Region{Area: area, Measure: m})
	}
	b, err := json.Marshal(summary)
	if err != nil {
		r.t.Fatal(err)
	}
	r.exec(`INSERT INTO snapshot (id, as_of, scope, digest, families, members, created_at, created_by) VALUES ($1, $2, '*', $3, 1, 1, $4, 'x')`,
		id(n), asOf, id(n).String(), r.now)
	r.exec(`INSERT INTO ranking (id, snapshot_id, model, model_digest, as_of, digest, summary, created_at, created_by) VALUES ($1, $1, 'pmt', 'd', $2, $3, $4, $5, 'x')`,
		id(n), asOf, id(n).String(), string(b), r.now)
	for family, decile := range deciles {
		var score, d any
		if decile > 0 {
			score, d = 1, decile
		}
		r.exec(`INSERT INTO family_rank (family_id, ranking_id, area, score, decile, decile_region) VALUES ($1, $2, $3, $4, $5, $5)`,
			id(family), id(n), areas[family], score, d)
	}
}

func (r *register) determination(n byte, state string, ranking byte, at int64) {
	r.t.Helper()
	var proposer, decider any
	var when any
	if state == "enacted" {
		proposer, decider, when = "x", "y", at
	}
	r.exec(`INSERT INTO determination (id, snapshot_id, ranking_id, state, created_at, created_by, proposed_at, proposed_by, decided_at, decided_by, note, digest, content)
		VALUES ($1, $2, $2, $3, 1, 'x', $5, $4, $5, $6, '', $7, '{}')`, id(n), id(ranking), state, proposer, when, decider, "0123456789abcdef"+string('a'+rune(n)))
}

// add adds one row.
func (r *register) add(table string, columns []string, values ...any) {
	r.t.Helper()
	r.write(func(ctx context.Context, tx *db.Tx) error {
		rows := tx.NewBulk(table, columns...)
		if err := rows.Add(ctx, values...); err != nil {
			return err
		}
		return rows.Flush(ctx)
	})
}

func (r *register) outcome(determination byte, programme, area string, family, subject byte, outcome, annual int64) {
	r.t.Helper()
	r.add("outcome", []string{"determination_id", "programme", "area", "family_id", "subject_id", "outcome", "answers", "uncertain", "annual"},
		id(determination), programme, area, id(family), id(subject), outcome, int64(0), int64(0), annual)
}

func (r *register) tally(determination byte, programme, area string, outcome, subjects, annual int64) {
	r.t.Helper()
	r.add("outcome_count", []string{"determination_id", "programme", "area", "outcome", "subjects", "annual"},
		id(determination), programme, area, outcome, subjects, annual)
}

// list makes a pay list with lines of a status and amount each.
func (r *register) list(n byte, programme, area string, amounts map[byte]int64, status string) {
	r.t.Helper()
	r.add("pay_list", []string{"id", "number", "programme", "version", "period", "fund", "determination", "area", "channel", "status", "turn", "lines", "total", "digest", "maker", "made_at"},
		id(n), string('A'+rune(n)), programme, "1", "2026-01", "f", id(20), area, "bank", "draft", int64(0), int64(len(amounts)), int64(1), make([]byte, 32), "x", int64(1))
	for family, amount := range amounts {
		r.add("instruction", []string{"list_id", "line_no", "family_id", "area", "bank", "number_masked", "holder", "amount", "status", "code"},
			id(n), int64(family), id(family), area, "014", "", "", amount, status, "")
	}
}

// pair is a pair of people on record who may be one.
func (r *register) pair(n byte, left, right, status string) {
	r.t.Helper()
	r.add("duplicate_pair", []string{"left_id", "right_id", "id", "left_family", "right_family", "left_area", "right_area", "score", "probability", "same", "pieces", "found_at", "status", "decided_by", "decided_at", "note"},
		id(n), id(n+100), id(n), id(1), id(2), left, right, int64(1), int64(1), int64(0), "[]", int64(1), status, "", int64(0), "")
}

func fixture(t *testing.T, d *db.DB) *insight.Service {
	t.Helper()
	r := &register{t: t, db: d}
	areas := map[byte]string{1: kalibaru, 2: kalibaru, 3: cilincing, 4: serpong, 5: serpong}
	r.family(1, kalibaru, "active", 4)
	r.family(2, kalibaru, "active", 2)
	r.family(3, cilincing, "duplicate", 3)
	r.family(4, serpong, "active", 1)
	r.family(5, serpong, "active", 5)
	first := map[string]targeting.Measure{"3172": {Persons: 9, Poor: 9}, "3674": {Families: 2, Persons: 6, Poor: 3, Gap: 600000, Square: 90000}}
	r.ranking(10, "2025-01-01", first, map[byte]int{1: 9, 2: 9, 3: 9, 4: 1, 5: 0}, areas)
	// Jakarta Utara ranks again; Tangerang Selatan's older ranking still counts.
	r.ranking(11, "2025-03-01", map[string]targeting.Measure{"3172": {Families: 2, Persons: 6, Poor: 1}}, map[byte]int{1: 2, 2: 10}, areas)
	r.determination(20, "enacted", 10, 1)
	r.determination(21, "enacted", 11, 2)
	r.determination(22, "computed", 11, 3)
	r.outcome(20, "pkh", serpong, 4, 4, 1, 900)
	r.outcome(20, "permakanan", serpong, 4, 41, 1, 500)
	r.outcome(20, "permakanan", serpong, 5, 51, 4, 0)
	r.tally(20, "pkh", serpong, 1, 1, 900)
	r.tally(20, "permakanan", serpong, 1, 1, 500)
	r.tally(20, "permakanan", serpong, 4, 1, 0)
	r.tally(20, "pkh", kalibaru, 3, 2, 0)
	r.outcome(21, "pkh", kalibaru, 1, 1, 1, 700)
	r.outcome(21, "pkh", kalibaru, 2, 2, 3, 0)
	r.tally(21, "pkh", kalibaru, 1, 1, 700)
	r.tally(21, "pkh", kalibaru, 3, 1, 0)
	r.tally(22, "pkh", serpong, 3, 99, 0)
	r.list(30, "pkh", serpong, map[byte]int64{4: 300, 5: 200}, "planned")
	r.list(31, "pkh", kalibaru, map[byte]int64{1: 150}, "held")
	r.pair(40, kalibaru, kalibaru, "open")
	r.pair(41, kalibaru, cilincing, "rejected")
	r.pair(42, serpong, kalibaru, "open")
	rules, err := insight.LoadDisclosures(policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	s := insight.NewService(d, insightdb.New(), clock.NewStepping(time.Date(2025, 11, 22, 1, 0, 0, 0, time.UTC), 0), rules)
	p := &progress{}
	done, err := s.Refresh(insighttest.As(access.Areas("3172")), p)
	if err != nil {
		t.Fatal(err)
	}
	if done.Measures != len(insight.Measures) || p.total != int64(done.Measures) || p.done != p.total {
		t.Errorf("%+v after %+v", done, p)
	}
	return s
}

type progress struct{ total, done int64 }

func (p *progress) Stage(_ string, total int64) { p.total = total }
func (p *progress) Add(_ string, n int64)       { p.done += n }

func view(t *testing.T, s *insight.Service, scope access.Scope, area string) insight.View {
	t.Helper()
	v, err := s.Overview(insighttest.As(scope), area)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestFiguresAreThoseOfTheRegister(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := fixture(t, d)
		v := view(t, s, access.Nation(), "")
		if v.Active() != 4 || v.Families["duplicate"] != 1 || v.Persons["active"] != 12 {
			t.Errorf("families %v, persons %v", v.Families, v.Persons)
		}
		if want := [10]int64{1, 1, 0, 0, 0, 0, 0, 0, 0, 1}; v.Deciles != want || v.Unranked != 1 {
			t.Errorf("deciles %v, %d unranked", v.Deciles, v.Unranked)
		}
		planned := insight.Sum{Lines: 3, Total: 650}
		want := []insight.Programme{{Code: "permakanan", Entitled: 1, Undetermined: 1, Annual: 500},
			{Code: "pkh", Entitled: 2, Refused: 1, Annual: 1600, Flow: insight.Flow{Planned: planned}}}
		if v.Flow.Planned != planned {
			t.Errorf("flow %+v", v.Flow)
		}
		if diff := cmp.Diff(want, v.Programmes); diff != "" {
			t.Error(diff)
		}
		if v.Reached != 2 || v.Open != 1 {
			t.Errorf("%d reached, %d open", v.Reached, v.Open)
		}
		if diff := cmp.Diff(targeting.Measure{Families: 4, Persons: 12, Poor: 4, Gap: 600000, Square: 90000}, v.Poverty); diff != "" {
			t.Error(diff)
		}
		for area, want := range map[string]map[string]int64{"": {"open": 2, "rejected": 1}, "317204": {"open": 1, "rejected": 1}, kalibaru: {"open": 1}, serpong: {}} {
			if diff := cmp.Diff(want, view(t, s, access.Nation(), area).Duplicates); diff != "" {
				t.Errorf("duplicates of %q: %s", area, diff)
			}
		}
		var children []string
		for _, c := range v.Children {
			children = append(children, c.Area)
		}
		if diff := cmp.Diff([]string{"31", "36"}, children); diff != "" {
			t.Error(diff)
		}
		basis := v.Basis[insight.Deciles]
		if basis.From != civil.MustParse("2025-01-01") || basis.To != civil.MustParse("2025-03-01") || basis.Names[0] != "pmt" {
			t.Errorf("basis %+v", basis)
		}
		if b := view(t, s, access.Nation(), "3172").Basis; b[insight.Deciles].From != civil.MustParse("2025-03-01") || b[insight.Families].From != civil.MustParse("2025-11-22") ||
			b[insight.Coverage].Names[0] != "0123456789ab" {
			t.Errorf("basis of Jakarta Utara %+v", b)
		}
	})
}

func TestStaffSeeTheirOwnAreas(t *testing.T) {
	d := dbtest.SQLite(t)
	s := fixture(t, d)
	if v := view(t, s, access.Areas("3172"), ""); v.Area != "3172" || v.Active() != 2 || len(v.Children) != 1 || v.Children[0].Area != "317204" {
		t.Errorf("a whole regency: %+v", v)
	}
	if v := view(t, s, access.Areas(kalibaru, "3674"), ""); v.Area != "" || v.Active() != 4 || len(v.Children) != 2 || v.Children[0].Area != kalibaru || v.Children[1].Active() != 2 {
		t.Errorf("several areas: %+v", v)
	}
	if v := view(t, s, access.Areas("3172"), kalibaru); v.Active() != 2 || v.Children != nil {
		t.Errorf("a village: %+v", v)
	}
	for _, area := range []string{"3674", "31", "36", serpong} {
		if _, err := s.Overview(insighttest.As(access.Areas("3172")), area); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%s: %v", area, err)
		}
	}
	if _, err := s.Overview(context.Background(), ""); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("nobody: %v", err)
	}
}

func TestRefreshTakesTheNewestAndKeepsTheRest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := fixture(t, d)
		r := &register{t: t, db: d, now: 100}
		r.family(6, kalibaru, "active", 1)
		if v := view(t, s, access.Nation(), ""); v.Active() != 4 {
			t.Errorf("before a refresh: %d", v.Active())
		}
		if done, err := s.Refresh(context.Background(), run.Silent{}, insight.Families); err != nil || done.Measures != 1 {
			t.Fatal(done, err)
		}
		if v := view(t, s, access.Nation(), ""); v.Active() != 5 || v.Persons["active"] != 12 {
			t.Errorf("after one of families: %d families, %d persons", v.Active(), v.Persons["active"])
		}
	})
}

func TestStatisticsOfAFewFamiliesAreNotPublished(t *testing.T) {
	d := dbtest.SQLite(t)
	s := fixture(t, d)
	ctx := context.Background()
	for _, area := range []string{"3674", "36", serpong, "", "9999"} {
		if got, err := s.Statistics(ctx, area); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%q: %+v, %v", area, got, err)
		}
	}
	r := &register{t: t, db: d, now: 100}
	for n := range byte(11) {
		r.family(100+n, serpong, "active", 1)
	}
	if _, err := s.Refresh(ctx, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Statistics(ctx, "3674")
	if err != nil || got.Families != (insight.Published{Count: 15}) || !got.Reached.Hidden {
		t.Errorf("%+v, %v", got, err)
	}
	all, err := s.Regencies(ctx)
	if diff := cmp.Diff([]string{"3674"}, all); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}
