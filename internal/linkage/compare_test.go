package linkage

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/nik"
)

func TestCompareDays(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want Level
	}{
		{"1980-03-12", "1980-03-12", BornSame},
		{"1980-03-12", "1980-12-03", BornSwapped},
		{"1980-03-12", "1980-03-13", BornDay},
		{"1980-03-01", "1980-02-28", BornDay}, // two days, across a month
		{"1980-03-12", "1980-03-22", BornDay},
		{"1980-03-12", "1980-03-21", BornSlip}, // neighbours exchanged
		{"1980-03-12", "1980-03-19", BornSlip},
		{"1980-03-12", "1990-03-12", BornYear},
		{"1980-03-12", "1908-03-12", BornSlip}, // neighbours exchanged
		{"1980-03-12", "1979-03-12", BornYear},
		{"1980-03-12", "1960-03-12", BornSlip},
		{"1980-03-12", "1980-04-12", BornSlip},
		{"1980-03-12", "1980-07-12", BornSlip},
		{"1980-03-12", "1980-10-12", BornPart},
		{"1980-03-12", "1980-03-28", BornPart},
		{"1980-03-12", "1963-03-12", BornPart},
		{"1980-03-12", "1981-03-13", BornTwice},
		{"1980-03-12", "1981-12-03", BornTwice},
		{"1980-03-12", "1980-07-28", BornClose},
		{"1980-03-12", "1991-07-28", BornDifferent},
	} {
		da, db := civil.MustParse(tc.a), civil.MustParse(tc.b)
		a, b := dayOf(&da), dayOf(&db)
		if got := compareDays(a, b); got != tc.want || compareDays(b, a) != got {
			t.Errorf("%s, %s: %s, want %s", tc.a, tc.b, Born.LevelName(got), Born.LevelName(tc.want))
		}
	}
}

func TestCompareNames(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want Level
	}{
		{"Siti Aminah", "SITI AMINAH, S.Pd", TextSame},
		{"Nur Hayati", "Nurhayati", TextSame},
		{"Santoso Budi", "Budi Santoso", TextSame},
		{"Muh. Rizki", "Muhammad Rizky", TextSame},
		{"Poernomo", "Purnomo", TextSame},
		{"Zaenal Abidin", "Zainal Abidin", TextSound},
		{"Siti Aminah", "Siti Amniah", TextNear},
		{"Siti Aminah", "Stii Aminah", TextNear},
		{"Bambang Susilo", "Babmang Susilo", TextNear},
		{"Hotijah", "Hotjiah", TextNear}, // as written: in today's spelling tj is another letter
		{"Maman", "Mmaan", TextNear},     // so is a doubled one
		{"Otong Mulyana", "Oong Mulyana", TextNear},
		{"Nur Hayati", "Nurhayti", TextNear},
		{"Budi S.", "Budi Santoso", TextInitial},
		{"Maemunah Rahmawati", "M. Rahmawati", TextInitial},
		{"Muhammad Ali", "M. Ali", TextSame},
		{"Siti Aminah", "Siti", TextPart},
		{"Siti Aminah", "Aminah", TextRest},
		{"Siti Aminah Rahayu", "Aminah", TextRest},
		{"Siti Aminah Rahayu", "Siti Amniah", TextLoose},
		{"Siti Aminah", "Stii Amniah", TextLoose},
		{"Siti Nurjanah", "Siti Kartini", TextWord},
		{"Siti Aminah", "Siti Maimunah", TextWord},
		{"Sumiyati", "Sumiyato", TextLike},
		{"Suherman", "Suparman", TextLike},
		{"Siti Dina", "Siti Dini", TextWord},
		{"王小明", "王小明", TextSame},
		{"Иванов Пётр", "Петр Иванов", TextNear},
		{"Agus Salim", "Bambang", TextDifferent},
		{"Dina", "Dini", TextLike},
		{"B. S.", "Budi Santoso", TextDifferent},
		{"Hj.", "Hj. Zahra", unknown},
		{"M.", "M. Bagus", unknown},
		{"H.", "Drs.", unknown},
		{"H.", "h", TextSame},
		{"Haji", "Haji", TextSame},
	} {
		d := newDictionary(nameWords)
		i, j := d.add(tc.a), d.add(tc.b)
		d.weigh(2)
		if got, _ := d.compare(i, j, new(likenesses), false); got != tc.want {
			t.Errorf("%q, %q: %s, want %s", tc.a, tc.b, Name.LevelName(got), Name.LevelName(tc.want))
		}
	}
}

func TestNIKsAreWeighedByWhatTheirHoldersShare(t *testing.T) {
	woman, man := true, false
	march, april := civil.MustParse("1980-03-12"), civil.MustParse("1980-03-13")
	record := func(number string, born civil.Date, female *bool) *Record {
		return &Record{Name: "X", Number: number, Born: &born, Female: female}
	}
	for _, tc := range []struct {
		about string
		a, b  *Record
		want  Level
	}{
		{"equal", record("3674015203800001", march, &woman), record("3674015203800001", march, &woman), NumberSame},
		{"equal, though a birthday is wrong", record("3674015203800001", march, &woman), record("3674015203800001", april, &woman), NumberSame},
		{"first children of neighbouring days", record("3674015203800001", march, &woman), record("3674015303800001", april, &woman), NumberNear},
		{"man and woman of one day", record("3674011203800001", march, &man), record("3674015203800001", march, &woman), NumberNear},
		{"the second of a day", record("3674015203800001", march, &woman), record("3674015203800002", march, &woman), NumberNear},
		{"the four thousandth of a day", record("3674015203800001", march, &woman), record("3674015203804001", march, &woman), NumberSlip},
		{"the one after the four thousandth", record("3674015203804001", march, &woman), record("3674015203804002", march, &woman), NumberNear},
		{"the one after, of a wrong birthday, which is told beside", record("3674015203804001", march, &woman), record("3674015203804002", april, &woman), NumberNear},
		{"a slip that the birthday shows", record("3674015203800001", march, &woman), record("3674015303800001", march, &woman), NumberSlip},
		{"a slip in the date and a wrong birthday, which is told beside", record("3674015203800001", march, &woman), record("3674015303800001", march+300, &woman), NumberNear},
		{"a slip to a day that no month has", record("3674015203800001", march, &woman), record("3674017203800001", march, &woman), NumberSlip},
		{"a slip to a day that no month has, and a wrong birthday", record("3674015203800001", march, &woman), record("3674017203800001", april, &woman), NumberSlip},
		{"strangers", record("3674015203800001", march, &woman), record("3172046205910003", april, &woman), NumberDifferent},
	} {
		s := NewSet(0)
		tc.a.ID[0], tc.b.ID[0] = 1, 2
		s.Add(tc.a)
		s.Add(tc.b)
		for i := range 2000 { // whose numbers show how numbers are made
			born := civil.Date(i * 3)
			number := nik.Build([]string{"367401", "317204"}[i%2], born, i%3 == 0, 1+i%3)
			if i%50 == 0 { // some of which hold another day
				born++
			}
			s.Add(record(string(number), born, nil))
		}
		s.seal()
		at := func(id byte) *entry {
			k := slices.Index(s.ids, ident.ID{id})
			return &s.entries[k]
		}
		var r rarities
		if got := newComparer(s, 0).compare(at(1), at(2), &r).level(Number); got != tc.want {
			t.Errorf("%s: %s, want %s (%d)", tc.about, Number.LevelName(got), Number.LevelName(tc.want), r[Number])
		}
	}
}

func TestNothingIsLostByAskingFirstWhetherItMayBeASlip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := []byte(rapid.StringMatching(`[1-9][0-9]{1,16}`).Draw(t, "number"))
		at := rapid.IntRange(0, len(digits)-1).Draw(t, "at")
		other := slices.Clone(digits)
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			other[at] = '0' + byte(rapid.IntRange(0, 9).Draw(t, "digit"))
		case 1:
			other = slices.Delete(other, at, at+1)
		case 2:
			k := max(at, 1)
			other[k], other[k-1] = other[k-1], other[k]
		}
		a, b := Code(string(digits)), Code(string(other))
		n := newNumbers(true)
		i, j := n.add(a, 0), n.add(b, 0)
		if i >= 0 && j >= 0 && i != j && n.all[i].slipped(&n.all[j]) != slip(a, b) {
			t.Fatalf("%s, %s", a, b)
		}
	})
}

func TestCompareAreas(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want Level
	}{
		{"3674011001", "3674011001", AreaVillage}, {"3674011001", "3674011002", AreaDistrict}, {"3674011001", "3674021001", AreaRegency},
		{"3674011001", "3671011001", AreaProvince}, {"3674011001", "3171011001", AreaDifferent}, {"3674011001", "367401", AreaDistrict},
		{"3674", "3674011001", AreaRegency}, {"36", "3674011001", AreaProvince},
	} {
		a, b := areaOf(tc.a), areaOf(tc.b)
		if got := compareAreas(a, b); got != tc.want || compareAreas(b, a) != got {
			t.Errorf("%s, %s: %s", tc.a, tc.b, Area.LevelName(got))
		}
	}
}

// anyRecord draws a record whose fields are often missing or alike.
func anyRecord(t *rapid.T) *Record {
	names := rapid.SampledFrom([]string{"", "Siti Aminah", "Hj. Aminah", "Siti Aminnah", "Zaenal", "Zainal A.", "Muhammad Ali", "M. Ali", "Ali Z."})
	r := &Record{Name: names.Draw(t, "name"), Mother: names.Draw(t, "mother"),
		Address: rapid.SampledFrom([]string{"", "Jl. Melati 1", "Jl Melati No 1", "Gg. Mawar 2"}).Draw(t, "address"),
		Area:    rapid.SampledFrom([]string{"", "3674011001", "367402", "x"}).Draw(t, "area"),
		Phone:   rapid.SampledFrom([]string{"", "0812345678", "+62812345678", "0812345679"}).Draw(t, "phone"),
		Number:  rapid.SampledFrom([]string{"", "3674015203800001", "3674015203800002", "3674011203800001", "12"}).Draw(t, "number"),
	}
	if rapid.Bool().Draw(t, "dated") {
		d := civil.MustParse("1980-03-12") + civil.Date(rapid.IntRange(-400, 400).Draw(t, "days"))
		r.Born = &d
	}
	if rapid.Bool().Draw(t, "sexed") {
		f := rapid.Bool().Draw(t, "female")
		r.Female = &f
	}
	r.ID = ident.ID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	return r
}

func TestComparingIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := NewSet(0)
		s.Add(anyRecord(t))
		s.Add(anyRecord(t))
		s.seal()
		var r, q rarities
		a, b := &s.entries[0], &s.entries[1]
		c := newComparer(s, 0)
		if x, y := c.compare(a, b, &r), c.compare(b, a, &q); x != y {
			t.Fatalf("%x one way, %x the other", x, y)
		}
	})
}

func TestAnotherVowelAtTheEndIsASlipOfACommonWordAlone(t *testing.T) {
	d := newDictionary(nameWords)
	for name, count := range map[string]int{"Rahmawati": 200, "Rahmawatu": 2, "Dina": 100, "Dini": 60} {
		for range count {
			d.add(name)
		}
	}
	i, j, dina, dini := d.add("Rahmawati"), d.add("Rahmawatu"), d.add("Dina"), d.add("Dini")
	for range 2 { // what a word is like stays when it is weighed anew
		d.weigh(400)
		d.seal()
		if l, _ := d.compare(i, j, new(likenesses), false); l != TextNear {
			t.Errorf("Rahmawati, Rahmawatu: %s", Name.LevelName(l))
		}
		if l, _ := d.compare(dina, dini, new(likenesses), false); l <= TextNear {
			t.Errorf("Dina, Dini: %s", Name.LevelName(l))
		}
		d.uses[j].count = 150
	}
}
