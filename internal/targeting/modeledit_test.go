package targeting_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/targeting"
)

func TestEditedModel(t *testing.T) {
	m, c := demo(t), indicator.Default()
	e := targeting.ModelEdit{Weights: map[string]int64{"intercept": 13_700_000, "size.each": -90_000, "floor.option.earth": -200_000, "floor.other": -1, "car.yes": 500_000,
		"cattle.missing": 5, "watts.missing": 7, "bicycle.yes": 12}, Remove: []string{"fridge"}, Add: []string{"bicycle"}}
	next, err := m.Edited(c, e)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]int64{}
	for _, w := range next.Changes(m) {
		got[w.Place] = [2]int64{w.Was, w.Is}
	}
	want := map[string][2]int64{"intercept": {13_620_000, 13_700_000}, "size.each": {-95_000, -90_000}, "floor.option.earth": {-160_000, -200_000}, "floor.other": {-40_000, -1},
		"car.yes": {420_000, 500_000}, "fridge.yes": {100_000, 0}, "fridge.no": {0, 0}, "cattle.missing": {0, 5}, "watts.missing": {0, 7}, "bicycle.yes": {0, 12}, "bicycle.no": {0, 0}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if next.Code != m.Code || next.Digest == m.Digest {
		t.Errorf("%s has the digest %s", next.Code, next.Digest)
	}
	if same, err := m.Edited(c, targeting.ModelEdit{}); err != nil || same != m {
		t.Errorf("nothing changed: %v", err)
	}
}

func TestEditsThatCannotBe(t *testing.T) {
	m, c := demo(t), indicator.Default()
	weights := func(place string, v int64) targeting.ModelEdit {
		return targeting.ModelEdit{Weights: map[string]int64{place: v}}
	}
	for name, e := range map[string]targeting.ModelEdit{
		"no term":                   weights("bicycle.yes", 1),
		"no part":                   weights("car.each", 1),
		"no option":                 weights("floor.option.gold", 1),
		"a point of none":           weights("size.point.1", 1),
		"no indicator at all":       weights("", 1),
		"too large":                 weights("car.yes", 1<<40),
		"too large a bound":         weights("size.to", 1<<40),
		"crossed bounds":            weights("size.from", 30),
		"beyond all scores":         weights("car.yes", 99_000_000),
		"removes what is not there": {Remove: []string{"bicycle"}},
		"adds what is there":        {Add: []string{"car"}},
		"adds twice":                {Add: []string{"bicycle", "bicycle"}},
		"adds the decile":           {Add: []string{"decile"}},
		"adds no indicator":         {Add: []string{"sepeda"}},
	} {
		if _, err := m.Edited(c, e); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	all := targeting.ModelEdit{}
	for _, x := range m.Terms {
		all.Remove = append(all.Remove, x.Indicator.Code)
	}
	if _, err := m.Edited(c, all); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a model without terms: %v", err)
	}
}

func TestNextModel(t *testing.T) {
	m, c := demo(t), indicator.Default()
	e := targeting.ModelEdit{Weights: map[string]int64{"car.yes": 1}}
	b := decree.Basis{From: civil.MustParse("2026-02-01"), Title: `SK "12": uji`, On: civil.MustParse("2026-01-10")}
	next, err := m.Next(c, e, b)
	if err != nil {
		t.Fatal(err)
	}
	if next.Code != "pmt_demo_2025_20260201" || next.From != b.From || next.Date != b.On || !strings.Contains(next.Source.ID, b.Title) || next.Survey != nil {
		t.Errorf("%+v", next)
	}
	b.From = civil.MustParse("2026-03-01")
	after, err := next.Next(c, targeting.ModelEdit{Weights: map[string]int64{"car.yes": 2}}, b)
	if err != nil || after.Code != "pmt_demo_2025_20260301" {
		t.Errorf("the one after: %v, %v", after, err)
	}
	if _, err := after.Next(c, e, b); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("not later than the model: %v", err)
	}
}

// Every weight of a model can be given any value within bounds, is then what
// the file says, and touches no other.
func TestEveryWeightCanBeChanged(t *testing.T) {
	m, c := demo(t), indicator.Default()
	all := m.Weights()
	rapid.Check(t, func(t *rapid.T) {
		w := all[rapid.IntRange(0, len(all)-1).Draw(t, "weight")]
		v := rapid.Int64Range(-200_000, 200_000).Draw(t, "value")
		switch w.Part {
		case "each": // so little that no score leaves its bounds
			most := 3_000_000 / max(1, w.Term.To)
			v = rapid.Int64Range(-most, most).Draw(t, "each")
		case "from":
			v = rapid.Int64Range(0, 1).Draw(t, "from")
		case "to":
			v = rapid.Int64Range(2, 200).Draw(t, "to")
		}
		next, err := m.Edited(c, targeting.ModelEdit{Weights: map[string]int64{w.Place: v}})
		if err != nil {
			t.Fatal(err)
		}
		changes := next.Changes(m)
		if v == w.Value && len(changes) > 0 || v != w.Value && (len(changes) != 1 || changes[0].Place != w.Place || changes[0].Is != v) {
			t.Fatalf("%s from %d to %d: %+v", w.Place, w.Value, v, changes)
		}
	})
}
