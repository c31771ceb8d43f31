package policyfile

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
)

type meal struct {
	From  civil.Date `yaml:"from"`
	Price int        `yaml:"price"`
}

func (m meal) Begins() civil.Date { return m.From }

func (m meal) wrong() error {
	if m.Price < 1 {
		return errors.New("price must be 1 or more")
	}
	return nil
}

func read(text string) ([]meal, error) {
	return Read(fstest.MapFS{"meal.yaml": {Data: []byte(text)}}, "meal.yaml", "meals", meal.wrong)
}

func TestReadKeepsTheOrderOfDays(t *testing.T) {
	got, err := read("meals:\n  - {from: 2024-01-01, price: 21000}\n  - {from: 2025-01-01, price: 30000}\n")
	if err != nil || len(got) != 2 || got[0].Price != 21000 || got[1].From != civil.MustParse("2025-01-01") {
		t.Fatalf("%v, %v", got, err)
	}
}

// TestWhatIsWrongIsNamed reads wrong files and wants the sentence that a person
// is told to name the place, in both languages.
func TestWhatIsWrongIsNamed(t *testing.T) {
	const first = "meals:\n  - {from: 2024-01-01, price: 21000}\n"
	for name, c := range map[string]struct{ text, want string }{
		"nothing":             {"", "meal.yaml"},
		"an empty list":       {"meals: []\n", "meals"},
		"another list":        {"dinners:\n  - {from: 2024-01-01, price: 21000}\n", "meals"},
		"a second list":       {first + "dinners: []\n", "meals"},
		"a word not known":    {first + "  - {from: 2025-01-01, prise: 1}\n", "prise"},
		"its line":            {first + "  - {from: 2025-01-01, prise: 1}\n", "line 3"},
		"a number that is no": {first + "  - {from: 2025-01-01, price: many}\n", "line 3"},
		"a day that is no":    {"meals:\n  - {from: 2024-02-30, price: 1}\n", "2024-02-30"},
		"a rule":              {first + "  - {from: 2025-01-01, price: 0}\n", "price must be"},
		"its number":          {first + "  - {from: 2025-01-01, price: 0}\n", "2"},
		"the same day twice":  {first + "  - {from: 2024-01-01, price: 1}\n", "2024"},
		"days out of order":   {first + "  - {from: 2023-01-01, price: 1}\n", "2023"},
		"no YAML":             {"meals: [", "meal.yaml"},
	} {
		_, err := read(c.text)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.KindInvalid {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, l := range []i18n.Lang{i18n.ID, i18n.EN} {
			if said := i18n.Error(l, err); !strings.Contains(said, c.want) || !strings.Contains(said, "meal.yaml") {
				t.Errorf("%s, told in %s: %s", name, l, said)
			}
		}
	}
	if _, err := Read(fstest.MapFS{}, "meal.yaml", "meals", meal.wrong); err == nil {
		t.Error("a file that is not there was read")
	}
}
