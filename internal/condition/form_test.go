package condition

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/ident"
)

func least(n int64) *int64 { return &n }

var listed = []Duty{
	{ID: ident.ID{0: 1, 15: 1}, Name: "Dimas", Due: 24312, AtLeast: least(85), Unit: "%"},
	{ID: ident.ID{0: 1, 15: 2}, Name: "Siti", Due: 24312},
	{ID: ident.ID{0: 1, 15: 3}, Name: "=Rina, \"kecil\"", Due: 24312, Status: Excused, Excuse: Illness, Note: "demam; dua hari"},
	{ID: ident.ID{0: 1, 15: 4}, Name: "Budi", Due: 24312, AtLeast: least(85), Unit: "%", Status: Met, Measure: least(91)},
}

func bring(t testing.TB, text string) (Brought, error) {
	t.Helper()
	return ReadForm(strings.NewReader(text), int64(len(text)), listed)
}

func TestAFormComesBackAsItWentOut(t *testing.T) {
	var b strings.Builder
	b.WriteString(strings.Join(Columns, ",") + "\n")
	for i := range listed {
		for k, c := range listed[i].Cells("Hadir") {
			if k > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
		}
		b.WriteByte('\n')
	}
	got, err := bring(t, b.String())
	if err != nil {
		t.Fatal(err)
	}
	want := Brought{Silent: 2, Rows: []int{4, 5}, Reports: []Report{{Duty: listed[2].ID, Status: Excused, Excuse: Illness, Note: "demam; dua hari"}, {Duty: listed[3].ID, Measure: least(91)}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestBadForms(t *testing.T) {
	id := func(n int) string { return listed[n].ID.String() }
	for name, text := range map[string]string{
		"empty": "", "no such column": "nama,hasil\nDimas,90\n", "only a heading of others": "a;b\n1;2\n", "nul bytes": "\x00\x01\x02\x03\x00\x00",
		"a picture": "\x89PNG\r\n\x1a\nxxxxxxxx",
	} {
		if _, err := bring(t, text); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	got, err := bring(t, "hasil;id_kewajiban;alasan\n90;"+id(0)+";\nbanyak;"+id(3)+";\nmungkin;"+id(1)+";\nya;"+id(1)+";\n90;019b8bab-0681-7006-a9be-f5488ace7209;\nx;bukan-id;\ndimaklumi;"+id(2)+";malas\n")
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, p := range got.Problems {
		said = append(said, strings.TrimPrefix(p.What.Key, "condition.file_")+" "+string(rune('0'+p.Row)))
	}
	if d := cmp.Diff([]string{"number 3", "status 4", "twice 5", "duty 6", "duty 7", "excuse 8"}, said); d != "" {
		t.Error(d)
	}
	if len(got.Reports) != 1 || *got.Reports[0].Measure != 90 {
		t.Errorf("the good row: %+v", got.Reports)
	}
}

func FuzzReadForm(f *testing.F) {
	f.Add([]byte(strings.Join(Columns, ",") + "\n" + strings.Join(listed[0].Cells("x"), ",") + "\n"))
	f.Add([]byte("hasil;id_kewajiban\nya;" + listed[1].ID.String() + "\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ReadForm(bytes.NewReader(b), int64(len(b)), listed)
		if err != nil {
			return
		}
		seen := map[ident.ID]bool{}
		for _, r := range got.Reports {
			if seen[r.Duty] || r.Duty.IsZero() {
				t.Fatalf("a report of nobody, or twice: %+v", r)
			}
			seen[r.Duty] = true
		}
	})
}
