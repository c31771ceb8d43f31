package targetingdb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/registry/sheet"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
	"gotong/internal/targeting"
	"gotong/internal/targeting/targetingdb"
	"gotong/internal/targeting/targetingtest"
)

func TestMeetingStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { targetingtest.Meetings(t, d, targetingdb.Store{}) })
}

// roll lists the families of records, as the register would.
type roll []snapshot.Record

func (r roll) List(_ context.Context, f registry.Filter, c registry.Cursor, _ int, _ access.Purpose) (*registry.Page, error) {
	var p registry.Page
	for i, rec := range r {
		if strings.HasPrefix(rec.Area, f.Area) {
			p.Rows = append(p.Rows, registry.Row{ID: rec.Family, Area: rec.Area, LocalKey: fmt.Sprintf("K%d", i), HeadName: fmt.Sprintf("Kepala %d", i)})
		}
	}
	return &p, nil
}

const hybridOrder = `orders:
  - {from: 2020-01-01, by: hybrid, hybrid: {score: 1, community: 3}, meeting: {months: 12, families: 2}, source: uji}
`

// answered gives every family all that a model may ask.
func answered(records []snapshot.Record) []snapshot.Record {
	for i := range records {
		for _, ind := range indicator.Default().Stored(indicator.Family) {
			if _, ok := records[i].Facts.Get(ind.No); !ok && ind.Kind != indicator.Date {
				v := int64(i % 2)
				if len(ind.Options) > 0 {
					v = ind.Options[i%len(ind.Options)].No
				}
				records[i].Facts.Set(ind.No, v)
			}
		}
		for k := range records[i].Members {
			m := &records[i].Members[k]
			if m.Born == nil {
				m.Born = snapshottest.Born(30)
			}
			for _, ind := range indicator.Default().Stored(indicator.Person) {
				if _, ok := m.Facts.Get(ind.No); !ok && ind.Kind != indicator.Date {
					v := int64(1)
					if len(ind.Options) > 0 {
						v = ind.Options[i%len(ind.Options)].No
					}
					m.Facts.Set(ind.No, v)
				}
			}
		}
	}
	return records
}

// A meeting's ranking, the score and the hybrid stand side by side; the
// ranking goes by the one that policy names, keeps what it went by, and comes
// out the same again.
func TestRankingGoesByAMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		records := answered(snapshottest.Random(11, 150))
		snapshots, s := services(t, d, records)
		book, problems := targeting.ParseOrders("order.yaml", []byte(hybridOrder))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		s.Orders, s.Meetings, s.Register = book, targetingdb.Store{}, roll(records)
		ctx := access.With(context.Background(), access.Actor{Login: "sari", Roles: []access.Role{access.Officer, access.Manager}, Scope: access.Nation()})
		snap, err := snapshots.Build(ctx, snapshottest.AsOf, run.Silent{})
		if err != nil {
			t.Fatal(err)
		}
		before, err := s.Rank(ctx, snap.ID, "", run.Silent{})
		if err != nil || before.Order == nil || before.Order.By != targeting.ByHybrid || before.Order.Meetings != 0 {
			t.Fatalf("without a meeting: %+v, %v", before.Order, err)
		}
		village := fullest(records)
		v, err := s.Village(ctx, access.PurposeVerification, village)
		if err != nil || len(v.Rows) < 4 || v.Meeting != nil {
			t.Fatalf("%d families, %v", len(v.Rows), err)
		}
		// The meeting turns the village's order by score about.
		m := targeting.Meeting{Area: village, HeldOn: snapshottest.AsOf.AddDays(-30), Minutes: "BA/7", Participants: 40, Women: 20}
		for i, row := range v.Rows {
			if row.Known {
				m.Places = append(m.Places, targeting.MeetingPlace{Family: row.Family, Place: int64(len(v.Rows) - i)})
			}
		}
		if len(m.Places) < 3 {
			t.Fatalf("only %d families are scored", len(m.Places))
		}
		if m, err = s.RecordMeeting(ctx, m); err != nil {
			t.Fatal(err)
		}
		if v, err = s.Village(ctx, access.PurposeVerification, village); err != nil || v.Meeting == nil || v.Used {
			t.Fatalf("a meeting that the ranking has not seen: %+v, %v", v.Meeting, err)
		}
		after, err := s.Rank(ctx, snap.ID, "", run.Silent{})
		if err != nil || after.Digest == before.Digest || after.Order.Meetings != 1 || after.Order.Families != int64(len(m.Places)) {
			t.Fatalf("with a meeting: %+v, %v", after.Order, err)
		}
		if after.Nation.Measure != before.Nation.Measure {
			t.Error("a meeting changed what the model predicts of the nation")
		}
		if v, err = s.Village(ctx, access.PurposeVerification, village); err != nil || !v.Used {
			t.Fatalf("used %v, %v", v.Used, err)
		}
		for i, row := range v.Rows {
			if row.Known && i > 0 && row.Hybrid < v.Rows[i-1].Hybrid {
				t.Errorf("row %d: hybrid %d after %d in the order of standing", i, row.Hybrid, v.Rows[i-1].Hybrid)
			}
		}
		x, err := s.ScoreOf(ctx, access.PurposeService, v.Rows[0].Family)
		sum := x.Base
		for _, r := range x.Readings {
			sum += r.Add
		}
		if err != nil || sum != x.Score || x.Village == nil || x.Village.Community == 0 || x.Of != int64(len(m.Places)) {
			t.Errorf("terms add up to %d, the score is %d; %+v, %v", sum, x.Score, x.Village, err)
		}
		if err := s.Recheck(ctx, after.ID, run.Silent{}); err != nil {
			t.Errorf("recheck: %v", err)
		}
		// A changed place is found out, also after the meeting was withdrawn.
		if err := s.WithdrawMeeting(ctx, m.ID, "tanggal keliru"); err != nil {
			t.Fatal(err)
		}
		if err := s.Recheck(ctx, after.ID, run.Silent{}); err != nil {
			t.Errorf("recheck after the withdrawal: %v", err)
		}
		path := filepath.Join(s.Dir(after.ID), "meetings.json")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.Replace(text, []byte(`"place":2`), []byte(`"place":1`), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.Recheck(ctx, after.ID, run.Silent{}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("recheck of a changed place: %v", err)
		}
		if again, err := s.Rank(ctx, snap.ID, "", run.Silent{}); err != nil || again.Digest != before.Digest {
			t.Errorf("without the meeting again: %v", err)
		}
		planner := access.With(context.Background(), access.Actor{Login: "p", Roles: []access.Role{access.Planner}, Scope: access.Nation()})
		if _, err := s.Village(planner, access.PurposeService, village); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a planner saw a village: %v", err)
		}
		elsewhere := access.With(context.Background(), access.Actor{Login: "o", Roles: []access.Role{access.Operator}, Scope: access.Areas("99")})
		if _, err := s.RecordMeeting(elsewhere, m); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("recorded elsewhere: %v", err)
		}
	})
}

// fullest returns the village with the most families.
func fullest(records []snapshot.Record) string {
	count := map[string]int{}
	best := ""
	for _, r := range records {
		if count[r.Area]++; count[r.Area] > count[best] {
			best = r.Area
		}
	}
	return best
}

func TestMeetingsThatAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		records := snapshottest.Random(11, 60)
		_, s := services(t, d, records)
		s.Meetings, s.Register = targetingdb.Store{}, roll(records)
		ctx := access.With(context.Background(), access.Actor{Login: "sari", Roles: []access.Role{access.Operator}, Scope: access.Nation()})
		village := fullest(records)
		var here []ident.ID
		for _, r := range records {
			if r.Area == village {
				here = append(here, r.Family)
			}
		}
		good := func() targeting.Meeting {
			return targeting.Meeting{Area: village, HeldOn: civil.MustParse("2025-06-01"), Minutes: "BA/1", Participants: 10, Women: 3,
				Places: []targeting.MeetingPlace{{Family: here[0], Place: 1}, {Family: here[1], Place: 2}}}
		}
		for name, c := range map[string]struct {
			change func(m *targeting.Meeting)
			key    string
		}{
			"a regency":          {func(m *targeting.Meeting) { m.Area = village[:4] }, "village"},
			"tomorrow":           {func(m *targeting.Meeting) { m.HeldOn = civil.MustParse("2025-08-01") }, "future"},
			"no minutes":         {func(m *targeting.Meeting) { m.Minutes = "  " }, "minutes"},
			"nobody came":        {func(m *targeting.Meeting) { m.Participants = 0 }, "participants"},
			"more women":         {func(m *targeting.Meeting) { m.Women = 11 }, "women"},
			"one family":         {func(m *targeting.Meeting) { m.Places = m.Places[:1] }, "few"},
			"place zero":         {func(m *targeting.Meeting) { m.Places[1].Place = 0 }, "place"},
			"twice":              {func(m *targeting.Meeting) { m.Places[1].Family = here[0] }, "family_twice"},
			"of another village": {func(m *targeting.Meeting) { m.Places[1].Family = snapshottest.ID(999_999) }, "not_here"},
		} {
			m := good()
			c.change(&m)
			if _, err := s.RecordMeeting(ctx, m); keyOf(err) != "targeting.meeting."+c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		m, err := s.RecordMeeting(ctx, good())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.RecordMeeting(ctx, good()); keyOf(err) != "targeting.meeting.twice" {
			t.Errorf("recorded twice: %v", err)
		}
		if err := s.WithdrawMeeting(ctx, m.ID, "x"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an operator withdrew: %v", err)
		}
		if all, err := s.ListMeetings(ctx, targeting.MeetingFilter{}); err != nil || len(all) != 1 {
			t.Errorf("%d meetings, %v", len(all), err)
		}
	})
}

func keyOf(err error) string {
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return f.Key
	}
	return fmt.Sprint(err)
}

func TestReadPlaces(t *testing.T) {
	id := snapshottest.ID
	roster := []registry.Row{{ID: id(1), LocalKey: "A1"}, {ID: id(2), LocalKey: "A2"}, {ID: id(3)}}
	for name, c := range map[string]struct{ text, key string }{
		"by id":             {"keluarga,kepala,peringkat\n" + id(1).String() + ",x,2\n" + id(2).String() + ",y,1\n" + id(3).String() + ",z,\n", ""},
		"by key, semicolon": {"\ufeffID_Keluarga;Peringkat\nA1;2\nA2;1\n", ""},
		"no place column":   {"keluarga,urut\nA1,1\n", "targeting.meeting.columns"},
		"zero":              {"id_keluarga,peringkat\nA1,0\n", "targeting.meeting.place"},
		"a word":            {"id_keluarga,peringkat\nA1,miskin\n", "targeting.meeting.place"},
		"a fraction":        {"id_keluarga,peringkat\nA1,1.5\n", "targeting.meeting.place"},
		"twice":             {"id_keluarga,peringkat\nA1,1\nA1,2\n", "targeting.meeting.family_twice"},
		"unknown":           {"id_keluarga,peringkat\nZ9,1\n", "targeting.meeting.not_here"},
		"no key":            {"id_keluarga,peringkat\n,1\n", "targeting.meeting.not_here"},
		"empty":             {"", "targeting.survey.file.empty_file"},
	} {
		places, err := targeting.ReadPlaces(strings.NewReader(c.text), int64(len(c.text)), roster)
		if c.key != "" {
			if keyOf(err) != c.key {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(places) != 2 || places[0] != (targeting.MeetingPlace{Family: id(1), Place: 2}) {
			t.Errorf("%s: %v, %v", name, places, err)
		}
	}
	var book bytes.Buffer
	b := sheet.NewBook(&book)
	if err := b.Sheet("peringkat", []sheet.Column{{Name: "id_keluarga"}, {Name: "peringkat", Kind: sheet.WholeColumn}}); err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]sheet.Value{{sheet.T("A1"), sheet.N(2)}, {sheet.T("A2"), sheet.N(1)}} {
		if err := b.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if places, err := targeting.ReadPlaces(bytes.NewReader(book.Bytes()), int64(book.Len()), roster); err != nil || len(places) != 2 {
		t.Errorf("workbook: %v, %v", places, err)
	}
}

func FuzzReadPlaces(f *testing.F) {
	f.Add([]byte("id_keluarga;peringkat\nA1;2\n"))
	f.Add([]byte("keluarga,place\n\"x\",1\n"))
	roster := []registry.Row{{ID: snapshottest.ID(1), LocalKey: "A1"}}
	f.Fuzz(func(t *testing.T, b []byte) {
		places, err := targeting.ReadPlaces(bytes.NewReader(b), int64(len(b)), roster)
		if err == nil && len(places) > 1 {
			t.Fatalf("%d places of one family", len(places))
		}
	})
}
