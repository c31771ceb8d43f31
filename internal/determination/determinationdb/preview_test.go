package determinationdb_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/determination"
	"gotong/internal/determination/determinationtest"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
	"gotong/internal/snapshot/snapshottest"
)

// A family that came on record after the snapshot is shown what the rules of
// today say of it: what they said of one with the same facts that was there,
// but for the quotas. Nothing of it is kept.
func TestPreview(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		records := snapshottest.Random(41, 90)
		w := determinationtest.NewWorld(t, stores(d), records)
		twins := make([]snapshot.Record, 30)
		for i := range twins {
			twins[i] = records[i]
			twins[i].Family = snapshottest.ID(500_000 + i)
			twins[i].Members = slices.Clone(records[i].Members)
			for k := range twins[i].Members {
				twins[i].Members[k].ID = snapshottest.ID(600_000 + 100*i + k)
			}
		}
		w.Determinations.Register = determinationtest.Register{Records: slices.Concat(records, twins), Keys: w.Keys}
		first := w.Enacted(t)
		ctx := determinationtest.Staff("rini", access.Nation(), access.Officer)
		for i, twin := range twins {
			was, err := w.Determinations.ExplainAll(ctx, access.PurposeService, first.ID, records[i].Family)
			if err != nil {
				t.Fatal(err)
			}
			is, err := w.Determinations.ExplainAll(ctx, access.PurposeService, first.ID, twin.Family)
			if err != nil {
				t.Fatal(err)
			}
			if len(is) != len(was) {
				t.Fatalf("%d programmes, not %d", len(is), len(was))
			}
			for k, e := range is {
				if !e.Preview || was[k].Preview || e.Area != twin.Area || e.AsOf < first.AsOf {
					t.Fatalf("%s: preview %v and %v, of %s on %s", e.Programme.Code, e.Preview, was[k].Preview, e.Area, e.AsOf)
				}
				compareTwins(t, was[k], e)
			}
		}
		one, err := w.Determinations.Explain(ctx, access.PurposeService, first.ID, twins[0].Family, "pkh")
		if err != nil {
			t.Fatal(err)
		}
		for l, want := range map[i18n.Lang]string{i18n.ID: "Pratinjau, bukan keputusan", i18n.EN: "A preview, not a decision"} {
			if text := one.Text(l); !strings.Contains(text, want) {
				t.Errorf("%s does not say that it is a preview:\n%s", l, text)
			}
		}
		if house, err := w.Determinations.Household(ctx, access.PurposeService, first.ID, twins[0].Family); err != nil || house.AsOf != one.AsOf {
			t.Errorf("no household: %v", err)
		}
		rows, err := w.Determinations.OfFamily(ctx, access.PurposeService, first.ID, twins[0].Family)
		if err != nil || len(rows) != 0 {
			t.Errorf("a preview left %d rows: %v", len(rows), err)
		}
		if _, err := w.Determinations.NoticeCode(ctx, access.PurposeService, twins[0].Family); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("a letter of what nobody decided: %v", err)
		}
		refusedPreviews(t, w, first, twins)
	})
}

// compareTwins holds a preview against a decision on the same facts.
func compareTwins(t *testing.T, was, is *determination.Explanation) {
	t.Helper()
	for s, x := range is.Subjects {
		y := was.Subjects[s]
		for i, item := range x.Items {
			if byProgramme(is.Programme, item.ID) {
				continue // a quota may have left the others out
			}
			if item.Answer != y.Items[i].Answer {
				t.Errorf("%s %s: %s in the preview, %s decided", is.Programme.Code, item.ID, item.Answer, y.Items[i].Answer)
			}
		}
		if slices.ContainsFunc(is.Programme.Exclusions, func(e programme.Exclusion) bool { return e.Rule == nil }) {
			continue
		}
		want := y.Outcome
		if want == determination.Waitlisted {
			want = determination.Entitled
		}
		if x.Outcome != want || x.Annual != y.Annual {
			t.Errorf("%s: %s %s in the preview, %s %s decided", is.Programme.Code, x.Outcome, x.Annual, y.Outcome, y.Annual)
		}
		if x.Limited != (is.Programme.Quota != nil) || x.Queue != 0 {
			t.Errorf("%s: limited %v, place %d", is.Programme.Code, x.Limited, x.Queue)
		}
	}
}

func byProgramme(p *programme.Programme, id string) bool {
	return slices.ContainsFunc(p.Exclusions, func(e programme.Exclusion) bool { return e.Rule == nil && e.ID == id })
}

// refusedPreviews are of another's area, of nobody, and of a family whose data
// are not processed.
func refusedPreviews(t *testing.T, w *determinationtest.World, first determination.Header, twins []snapshot.Record) {
	t.Helper()
	twin := twins[0]
	elsewhere := "31"
	if strings.HasPrefix(twin.Area, elsewhere) {
		elsewhere = "36"
	}
	stranger := determinationtest.Staff("tono", access.Areas(elsewhere), access.Officer)
	if _, err := w.Determinations.ExplainAll(stranger, access.PurposeService, first.ID, twin.Family); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("seen from another area: %v", err)
	}
	ctx := determinationtest.Staff("rini", access.Nation(), access.Officer)
	if _, err := w.Determinations.ExplainAll(ctx, access.PurposeService, first.ID, ident.ID{15: 9}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a preview of nobody: %v", err)
	}
	w.Determinations.Suspended = func(context.Context, ident.ID) (time.Time, bool, error) {
		return first.CreatedAt.Add(-time.Hour), true, nil
	}
	if _, err := w.Determinations.Explain(ctx, access.PurposeService, first.ID, twin.Family, "pkh"); err == nil || !strings.Contains(err.Error(), "family_suspended") {
		t.Errorf("a preview of a family that is suspended: %v", err)
	}
}
