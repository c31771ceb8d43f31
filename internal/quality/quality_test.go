package quality

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/policy"
)

var today = civil.MustParse("2026-03-01")

func rule(t testing.TB) Rule {
	t.Helper()
	all, err := LoadRules(indicator.Default(), policy.Files)
	if err != nil {
		t.Fatal(err)
	}
	r, err := all.On(today)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRules(t *testing.T) {
	const good = `{from: 2020-01-01, fresh_days: [30], complete_percent: 90, visited: {sources: [visit], within_days: 9},
    asked: {no_groups: [events], no_facts: [carer], ages: [{from: 5, facts: [hours]}]}, keep_days: 31, source: x}`
	load := func(text string) error {
		_, err := LoadRules(indicator.Default(), fstest.MapFS{"quality.yaml": {Data: []byte("quality:\n  - " + text)}})
		return err
	}
	if err := load(good); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty":         "",
		"days fall":     `{from: 2020-01-01, fresh_days: [30, 20], complete_percent: 90, visited: {sources: [visit], within_days: 9}, keep_days: 31, source: x}`,
		"no days":       `{from: 2020-01-01, complete_percent: 90, visited: {sources: [visit], within_days: 9}, keep_days: 31, source: x}`,
		"over all":      `{from: 2020-01-01, fresh_days: [30], complete_percent: 190, visited: {sources: [visit], within_days: 9}, keep_days: 31, source: x}`,
		"no source":     `{from: 2020-01-01, fresh_days: [30], complete_percent: 90, visited: {sources: [visit], within_days: 9}, keep_days: 31}`,
		"unknown fact":  `{from: 2020-01-01, fresh_days: [30], complete_percent: 90, visited: {sources: [visit], within_days: 9}, asked: {no_facts: [shoe_size]}, keep_days: 31, source: x}`,
		"unknown group": `{from: 2020-01-01, fresh_days: [30], complete_percent: 90, visited: {sources: [visit], within_days: 9}, asked: {no_groups: [shoes]}, keep_days: 31, source: x}`,
		"no age":        `{from: 2020-01-01, fresh_days: [30], complete_percent: 90, visited: {sources: [visit], within_days: 9}, asked: {ages: [{facts: [hours]}]}, keep_days: 31, source: x}`,
		"a day twice":   good + "\n  - " + good,
		"unknown key":   `{from: 2020-01-01, freshness: [30]}`,
	} {
		if err := load(text); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (Rules{rule(t)}).On(civil.MustParse("1999-01-01")); !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("before the first rule: %v", err)
	}
}

func TestSteps(t *testing.T) {
	r := Rule{FreshDays: []int{90, 180}}
	for days, want := range map[int]int{-3: 0, 0: 0, 90: 0, 91: 1, 180: 1, 181: 2, 9000: 2} {
		if got := r.step(today.AddDays(-days), today); got != want {
			t.Errorf("%d days: step %d, want %d", days, got, want)
		}
	}
}

// full is a family of which everything that is asked is known.
func full(ages ...int) *registry.Record {
	c := indicator.Default()
	r := &registry.Record{Family: registry.Family{ID: ident.ID{15: 1}, Area: "3674011001", KKBlind: []byte{1}, ObservedOn: today, Status: registry.FamilyActive}}
	for _, i := range c.Stored(indicator.Family) {
		r.Family.Facts.Set(i.No, 1)
	}
	for n, age := range ages {
		born := today.AddMonths(-12*age - 1)
		m := registry.Person{ID: ident.ID{15: byte(10 + n)}, Born: &born, NIKBlind: []byte{byte(n)}, Status: registry.PersonActive}
		for _, i := range c.Stored(indicator.Person) {
			m.Facts.Set(i.No, 1)
		}
		r.Members = append(r.Members, m)
	}
	return r
}

func judge(t testing.TB, r *registry.Record, w []registry.IdentityWarning, a *Around) (State, map[place]sum) {
	t.Helper()
	figures := map[place]sum{}
	s := NewJudge(rule(t), indicator.Default(), today).Judge(r, w, a, func(m Measure, part string, n, of int64) {
		at := place{r.Family.Area, m, part}
		figures[at] = sum{figures[at].n + n, figures[at].of + of}
	})
	return s, figures
}

var visitedAll = &Around{Visited: map[ident.ID]bool{{15: 1}: true}}

func TestAWholeRecordIsSound(t *testing.T) {
	for _, ages := range [][]int{{3}, {40, 7}, {80, 50, 16, 4, 0}} {
		s, figures := judge(t, full(ages...), nil, visitedAll)
		if s.Issues != 0 || s.Known != 1000 || s.Missing != nil {
			t.Errorf("%v: %+v", ages, s)
		}
		if figures[place{"3674011001", Sound, ""}].n != 1 || figures[place{"3674011001", Persons, ""}].n != int64(len(ages)) {
			t.Errorf("%v: %v", ages, figures)
		}
		for at, f := range figures {
			if at.measure == Known && f.n != f.of {
				t.Errorf("%v: %s %+v", ages, at.part, f)
			}
		}
	}
}

func TestWhatIsToBeMended(t *testing.T) {
	c := indicator.Default()
	hours, _ := c.Lookup(indicator.Person, "hours")
	floor, _ := c.Lookup(indicator.Family, "floor")
	for name, tc := range map[string]struct {
		change  func(r *registry.Record)
		warn    []registry.IdentityWarning
		around  Around
		issues  Issue
		missing []string
	}{
		"an adult's hours":          {change: func(r *registry.Record) { r.Members[0].Facts.Unset(hours.No) }, missing: []string{hours.Group}},
		"a child's hours":           {change: func(r *registry.Record) { r.Members[1].Facts.Unset(hours.No) }},
		"the floor":                 {change: func(r *registry.Record) { r.Family.Facts.Unset(floor.No) }, missing: []string{floor.Group}},
		"the card":                  {change: func(r *registry.Record) { r.Family.KKBlind = nil }, missing: []string{Identity}},
		"a NIK":                     {change: func(r *registry.Record) { r.Members[0].NIKBlind = nil }, missing: []string{Identity}},
		"a birth date":              {change: func(r *registry.Record) { r.Members[1].Born = nil }, missing: []string{Identity}},
		"of one who moved":          {change: func(r *registry.Record) { r.Members[1].Born, r.Members[1].Status = nil, registry.PersonMoved }},
		"nothing known":             {change: func(r *registry.Record) { r.Family.Facts, r.Members[0].Facts, r.Members[1].Facts = nil, nil, nil }, issues: Incomplete, missing: []string{"assets", "dwelling", "hardship", "health", "person", "programmes", "work"}},
		"long ago":                  {change: func(r *registry.Record) { r.Family.ObservedOn = today.AddDays(-366) }, issues: Stale},
		"a year ago":                {change: func(r *registry.Record) { r.Family.ObservedOn = today.AddDays(-365) }},
		"a warning":                 {warn: []registry.IdentityWarning{{Code: "born_differs"}, {Code: "born_differs"}}, issues: HasWarning},
		"a warning for information": {warn: []registry.IdentityWarning{{Code: "region_retired"}}},
		"on record twice":           {around: Around{Twice: map[ident.ID]bool{{15: 1}: true}}, issues: OnRecordTwice},
		"another is":                {around: Around{Twice: map[ident.ID]bool{{15: 2}: true}}},
		"a programme waits":         {around: Around{Waiting: map[ident.ID][]string{{15: 1}: {"pkh"}}}, issues: Undetermined},
		"not visited":               {around: Around{Visited: map[ident.ID]bool{{15: 2}: true}}, issues: NeverVisited},
	} {
		r := full(40, 8)
		if tc.change != nil {
			tc.change(r)
		}
		if tc.around.Visited == nil {
			tc.around.Visited = visitedAll.Visited
		}
		s, figures := judge(t, r, tc.warn, &tc.around)
		if s.Issues != tc.issues {
			t.Errorf("%s: issues %b, want %b", name, s.Issues, tc.issues)
		}
		got := map[string]bool{}
		for _, g := range s.Missing {
			got[g] = true
		}
		want := map[string]bool{}
		for _, g := range tc.missing {
			want[g] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if sound := figures[place{r.Family.Area, Sound, ""}].n == 1; sound != (tc.issues == 0) {
			t.Errorf("%s: sound is %v", name, sound)
		}
	}
}

// Whatever is known of a family, no more is known than is asked, and what is
// emitted is what the state says.
func TestNeverMoreKnownThanAsked(t *testing.T) {
	c := indicator.Default()
	rapid.Check(t, func(rt *rapid.T) {
		r := full(rapid.SliceOfN(rapid.IntRange(0, 130), 0, 6).Draw(rt, "ages")...)
		for _, i := range c.Stored(indicator.Family) {
			if rapid.Bool().Draw(rt, "gap") {
				r.Family.Facts.Unset(i.No)
			}
		}
		for k := range r.Members {
			if rapid.Bool().Draw(rt, "no birth date") {
				r.Members[k].Born = nil
			}
		}
		s, figures := judge(t, r, nil, &Around{})
		var known, asked int64
		for at, f := range figures {
			if at.measure == Known {
				if f.n > f.of {
					rt.Fatalf("%s: %+v", at.part, f)
				}
				known, asked = known+f.n, asked+f.of
			}
		}
		if s.Known != 1000*known/asked {
			rt.Fatalf("%d of %d is said to be %d", known, asked, s.Known)
		}
	})
}

func TestTallyAddsUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		villages := []string{"3674011001", "3674011002", "3674021001"}
		down, above := tally{}, tally{}
		var all int64
		for range rapid.IntRange(1, 30).Draw(rt, "n") {
			n := rapid.Int64Range(0, 9).Draw(rt, "count")
			down.add(rapid.SampledFrom(villages).Draw(rt, "village"), 4, Families, "", n, 0)
			all += n
		}
		down.above(4, above)
		for _, at := range []struct {
			t    tally
			area string
		}{{down, "3674"}, {above, "36"}, {above, ""}} {
			if got := at.t[place{at.area, Families, ""}].n; got != all {
				rt.Fatalf("%q holds %d of %d", at.area, got, all)
			}
		}
		if _, ok := down[place{"36", Families, ""}]; ok {
			rt.Fatal("a regency's tally reaches the province")
		}
	})
}

func TestSuperfluousDays(t *testing.T) {
	r := Rule{KeepDays: 31}
	var days []Day
	for _, on := range []string{"2026-02-28", "2026-02-27", "2025-12-31", "2025-12-30", "2025-12-01", "2025-11-02", "2025-10-31"} {
		days = append(days, Day{On: civil.MustParse(on)})
	}
	var got []string
	for _, d := range r.superfluous(days, today) {
		got = append(got, d.String())
	}
	if diff := cmp.Diff([]string{"2025-12-30", "2025-12-01"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCodesComeBack(t *testing.T) {
	for _, codes := range [][]string{nil, {"a"}, {"work", "health"}} {
		if diff := cmp.Diff(codes, Parted(Joined(codes))); diff != "" && len(codes) > 0 {
			t.Error(diff)
		}
	}
}
