package i18n

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"gotong/internal/civil"
)

func TestTextIsReadInOneOrTwoLanguages(t *testing.T) {
	for _, tc := range []struct {
		text string
		want Text
		bad  bool
	}{
		{text: "Perwal 1/2025", want: Text{"Perwal 1/2025", "Perwal 1/2025"}},
		{text: "{id: Beras, en: Rice}", want: Text{"Beras", "Rice"}},
		{text: "{id: Beras}", want: Text{ID: "Beras"}},
		{text: "{id: Beras, jv: Wos}", bad: true},
		{text: "[Beras, Rice]", bad: true},
		{text: "{id: [Beras]}", bad: true},
	} {
		var got Text
		if err := yaml.Unmarshal([]byte(tc.text), &got); (err != nil) != tc.bad {
			t.Errorf("%s: %v", tc.text, err)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.text, diff)
		}
	}
	if (Text{ID: "Beras", EN: " "}).Complete() || !Both("Beras").Complete() {
		t.Error("a phrase without English is complete")
	}
	if Both("Beras").Translated() || !(Text{"Beras", "Rice"}).Translated() {
		t.Error("one text for both languages is no translation")
	}
}

func TestDay(t *testing.T) {
	d := civil.MustParse("2025-08-02")
	if id, en := Day(ID, d), Day(EN, d); id != "2 Agu 2025" || en != "2 Aug 2025" {
		t.Errorf("written %s, %s", id, en)
	}
	missing := T(EN, "determination.none_on", "date", d)
	if !strings.Contains(missing, " 2 Aug 2025") {
		t.Errorf("a sentence with a day: %s", missing)
	}
	for month := range 12 {
		d := civil.MustParse("2025-01-31").AddMonths(month)
		if Day(ID, d)[0] == '[' || Day(EN, d)[3] == '[' {
			t.Errorf("%s has no name for its month", d)
		}
	}
}
