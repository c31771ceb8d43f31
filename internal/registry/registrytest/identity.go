package registrytest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/fault"
	"gotong/internal/registry"
)

func testIdentity(t *testing.T, b *Bench) {
	r, _ := big(t, b, 108)
	p := head(r)
	e := entryOf(b, p)
	e.NIK, e.Born = "9999990101700001", "1981-02-03"
	out, err := b.CorrectMember(Officer(), r.Family.ID, p.ID, e, registry.Basis{Version: 1, On: "2025-05-01", Evidence: "KTP"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.CorrectMember(Officer(), r.Family.ID, p.ID, e, registry.Basis{Version: 1, On: "2025-05-01", Evidence: "KTP", Read: out.Mark()})
	if err != nil {
		t.Fatal(err)
	}
	codes := func() (open, dismissed []string, mark string) {
		for _, w := range dossier(t, b, r.Family.ID).Warnings {
			if w.Person != p.ID {
				continue
			}
			if w.Dismissed != nil {
				dismissed = append(dismissed, w.Code)
			} else {
				open, mark = append(open, w.Code), w.Mark
			}
		}
		return open, dismissed, mark
	}
	open, _, mark := codes()
	if !slices.Contains(open, "born_differs") || !slices.Contains(open, "region_unknown") {
		t.Errorf("%v", open)
	}
	if err := b.DismissWarning(Officer(), r.Family.ID, mark, "sudah dicek ke Dukcapil"); err != nil {
		t.Fatal(err)
	}
	after, dismissed, _ := codes()
	if len(after) != len(open)-1 || len(dismissed) != 1 {
		t.Errorf("%v %v", after, dismissed)
	}
	if err := b.DismissWarning(Officer(), r.Family.ID, "nothing", "x"); !fault.Is(err, fault.KindNotFound) {
		t.Error(err)
	}
}

// testNumberSays holds a NIK against birth date, sex and place.
func testNumberSays(t *testing.T, b *Bench) {
	r, _ := big(t, b, 112) // in Serpong, 36.74.01
	p := head(r)
	for name, tc := range map[string]struct {
		nik, born, sex string
		asked, shown   []string // what an entry must read, and what the family's page says
	}{
		"all agrees":                         {"3674010102800001", "1980-02-01", "male", nil, nil},
		"a woman's day is 40 more":           {"3674014102800001", "1980-02-01", "female", nil, nil},
		"a man's number for a woman":         {"3674010102800001", "1980-02-01", "female", []string{"sex_differs"}, []string{"sex_differs"}},
		"another day":                        {"3674010202800001", "1980-02-01", "male", []string{"born_differs"}, []string{"born_differs"}},
		"a century ago":                      {"3674010102240001", "1924-02-01", "male", nil, nil},
		"last year":                          {"3674010102240001", "2024-02-01", "male", nil, nil},
		"no date, and two centuries fit":     {"3674010102240001", "", "male", nil, []string{"born_century"}},
		"no date, and one century fits":      {"3674010102800001", "", "male", nil, []string{"born_missing"}},
		"no date, and the digits are none":   {"3674013113800001", "", "male", []string{"born_never"}, []string{"born_never"}},
		"a day that is none":                 {"3674013113800001", "1980-02-01", "male", []string{"born_no_date"}, []string{"born_no_date"}},
		"of another regency":                 {"3172040102800001", "1980-02-01", "male", nil, []string{"region_other"}},
		"of a district that is no more":      {"9201010102800001", "1980-02-01", "male", nil, []string{"region_retired"}},
		"of a district before the lists":     {"3603250102800001", "1980-02-01", "male", nil, []string{"region_former"}},
		"of district 00":                     {"3674000102800001", "1980-02-01", "male", []string{"region_unknown"}, []string{"region_unknown"}},
		"of a district that never was":       {"3699990102800001", "1980-02-01", "male", []string{"region_unknown"}, []string{"region_unknown"}},
		"nothing agrees, and it is recorded": {"9999997102800001", "1980-02-01", "male", []string{"born_no_date", "sex_differs", "region_unknown"}, []string{"born_no_date", "sex_differs", "region_unknown"}},
	} {
		e := entryOf(b, p)
		e.NIK, e.Born, e.Sex, e.Name = tc.nik, tc.born, tc.sex, name
		basis := registry.Basis{Version: dossier(t, b, r.Family.ID).Family.Version, On: "2025-05-01", Evidence: "KTP"}
		out, err := b.CorrectMember(Officer(), r.Family.ID, p.ID, e, basis)
		if basis.Read = out.Mark(); basis.Read != "" {
			_, err = b.CorrectMember(Officer(), r.Family.ID, p.ID, e, basis)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var asked, shown []string
		for _, w := range out.Warnings {
			asked = append(asked, strings.TrimPrefix(w.Key, "registry.entry.warn."))
		}
		for _, w := range dossier(t, b, r.Family.ID).Warnings {
			if w.Person == p.ID {
				shown = append(shown, w.Code)
			}
		}
		if diff := cmp.Diff(tc.asked, asked); diff != "" {
			t.Errorf("%s: asked to read %s", name, diff)
		}
		if diff := cmp.Diff(tc.shown, shown); diff != "" {
			t.Errorf("%s: shown %s", name, diff)
		}
	}
	// What is no number is refused, each for what it is.
	for number, want := range map[string]string{"0000000000000000": "number_zeros", "3674010102800000": "number_zeros", "36740101028": "number_length",
		"36740101028000011": "number_length", "3674O10102800001": "not_number", "3,67401E+15": "not_number"} {
		e := entryOf(b, p)
		e.NIK = number
		_, err := b.CorrectMember(Officer(), r.Family.ID, p.ID, e, registry.Basis{Version: dossier(t, b, r.Family.ID).Family.Version, On: "2025-05-01", Evidence: "KTP"})
		if diff := cmp.Diff([]string{"nik registry.entry." + want}, refused(t, err)); diff != "" {
			t.Errorf("%s: %s", number, diff)
		}
	}
}
