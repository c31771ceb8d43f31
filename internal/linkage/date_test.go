package linkage

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"gotong/internal/civil"
)

// plainlyCompared is compareDays as its levels are described, without what
// makes it fast.
func plainlyCompared(a, b civil.Date) Level {
	ay, am, ad := a.YMD()
	by, bm, bd := b.YMD()
	apart := func(x, y, digits int) bool {
		p, q := digitsText(x, digits), digitsText(y, digits)
		return x-y >= -2 && x-y <= 2 || slip(p, q)
	}
	nearby := func(d int) bool { return d >= -2 && d <= 2 || d == 10 || d == -10 }
	year, month, day := ay == by, am == bm, ad == bd
	turned := month && day || int(am) == bd && int(bm) == ad
	gap := a - b
	switch {
	case a == b:
		return BornSame
	case year && turned:
		return BornSwapped
	case year && month && nearby(ad-bd), gap >= -2 && gap <= 2:
		return BornDay
	case month && day && nearby(ay-by):
		return BornYear
	case year && day && apart(int(am), int(bm), 2), slip(digitsText(ay*10000+int(am)*100+ad, 8), digitsText(by*10000+int(bm)*100+bd, 8)):
		return BornSlip
	case month && day && am == time.January && ad == 1:
		return BornDifferent
	case year && month, month && day, year && day:
		return BornPart
	case (turned || month && apart(ad, bd, 2)) && apart(ay, by, 4):
		return BornTwice
	case gap >= -closeDays && gap <= closeDays:
		return BornClose
	}
	return BornDifferent
}

// digitsText writes a number in so many digits.
func digitsText(v, digits int) string {
	text := make([]byte, digits)
	for i := range text {
		text[digits-1-i] = byte('0' + v%10)
		v /= 10
	}
	return string(text)
}

func TestDaysAreComparedAsDescribed(t *testing.T) {
	first, last := civil.MustParse("1899-12-01"), civil.MustParse("2031-01-31")
	rapid.Check(t, func(t *rapid.T) {
		a := civil.Date(rapid.Int32Range(int32(first), int32(last)).Draw(t, "a"))
		b := civil.Date(rapid.Int32Range(int32(first), int32(last)).Draw(t, "b"))
		y, m, d := a.YMD()
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			b = a + civil.Date(rapid.Int32Range(-380, 380).Draw(t, "days"))
		case 1:
			b = civil.Of(y+rapid.IntRange(-40, 40).Draw(t, "years"), m, d)
		case 2:
			b = civil.Of(y, time.Month(min(d, 12)), int(m))
		case 3:
			b = civil.Of(y+rapid.IntRange(-12, 12).Draw(t, "years"), time.Month(min(d, 12)), int(m))
		case 4:
			b = civil.Of(y, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day"))
		}
		x, z := dayOf(&a), dayOf(&b)
		if x.date() != a || x.ordinal()-z.ordinal() != int(a-b) {
			t.Fatalf("%s, %s: %s, %d days apart", a, b, x.date(), x.ordinal()-z.ordinal())
		}
		if got, want := compareDays(x, z), plainlyCompared(a, b); got != want || compareDays(z, x) != want {
			t.Fatalf("%s, %s: %s, described as %s", a, b, Born.LevelName(got), Born.LevelName(want))
		}
	})
}

// Days around the turn of each month, year, decade and century are as far apart
// as they are.
func TestDaysAroundEveryTurn(t *testing.T) {
	for a := civil.MustParse("1898-12-01"); a < civil.MustParse("2012-01-01"); a += 9 {
		for _, gap := range []civil.Date{1, 2, 3, 365, closeDays, closeDays + 1} {
			b := a + gap
			if got, want := compareDays(dayOf(&a), dayOf(&b)), plainlyCompared(a, b); got != want {
				t.Errorf("%s, %s: %s, described as %s", a, b, Born.LevelName(got), Born.LevelName(want))
			}
		}
	}
}

// Of whom only the year is known, the first of January is written.
func TestOfTwoYearsNoDayIsShared(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want Level
	}{
		{"1951-01-01", "1951-01-01", BornSame},
		{"1951-01-01", "1953-01-01", BornYear},
		{"1951-01-01", "1961-01-01", BornYear},
		{"1951-01-01", "1957-01-01", BornSlip},
		{"1951-01-01", "1915-01-01", BornSlip},
		{"1951-01-01", "1938-01-01", BornDifferent},
		{"1951-01-01", "1974-01-01", BornDifferent},
		{"1951-05-04", "1974-05-04", BornPart},
	} {
		a, b := civil.MustParse(tc.a), civil.MustParse(tc.b)
		if got := compareDays(dayOf(&a), dayOf(&b)); got != tc.want {
			t.Errorf("%s and %s: %s, want %s", tc.a, tc.b, Born.LevelName(got), Born.LevelName(tc.want))
		}
	}
}
