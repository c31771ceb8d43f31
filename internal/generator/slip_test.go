package generator

import (
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/region"
)

func thrown(seed uint64) *dice {
	d := newDice()
	d.reset(seed, familyStream, 1)
	return d
}

func TestSlipsChangeWhatTheySay(t *testing.T) {
	r := newRegistrar(region.Default(), DefaultProfile().Numbers)
	r.enter("317204")
	names := []string{"Sri", "Slamet Santoso", "H. Abdul Rahman", "Siti Aminah, S.Pd.", "Ni Luh Putu Ayu", "Ai", "Oey", "M. Yusuf"}
	rapid.Check(t, func(t *rapid.T) {
		d := thrown(rapid.Uint64().Draw(t, "seed"))
		name := rapid.SampledFrom(names).Draw(t, "name")
		kind := rapid.SampledFrom([]string{"letter", "spelling", "shortened", "title"}).Draw(t, "kind")
		if got, _ := slipName(d, name, kind); got == name || got == "" {
			t.Fatalf("%s of %q is %q", kind, name, got)
		}
		if got, k := slipName(d, name, "same"); got != name || k != "same" {
			t.Fatalf("same of %q is %q", name, got)
		}
		born := civil.Date(rapid.Int32Range(-20000, 20000).Draw(t, "born"))
		if got := otherDay(d, born); got == born {
			t.Fatalf("another day of %s is the same", born)
		}
		female := rapid.Bool().Draw(t, "female")
		number, err := r.nik(d, born, female)
		if err != nil {
			t.Skip("the district is full of them")
		}
		for _, kind := range []string{"slip", "transposed"} {
			got := slipNumber(d, r, number, kind)
			if got == number || len(got) != 16 || !r.neverIssued(got) {
				t.Fatalf("%s of %s is %s", kind, number, got)
			}
		}
		if r.neverIssued(number) {
			t.Fatalf("%s was issued", number)
		}
	})
}

func TestHowNamesAreMisspelt(t *testing.T) {
	for in, want := range map[string]string{"Siti Aminah, S.Pd.": "Siti Aminah", "Hj. Munah": "Munah", "Drs. Bambang": "Bambang"} {
		if got := retitle(thrown(1), in); got != want {
			t.Errorf("%q without its title is %q, want %q", in, got, want)
		}
	}
	short := map[string]bool{}
	for seed := range uint64(50) {
		short[shorten(thrown(seed), "Mochammad Yusuf")] = true
	}
	if !short["Mochammad"] || !short["M. Yusuf"] || len(short) != 2 {
		t.Errorf("Mochammad Yusuf is shortened to %v", short)
	}
}
