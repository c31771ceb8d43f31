package registry

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
)

func TestSearchKey(t *testing.T) {
	for name, want := range map[string]string{
		"Siti Aminah":               "siti aminah",
		"Hj. Siti  Nur'aini, S.Pd.": "siti nuraini",
		"H. M. Yusuf":               "m yusuf",
		"Drs. Budi-Santoso":         "budi santoso",
		"Haji":                      "haji",
		"José d'Araújo":             "jose daraujo",
		"":                          "",
		"  ":                        "",
		"S.Pd":                      "s pd",
	} {
		if got := SearchKey(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func FuzzSearchKey(f *testing.F) {
	for _, s := range []string{"Hj. Siti Nur'aini, S.Pd.", "ß", "\xff", "a,b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		key := SearchKey(name)
		if strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789 ") != "" || key != strings.Join(strings.Fields(key), " ") {
			t.Fatalf("%q has the key %q", name, key)
		}
		if again := SearchKey(key); key != again && !strings.HasPrefix(again, key) && len(again) > len(key) {
			t.Fatalf("%q grows to %q", key, again)
		}
	})
}

func TestRedactedNeverShowsANumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`[1-9][0-9]{15}`).Draw(t, "number")
		around := rapid.StringMatching(`[a-z .]{0,5}`)
		s := around.Draw(t, "before") + number + around.Draw(t, "after")
		for _, shown := range []string{redacted(s), masked(s)} {
			if strings.Contains(shown, number[2:]) {
				t.Fatalf("%q shows %q", shown, number)
			}
		}
	})
	for _, s := range []string{"３１７２０４５５０５９００００１", "٣١٧٢٠٤٥٥٠٥٩٠٠٠٠١", "3172\u00a00455 ０５９００００１"} {
		for _, shown := range []string{redacted(s), masked(s)} {
			if strings.ContainsAny(shown, "59۵٥٩５９") {
				t.Errorf("%q is shown as %q", s, shown)
			}
		}
	}
	for s, want := range map[string]string{"9.17E+15": "9.17E+15", "31.72.04.1004": "31.72.04.1004", "awan": "awan"} {
		if got := redacted(s); got != want {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestFoldOfFactsIgnoresTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
		n := rapid.IntRange(0, 6).Draw(t, "n")
		var all []Observation
		for i := range n {
			o := Observation{Version: i + 1, ObservedOn: civil.Of(2025, 1, rapid.IntRange(1, 3).Draw(t, "day")),
				RecordedAt: start.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "at")) * time.Hour)}
			for no := 1; no <= 3; no++ {
				switch rapid.IntRange(0, 3).Draw(t, "found") {
				case 0, 1:
					o.Facts = append(o.Facts, indicator.Fact{No: no, Value: int64(10*i + no)})
				case 2:
					o.Withdrawn = append(o.Withdrawn, no)
				}
			}
			all = append(all, o)
		}
		want := FoldFacts(all)
		shuffled := append([]Observation(nil), all...)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)).Shuffle(n, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if diff := cmp.Diff(want, FoldFacts(shuffled)); diff != "" {
			t.Fatal(diff)
		}
		for _, d := range want {
			for _, o := range all {
				_, ok := o.Facts.Get(d.No)
				if (ok || slices.Contains(o.Withdrawn, d.No)) && o.ObservedOn > d.ObservedOn {
					t.Fatalf("fact %d is %v, yet version %d tells of a later day", d.No, d, o.Version)
				}
			}
		}
	})
}

func TestHoldsNumber(t *testing.T) {
	for text, want := range map[string]bool{
		"NIK 3674010101600099 milik ibu":        true,
		"3674 0101 0160 0099":                   true,
		"36.74.01.010160.0099.":                 true,
		"Akta 3674-LT-12052020-0012":            false,
		"018bcfe5-6800-7000-8000-000000000001":  false,
		"081234567890 lalu 12 orang, 3 rumah":   false,
		"RT 003/RW 004, Jl. Melati 12 No. 1234": false,
		"":                                      false,
	} {
		if got := holdsNumber(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestBodySurvivesStorage(t *testing.T) {
	born := civil.MustParse("1990-04-03")
	want := Body{Family: &FamilyCore{Area: "3674011001", LocalKey: "K1", KKSealed: []byte{1, 2}, KKBlind: []byte{3}, Status: FamilyActive},
		Members: []MemberCore{{ID: ident.ID{15: 1}, Name: "Siti \"Ami\" Ñ", Born: &born, Female: true, Relation: 1, Status: PersonActive}}}
	b, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeBody(b)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if _, err := DecodeBody([]byte("{")); err == nil {
		t.Error("a torn body was read")
	}
}

func TestColumnLetters(t *testing.T) {
	for at, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := columnLetters(at); got != want {
			t.Errorf("column %d is %s, want %s", at, got, want)
		}
	}
}
