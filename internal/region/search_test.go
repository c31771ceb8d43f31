package region

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/i18n"
)

// brief is a match as the tables below write it.
func brief(m Match) string {
	s := Dotted(m.Code)
	for _, w := range m.Warnings {
		s += " " + strings.TrimPrefix(w.Key, "region.warning.")
	}
	return s
}

func TestSearch(t *testing.T) {
	cases := []struct {
		text  string
		limit int
		want  []string
	}{
		// By name, with what follows saying where.
		{"Kalibaru, Cilincing", 5, []string{"31.72.04.1004"}},
		{"kalibaru cilincing", 5, []string{"31.72.04.1004"}},
		{"KALI BARU / JAKUT", 5, []string{"31.72.04.1004"}},
		{"kalibaru, jakarta ut", 5, []string{"31.72.04.1004"}},
		{"Kel. Kalibaru, Kec. Cilincing, Kota Adm. Jakarta Utara, DKI", 5, []string{"31.72.04.1004"}},
		// A known misspelling, beside the village that really has the name.
		{"Kalibiru", 5, []string{"92.06.17.2003", "31.72.04.1004 spelling"}},
		{"Kalibiru, Cilincing", 5, []string{"31.72.04.1004 spelling"}},
		// The wrong parent, as the press wrote it.
		{"Cilincing, Jakarta Pusat", 5, []string{"31.72.04 wrong_parent", "31.72.04.1001 wrong_parent"}},
		{"cilincing jakpus", 1, []string{"31.72.04 wrong_parent"}},
		{"Kalibaru, Cilincing, Jakarta Pusat", 5, []string{"31.72.04.1004 wrong_parent"}},
		{"Kalibaru, Cilincing, Negeri Dongeng", 5, []string{"31.72.04.1004 unknown_place"}},
		// Nicknames and shortened words.
		{"tangsel", 1, []string{"36.74"}},
		{"Jaksel", 1, []string{"31.74"}},
		{"jogja", 2, []string{"34", "34.71"}},
		{"Solo", 1, []string{"33.72"}},
		{"Pd. Aren tangsel", 1, []string{"36.74.03"}},
		// A title chooses; a name that begins with one is still found.
		{"Kota Bandung", 5, []string{"32.73"}},
		{"Kab. Bandung", 5, []string{"32.04", "32.17"}},
		{"Kota Agung", 1, []string{"16.04.07"}},
		{"kotamobagu", 1, []string{"71.74"}},
		// Spaces and signs do not matter; nor does one letter, if nothing else fits.
		{"baubau", 1, []string{"74.72"}},
		{"Regapuu", 1, []string{"53.07.01.2021"}},
		{"Clincing", 5, []string{"31.72.04 spelling", "31.72.04.1001 spelling"}},
		{"Padang Sidempuan", 1, []string{"12.77 former_name"}},
		{"Lubuk Pakam I,II", 1, []string{"12.07.28.1007"}},
		{"tiro/truseb", 1, []string{"11.07.21"}},
		// By code.
		{"31.72.04", 2, []string{"31.72.04", "31.72.04.1001"}},
		{"317204100", 9, []string{"31.72.04.1001", "31.72.04.1002", "31.72.04.1003", "31.72.04.1004", "31.72.04.1005", "31.72.04.1006", "31.72.04.1007"}},
		{"31720", 1, []string{"31.72.01"}},
		{"92.01", 5, []string{"96.01 retired"}},
		// Nothing.
		{"", 5, nil}, {" , . ", 5, nil}, {"qqqqqq", 5, nil}, {"99", 5, nil}, {"qqq, Cilincing", 5, nil},
	}
	for _, c := range cases {
		var got []string
		for _, m := range Default().Search(c.text, c.limit) {
			got = append(got, brief(m))
			checkWarnings(t, m)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q: %s", c.text, d)
		}
	}
}

func checkWarnings(t testing.TB, m Match) {
	t.Helper()
	for _, w := range m.Warnings {
		checkSentences(t, w)
	}
}

func TestWrongParentIsNamed(t *testing.T) {
	m := Default().Search("Cilincing, Jakarta Pusat", 1)[0]
	got := i18n.T(i18n.ID, m.Warnings[0].Key, m.Warnings[0].Args...)
	want := "Cilincing ada di Kota Administrasi Jakarta Utara, bukan di Kota Administrasi Jakarta Pusat."
	if got != want {
		t.Error(got)
	}
}

func TestFindWithinAndLevel(t *testing.T) {
	a := Default()
	codes := func(q Query) (list []string) {
		for _, m := range a.Find(q) {
			list = append(list, m.Code)
		}
		return list
	}
	if d := cmp.Diff([]string{kalibaru}, codes(Query{Text: "kalibaru", Within: []string{"3172", "3674"}})); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"317204"}, codes(Query{Text: "cilincing", Level: District})); d != "" {
		t.Error(d)
	}
	if got := codes(Query{Text: "cilincing", Within: []string{}}); got != nil {
		t.Errorf("in no area: %v", got)
	}
	if got := codes(Query{Text: "su"}); len(got) != 20 {
		t.Errorf("%d matches without a limit", len(got))
	}
}

// Every region is found by its own full path.
func TestSearchFindsEveryPath(t *testing.T) {
	a := Default()
	for i := 0; i < len(a.rows); i += 97 {
		r := a.region(int32(i))
		path := a.Path(r.Code, "; ")
		found := a.Search(path, 20)
		if !slices.ContainsFunc(found, func(m Match) bool { return m.Code == r.Code && len(m.Warnings) == 0 }) {
			t.Errorf("%q does not find %s", path, r.Code)
		}
	}
}

func TestOneOff(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"kalibaru", "kalibiru", true}, {"kalibaru", "kalbaru", true}, {"kalibaru", "kalibarus", true},
		{"kalibaru", "klaibaru", true}, {"kalibaru", "kalibaur", true}, {"kalibaru", "xkalibaru", true},
		{"kalibaru", "kalibaru", false}, {"kalibaru", "kalbiruu", false}, {"kalibaru", "kal", false}, {"", "", false},
	} {
		if got := oneOff(c.a, c.b); got != c.want || got != oneOff(c.b, c.a) {
			t.Errorf("%s %s: %v", c.a, c.b, got)
		}
	}
}

// Whatever is typed, a search ends with regions that exist, each once, no
// more than asked for, and with sentences for its warnings.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{"Cilincing, Jakarta Pusat", "kalibiru", "31.7", "kab. kota kec", "a b c d e f g h i j", "’\"", "\xff", "İſ", ",,,"} {
		f.Add(s)
	}
	a := Default()
	f.Fuzz(func(t *testing.T, text string) {
		const limit = 7
		seen := map[string]bool{}
		found := a.Search(text, limit)
		for _, m := range found {
			r, ok := a.Lookup(m.Code)
			if !ok || r != m.Region || seen[m.Code] || m.Path == "" {
				t.Errorf("%q: %+v", text, m)
			}
			seen[m.Code] = true
			if !strings.ContainsAny(text, "{}") {
				checkWarnings(t, m)
			}
		}
		if len(found) > limit {
			t.Errorf("%q: %d matches", text, len(found))
		}
		if d := cmp.Diff(found, a.Search(text, limit)); d != "" {
			t.Errorf("%q: another answer the second time: %s", text, d)
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	Default().Search("x", 1) // make the index
	for _, text := range []string{"s", "su", "sukamaju", "kalibaru, jakarta u", "Clincing", "tidak ada di mana pun juga kata", "31"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				Default().Search(text, 20)
			}
		})
	}
}

func BenchmarkIndex(b *testing.B) {
	a := Default()
	b.ReportAllocs()
	for b.Loop() {
		newIndex(a)
	}
}
