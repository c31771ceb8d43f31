package condition

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/programme"
)

var steps = &programme.Consequences{Within: 6, Steps: []programme.Consequence{
	{Missed: 1, Effect: programme.Warn}, {Missed: 2, Effect: programme.Reduce, Percent: 10}, {Missed: 3, Effect: programme.Suspend, Percent: 100}}}

func month(text string) Month {
	m, err := ParseMonth(text)
	if err != nil {
		panic(err)
	}
	return m
}

func TestJudge(t *testing.T) {
	from, to := month("2026-01"), month("2026-03")
	all := map[string]struct {
		marks map[string]Status
		want  string
	}{
		"nothing is known":                       {nil, ""},
		"no data is not a miss":                  {map[string]Status{"2026-01": Open, "2026-02": Open, "2026-03": Open}, ""},
		"all met":                                {map[string]Status{"2026-01": Met, "2026-02": Met, "2026-03": Met}, ""},
		"the first miss":                         {map[string]Status{"2026-02": Missed}, "warn 2026-02"},
		"the second in a row":                    {map[string]Status{"2026-02": Missed, "2026-03": Missed}, "reduce 2026-02 2026-03"},
		"the third in a row":                     {map[string]Status{"2026-01": Missed, "2026-02": Missed, "2026-03": Missed}, "suspend 2026-01 2026-02 2026-03"},
		"a month met parts the row":              {map[string]Status{"2026-01": Missed, "2026-02": Met, "2026-03": Missed}, "warn 2026-03"},
		"met after missing ends it":              {map[string]Status{"2026-01": Missed, "2026-02": Missed, "2026-03": Met}, ""},
		"an excused month is passed over":        {map[string]Status{"2026-01": Missed, "2026-02": Excused, "2026-03": Missed}, "reduce 2026-01 2026-03"},
		"a month without data is passed over":    {map[string]Status{"2026-01": Missed, "2026-02": Open, "2026-03": Missed}, "reduce 2026-01 2026-03"},
		"the row begins before":                  {map[string]Status{"2025-12": Missed, "2026-01": Missed}, "reduce 2025-12 2026-01"},
		"what was answered before is not again":  {map[string]Status{"2025-11": Missed, "2025-12": Missed}, ""},
		"too long ago counts no more":            {map[string]Status{"2025-09": Missed, "2026-03": Missed}, "warn 2026-03"},
		"what comes after makes no difference":   {map[string]Status{"2026-03": Missed, "2026-04": Missed}, "warn 2026-03"},
		"excused throughout":                     {map[string]Status{"2026-01": Excused, "2026-03": Excused}, ""},
		"the last miss before an excused one":    {map[string]Status{"2026-01": Missed, "2026-02": Excused, "2026-03": Excused}, "warn 2026-01"},
		"a miss and something met in one month ": {map[string]Status{"2026-02": Missed, "2026-02 ": Met}, "warn 2026-02"},
	}
	for name, c := range all {
		var marks []Mark
		for text, s := range c.marks {
			marks = append(marks, Mark{Due: month(text[:7]), Status: s})
		}
		got := ""
		if j, ok := Judge(steps, marks, from, to); ok {
			got = string(j.Step.Effect)
			for _, m := range j.Misses {
				got += " " + m.String()
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, any := Judge(nil, []Mark{{Due: from, Status: Missed}}, from, to); any {
		t.Error("something follows where the programme names no consequences")
	}
}

func TestWhatFollowsDependsOnNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, to := month("2026-01"), month("2026-03")
		marks := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Mark {
			return Mark{Due: from - 8 + Month(rapid.IntRange(0, 12).Draw(t, "month")), Status: rapid.SampledFrom(Statuses).Draw(t, "status")}
		})).Draw(t, "marks")
		first, any := Judge(steps, marks, from, to)
		same := func(what string, marks []Mark) {
			t.Helper()
			again, still := Judge(steps, marks, from, to)
			if d := cmp.Diff(first, again); d != "" || still != any {
				t.Fatalf("%s makes a difference: %s", what, d)
			}
		}
		same("the order", rapid.Permutation(marks).Draw(t, "permutation"))
		same("saying a thing twice", append(marks[:len(marks):len(marks)], marks...))
		same("an excused or unknown month", append(marks[:len(marks):len(marks)],
			Mark{Due: from + Month(rapid.IntRange(-3, 3).Draw(t, "at")), Status: rapid.SampledFrom([]Status{Excused, Open}).Draw(t, "which")}))

		// To excuse a miss never makes it graver.
		for i, m := range marks {
			if m.Status != Missed {
				continue
			}
			excused := append([]Mark(nil), marks...)
			excused[i].Status = Excused
			if after, follows := Judge(steps, excused, from, to); follows && (!any || after.Step.Percent > first.Step.Percent) {
				t.Fatalf("excusing %s makes it graver: %v, was %v", m.Due, after, first)
			}
		}
	})
}

func TestMonthsOfInstalments(t *testing.T) {
	type span struct{ From, To string }
	got := map[string]span{}
	for _, p := range []Period{{2026, 1}, {2026, 2}, {2026, 4}} {
		from, to := p.Before(3)
		got[p.String()] = span{from.String(), to.String()}
		in, _ := p.Months(3)
		if PeriodOf(in+1, 3) != p {
			t.Errorf("%s is in %s", in+1, PeriodOf(in+1, 3))
		}
	}
	if d := cmp.Diff(map[string]span{"2026-01": {"2025-10", "2025-12"}, "2026-02": {"2026-01", "2026-03"}, "2026-04": {"2026-07", "2026-09"}}, got); d != "" {
		t.Error(d)
	}
	for _, bad := range []string{"", "2026", "2026-13", "2026-1", "1999-01", "26-01", "2026-00", "2026-01-01"} {
		if _, err := ParseMonth(bad); err == nil {
			t.Errorf("%q is a month", bad)
		}
	}
	if m := month("2026-02"); m.First().String() != "2026-02-01" || m.Last().String() != "2026-02-28" {
		t.Errorf("%s runs from %s to %s", m, m.First(), m.Last())
	}
}

func TestWindow(t *testing.T) {
	got := map[string][]string{}
	for name, c := range map[string]programme.Condition{
		"month": {Every: "month"}, "quarter": {Every: "quarter"}, "year": {Every: "year"}, "once": {Every: programme.Once}, "vitamin": {Every: "half_year", Months: []int{2, 8}},
	} {
		for m := month("2026-01"); m <= month("2026-12"); m++ {
			if since, asked := window(&c, m); asked && (name != "month" && name != "once" || m < month("2026-03")) {
				got[name] = append(got[name], since.String()+" "+m.String())
			}
		}
	}
	want := map[string][]string{
		"month": {"2026-01 2026-01", "2026-02 2026-02"}, "quarter": {"2026-01 2026-03", "2026-04 2026-06", "2026-07 2026-09", "2026-10 2026-12"},
		"year": {"2026-01 2026-12"}, "once": {"2026-01 2026-01", "2026-01 2026-02"}, "vitamin": {"2025-09 2026-02", "2026-03 2026-08"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
