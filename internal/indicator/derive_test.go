package indicator

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/column"
)

var today = civil.MustParse("2025-06-15")

// facts are what a test says of one family or person, as a file would.
type facts map[string]string

// household builds a batch of one family.
func household(t testing.TB, family facts, members ...facts) *column.Batch {
	t.Helper()
	b := &column.Batch{Families: column.NewTable(1), Members: column.NewTable(len(members)), Offsets: []int32{0, int32(len(members))}}
	put := func(l Level, table *column.Table, row int, f facts) {
		for code, s := range f {
			v, err := lookup(t, l, code).Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			table.Add(code).Set(row, v)
		}
	}
	put(Family, b.Families, 0, family)
	for row, m := range members {
		put(Person, b.Members, row, m)
	}
	return b
}

// derived runs the definitions and returns a row as text, without what is unknown.
func derived(t testing.TB, b *column.Batch, l Level, row int) facts {
	t.Helper()
	if err := Default().Derive(today, b); err != nil {
		t.Fatal(err)
	}
	table := b.Families
	if l == Person {
		table = b.Members
	}
	got := facts{}
	for code, c := range table.Columns {
		if i := lookup(t, l, code); i.Derived {
			if v, known := c.At(row); known {
				got[code] = i.Text(v)
			}
		}
	}
	return got
}

func couple() []facts {
	return []facts{
		{"born": "1985-06-15", "sex": "male", "relation": "head", "presence": "living_here", "working": "ya", "school": "none", "disability": "none", "diploma": "smp", "income": "2100000"},
		{"born": "1987-01-01", "sex": "female", "relation": "spouse", "presence": "living_here", "working": "tidak", "school": "none", "disability": "none", "diploma": "sma"},
		{"born": "2015-06-16", "sex": "male", "relation": "child", "presence": "living_here", "school": "sd", "disability": "none", "diploma": "none"},
	}
}

func TestDeriveFamily(t *testing.T) {
	b := household(t, facts{"floor_area": "21", "area": "3172041004"}, couple()...)
	want := facts{
		"area": "3172041004", "urban": "ya", "size": "3", "children": "1", "adults": "2", "elderly": "0", "dependants": "1",
		"working_adults": "1", "earners": "1", "second_engine_adults": "1", "disabled": "0", "at_school": "1",
		"lone_elderly": "tidak", "head_age": "40", "head_female": "tidak", "head_unemployed": "tidak", "head_schooling": "9",
		"max_schooling": "12", "floor_area_per_person": "7.00", "income_total": "2100000", "income_per_person": "700000",
	}
	if diff := cmp.Diff(want, derived(t, b, Family, 0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	child := facts{
		"born": "2015-06-16", "sex": "male", "relation": "child", "age": "9", "age_months": "119", "is_head": "tidak",
		"in_family": "ya", "lives_alone": "tidak", "schooling_years": "0", "second_engine": "tidak",
	}
	if diff := cmp.Diff(child, derived(t, b, Person, 2)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMissingAnswerLeavesOnlyItsOwnCountsOpen(t *testing.T) {
	members := couple()
	delete(members[1], "working")
	got := derived(t, household(t, nil, members...), Family, 0)
	for _, code := range []string{"working_adults", "earners", "second_engine_adults", "income_total", "income_per_person"} {
		if v, ok := got[code]; ok {
			t.Errorf("%s is %s though the spouse's work is not known", code, v)
		}
	}
	for code, want := range map[string]string{"size": "3", "adults": "2", "head_unemployed": "tidak", "at_school": "1"} {
		if got[code] != want {
			t.Errorf("%s = %q, want %q", code, got[code], want)
		}
	}
}

func TestOneReasonIsEnoughNotToBeASecondEngine(t *testing.T) {
	members := couple()
	members[1] = facts{"born": "1987-01-01", "relation": "spouse", "disability": "severe"} // work and school not known
	if got := derived(t, household(t, nil, members...), Person, 1)["second_engine"]; got != "tidak" {
		t.Errorf("second_engine = %q", got)
	}
}

func TestWhoHasGoneIsNotCounted(t *testing.T) {
	for presence, size := range map[string]string{"died": "2", "moved": "2", "abroad": "2", "not_found": "2", "living_here": "3", "new": "3", "": "3"} {
		members := couple()
		delete(members[0], "presence")
		if presence != "" {
			members[0]["presence"] = presence
		}
		got := derived(t, household(t, nil, members...), Family, 0)
		if got["size"] != size {
			t.Errorf("%q: size %s, want %s", presence, got["size"], size)
		}
		if _, ok := got["head_age"]; ok != (size == "3") {
			t.Errorf("%q: a head who has gone has age %q", presence, got["head_age"])
		}
	}
}

func TestLoneElderly(t *testing.T) {
	old := facts{"born": "1950-01-01", "relation": "head"}
	for name, tc := range map[string]struct {
		members []facts
		lone    string
	}{
		"alone":            {[]facts{old}, "ya"},
		"a day short":      {[]facts{{"born": "1965-06-16", "relation": "head"}}, "tidak"},
		"on the day":       {[]facts{{"born": "1965-06-15", "relation": "head"}}, "ya"},
		"age unknown":      {[]facts{{"relation": "head"}}, ""},
		"with a spouse":    {[]facts{old, {"born": "1952-01-01", "relation": "spouse"}}, "tidak"},
		"widowed":          {[]facts{old, {"born": "1952-01-01", "relation": "spouse", "presence": "died"}}, "ya"},
		"with a servant":   {[]facts{old, {"born": "1990-01-01", "relation": "servant"}}, "ya"},
		"nobody left":      {[]facts{{"born": "1950-01-01", "presence": "died"}}, "tidak"},
		"two, one unknown": {[]facts{old, {"relation": "other"}}, "tidak"},
	} {
		if got := derived(t, household(t, nil, tc.members...), Family, 0)["lone_elderly"]; got != tc.lone {
			t.Errorf("%s: %q, want %q", name, got, tc.lone)
		}
	}
}

// TestRelationHead holds the two option numbers in Go to the catalogue.
func TestRelationHead(t *testing.T) {
	if o, _ := lookup(t, Person, "relation").OptionCode("head"); o.No != relationHead {
		t.Errorf("head is %d", o.No)
	}
	if o, _ := lookup(t, Person, "sex").OptionCode("female"); o.No != sexFemale {
		t.Errorf("female is %d", o.No)
	}
}

func TestNoDefinitionsNoDerivation(t *testing.T) {
	if err := Default().Derive(civil.MustParse("1950-01-01"), household(t, nil)); err == nil {
		t.Error("derived without definitions")
	}
}

// Learning a fact may settle a count but never change one that was known.
func TestKnowledgeOnlyGrows(t *testing.T) {
	codes := []string{"presence", "working", "school", "disability", "diploma", "born", "income"}
	rapid.Check(t, func(t *rapid.T) {
		build := func(hide map[[2]int]bool, values [][]int64) *column.Batch {
			n := len(values)
			b := &column.Batch{Families: column.NewTable(1), Members: column.NewTable(n), Offsets: []int32{0, int32(n)}}
			for row := range n {
				b.Members.Add("relation").Set(row, int64(1+min(row, 2)))
				for k, code := range codes {
					if !hide[[2]int{row, k}] {
						b.Members.Add(code).Set(row, values[row][k])
					}
				}
			}
			if err := Default().Derive(today, b); err != nil {
				t.Fatal(err)
			}
			return b
		}
		n := rapid.IntRange(1, 5).Draw(t, "members")
		values := make([][]int64, n)
		hide := map[[2]int]bool{}
		for row := range values {
			for k, code := range codes {
				i, _ := Default().Lookup(Person, code)
				v := valid(t, i)
				if code == "presence" {
					v = 1 // who is absent is not learnt of: an open presence counts as present
				}
				if code == "born" {
					v = int64(today) - rapid.Int64Range(0, 90*365).Draw(t, "days")
				}
				values[row] = append(values[row], v)
				if rapid.IntRange(0, 3).Draw(t, "hide") == 0 {
					hide[[2]int{row, k}] = true
				}
			}
		}
		before, after := build(hide, values), build(nil, values)
		for code, c := range before.Families.Columns {
			if code == "income_total" || code == "income_per_person" {
				continue // an income nobody asked a jobless member about counts as none
			}
			v, known := c.At(0)
			w, stillKnown := after.Families.Columns[code].At(0)
			if known && (!stillKnown || v != w) {
				t.Fatalf("%s was %d, is %d (%v)", code, v, w, stillKnown)
			}
		}
	})
}

func BenchmarkDerive(b *testing.B) {
	const families, each = 10_000, 3
	t := column.NewTable(families * each)
	batch := &column.Batch{Families: column.NewTable(families), Members: t}
	for i := range families + 1 {
		batch.Offsets = append(batch.Offsets, int32(i*each))
	}
	for row := range t.Rows {
		t.Add("born").Set(row, int64(today)-int64(row%30_000))
		t.Add("relation").Set(row, int64(1+row%each))
		for _, code := range []string{"presence", "working", "school", "disability", "diploma"} {
			t.Add(code).Set(row, 1)
		}
	}
	for b.Loop() {
		if err := Default().Derive(today, batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*families*each/b.Elapsed().Seconds(), "persons/s")
}
