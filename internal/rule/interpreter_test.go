package rule

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/column"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
)

// family builds a batch of one family from the text of its facts: those of
// the family, then those of each member.
func family(t testing.TB, facts ...map[string]string) *column.Batch {
	b := &column.Batch{Families: column.NewTable(1), Members: column.NewTable(len(facts) - 1), Offsets: []int32{0, int32(len(facts) - 1)}}
	put := func(table *column.Table, row int, level indicator.Level, facts map[string]string) {
		for code, text := range facts {
			i, ok := indicator.Default().Lookup(level, code)
			if !ok {
				t.Fatalf("no indicator %s", code)
			}
			v, err := i.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			table.Add(code).Set(row, v)
		}
	}
	put(b.Families, 0, indicator.Family, facts[0])
	for i, f := range facts[1:] {
		put(b.Members, i, indicator.Person, f)
	}
	return b
}

func TestAnAnswerNamesWhatItReadAndWhatIsMissing(t *testing.T) {
	e := testEnv(t)
	b := family(t,
		map[string]string{"decile": "3", "floor": "earth"},
		map[string]string{"age": "40", "pregnant": "tidak"},
		map[string]string{"age": "9"},
		map[string]string{"school": "sd"})
	for _, tc := range []struct {
		text         string
		truth        Truth
		missing      string
		read         int
		incomputable bool
	}{
		{`family.decile <= params.few`, Yes, `[]`, 1, false},
		{`family.floor in ["ceramic", "marble"]`, No, `[]`, 1, false},
		{`family.decile > 5 && family.urban`, No, `[]`, 1, false},
		{`family.urban && family.decile > 5`, No, `[]`, 2, false},
		{`family.urban && family.decile <= 5`, Unknown, `[family.urban=?]`, 2, false},
		{`family.floor_area < 8 * family.size`, Unknown, `[family.floor_area=? family.size=?]`, 2, false},
		{`members.exists(m, m.pregnant)`, Unknown, `[members[1].pregnant=? members[2].pregnant=?]`, 3, false},
		{`members.exists(m, m.age > 30)`, Yes, `[]`, 1, false},
		{`members.filter(m, m.age < 12).size() == 1`, Unknown, `[members[2].age=?]`, 3, false},
		{`members.filter(m, m.pregnant).map(m, m.age).sum() > 1`, Unknown, `[members[1].pregnant=? members[2].pregnant=?]`, 3, false},
		{`members.map(m, m.income).sum() > 1`, Unknown, `[members[0].income=? members[1].income=? members[2].income=?]`, 3, false},
		{`members.exists_one(m, m.school == "sd")`, Unknown, `[members[0].school=? members[1].school=?]`, 3, false},
		{`members.filter(m, m.age > 90).map(m, m.age).max() > 1`, Unknown, `[members[2].age=?]`, 3, false},
		{`1 / (family.decile - 3) == 1`, Unknown, `[]`, 1, true},
		{`family.decile * 9223372036854775807 > 0`, Unknown, `[]`, 1, true},
		{`family.decile * 9223372036854775807 > 0 || true`, Yes, `[]`, 1, false},
	} {
		r, err := e.Compile(Source{Text: tc.text}, Family, Bool)
		if err != nil {
			t.Errorf("%s: %v", tc.text, err)
			continue
		}
		a := r.Interpreter().Ask(b, 0, NoMember)
		got := fmt.Sprintln(a.Truth, a.Missing, len(a.Read), a.Incomputable)
		want := fmt.Sprintln(tc.truth, tc.missing, tc.read, tc.incomputable)
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", tc.text, got, want)
		}
		if k := r.Kernel().Truths(b).At(0); k != tc.truth {
			t.Errorf("%s: kernel %s", tc.text, k)
		}
	}
}

func TestEachMemberHasAnAnswer(t *testing.T) {
	e := testEnv(t)
	b := family(t, map[string]string{"decile": "2"},
		map[string]string{"age": "70", "school": "none"}, map[string]string{"age": "12", "school": "sd"}, map[string]string{})
	r, err := e.Compile(Source{Text: `family.decile < 3 && person.age >= members.map(m, m.age).max()`}, Person, Bool)
	if err != nil {
		t.Fatal(err)
	}
	stage, err := e.Compile(Source{Text: `m.school`}, Member, Option)
	if err != nil {
		t.Fatal(err)
	}
	schools := stage.Kernel().Column(b)
	for m, want := range []string{"unknown 0 true", "unknown 2 true", "unknown 0 false"} {
		v, known := schools.At(m)
		if got := fmt.Sprint(r.Interpreter().Ask(b, 0, m).Truth, v, known); got != want {
			t.Errorf("member %d: %s, want %s", m, got, want)
		}
		if a := stage.Interpreter().Ask(b, 0, m); a.Value != v || a.Known != known {
			t.Errorf("member %d: school %d %v, kernel %d %v", m, a.Value, a.Known, v, known)
		}
	}
}

func TestKleene(t *testing.T) {
	all := []Truth{Unknown, No, Yes}
	var rows []string
	for _, a := range all {
		for _, b := range all {
			rows = append(rows, fmt.Sprint(a, " ", b, ": ", a.And(b), " ", a.Or(b)))
		}
	}
	want := []string{
		"unknown unknown: unknown unknown", "unknown no: no unknown", "unknown yes: unknown yes",
		"no unknown: no unknown", "no no: no no", "no yes: no yes",
		"yes unknown: unknown yes", "yes no: no yes", "yes yes: yes yes",
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func TestAFamilyOfMoreMembersThanAWordHasBits(t *testing.T) {
	e := testEnv(t)
	b := &column.Batch{Families: column.NewTable(2), Members: column.NewTable(203), Offsets: []int32{0, 3, 203}}
	for i := range 203 {
		b.Members.Add("age").Set(i, int64(i))
		b.Members.Add("working").Set(i, int64(i/202))
	}
	for text, want := range map[string]Truth{
		`members.exists(m, m.working)`:                                     Yes,
		`members.all(m, m.age > 2)`:                                        Yes,
		`members.filter(m, m.age >= 100).size() == 103`:                    Yes,
		`members.map(m, m.age).sum() == 20503 - 3`:                         Yes,
		`members.exists_one(m, members.all(n, n.age <= m.age))`:            Yes,
		`members.filter(m, m.working).map(m, m.age).min() == 202`:          Yes,
		`members.filter(m, m.age > 150).exists(m, m.pregnant)`:             Unknown,
		`members.filter(m, m.age > 500).exists(m, m.pregnant)`:             No,
		`members.filter(m, m.age > 500).map(m, m.age).max() > 0`:           Unknown,
		`members.filter(m, !m.working).all(m, m.age < 1*members.size()+3)`: Yes,
	} {
		r, err := e.Compile(Source{Text: text}, Family, Bool)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Kernel().Truths(b).At(1); got != want {
			t.Errorf("%s: kernel %s, want %s", text, got, want)
		}
		if got := r.Interpreter().Ask(b, 1, NoMember).Truth; got != want {
			t.Errorf("%s: interpreter %s, want %s", text, got, want)
		}
	}
}

func TestTemplate(t *testing.T) {
	e, err := NewEnv(indicator.Default(), append(edgeParam,
		Param{Name: "floor_least", Kind: Number, Value: 720, Decimals: 2, Unit: "m²"}))
	if err != nil {
		t.Fatal(err)
	}
	b := family(t, map[string]string{"decile": "3", "floor": "earth", "last_pkh": "2024-03-01", "floor_area_per_person": "6.5"},
		map[string]string{"income": "1250000"}, map[string]string{"income": "800000"})
	for _, tc := range []struct{ text, id, en string }{
		{"Desil {family.decile}; batas {params.few}.", "Desil 3; batas 4.", "Desil 3; batas 4."},
		{"{family.floor}, {family.urban}, {params.on}", "Tanah, belum diketahui, Ya", "Earth, not known, Yes"},
		{"{family.last_pkh} {params.since}", "1 Mar 2024 29 Feb 2024", "1 Mar 2024 29 Feb 2024"},
		{"{members.map(m, m.income).sum() / members.size()}", "Rp1.025.000", "Rp1.025.000"},
		{"{members.size() * 1000} × {family.floor_area_per_person} < {params.floor_least}", "2.000 × 6,50 m² < 7,20 m²", "2,000 × 6.50 m² < 7.20 m²"},
		{"{params.many} {family.decile < 4}", "Rp9.223.372.036.854.775.805 Ya", "Rp9.223.372.036.854.775.805 Yes"},
		{"tanpa isian", "tanpa isian", "tanpa isian"},
	} {
		tpl, err := e.Template(Source{Text: tc.text}, Family)
		if err != nil {
			t.Errorf("%s: %v", tc.text, err)
			continue
		}
		got := []string{tpl.Fill(i18n.ID, b, 0, NoMember), tpl.Fill(i18n.EN, b, 0, NoMember)}
		if diff := cmp.Diff([]string{tc.id, tc.en}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.text, diff)
		}
	}
}

func TestTemplateProblems(t *testing.T) {
	e := testEnv(t)
	for _, tc := range []struct{ text, want string }{
		{"Desil {family.desil} dan {params.fewer}", "1:15 unknown_fact_near name=desil suggestion=decile\n1:34 unknown_param_near name=fewer suggestion=few"},
		{"Dinding é {family.wal}", "1:19 unknown_fact_near name=wal suggestion=wall"},
		{"Desil {family.decile", "1:7 brace"},
		{"{}", "1:2 syntax"},
	} {
		_, err := e.Template(Source{Text: tc.text}, Family)
		if diff := cmp.Diff(tc.want, summary(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.text, diff)
		}
	}
}

func TestReadersMayBeSharedByGoroutines(t *testing.T) {
	r, err := testEnv(t).Compile(Source{Text: benchRule}, Family, Bool)
	if err != nil {
		t.Fatal(err)
	}
	b := benchBatch(3000)
	want := r.Kernel().Truths(b)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			got := r.Kernel().Truths(b)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("another answer: %s", diff)
			}
			for i := range 200 {
				if a := r.Interpreter().Ask(b, i, NoMember); a.Truth != want.At(i) {
					t.Errorf("family %d: %s", i, a.Truth)
				}
			}
		})
	}
	group.Wait()
}
