package nik

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/civil"
)

func TestBornOfEitherCentury(t *testing.T) {
	today := civil.MustParse("2026-02-01")
	for number, want := range map[Number][2]string{
		"3674010101100001": {"1910-01-01", "2010-01-01"},
		"3674014101850001": {"1985-01-01", "1985-01-01"}, // 2085 has not come
		"3674012902240001": {"1924-02-29", "2024-02-29"},
		"3674012902000001": {"2000-02-29", "2000-02-29"}, // 1900 was no leap year
		"3674010102260001": {"1926-02-01", "2026-02-01"}, // today
		"3674010202260001": {"1926-02-02", "1926-02-02"}, // tomorrow
		"3674014002850001": {"", ""},                     // the 40th: only beyond it is a woman's
		"3674013113850001": {"", ""},
		"3674010001850001": {"", ""},
	} {
		early, late, ok := number.Embedded().Born(today)
		if ok != (want[0] != "") || ok && (early.String() != want[0] || late.String() != want[1]) {
			t.Errorf("%s: %s %s %t, want %v", string(number), early, late, ok, want)
		}
	}
}

func TestCardIssued(t *testing.T) {
	for number, want := range map[Number]string{
		"3674011512180001": "2018-12-15", "3674010101180001": "2018-01-01", "3674013112180001": "2018-12-31",
		"3674015512180001": "", "3674014012180001": "", "3674013102180001": "", "3674010112180001": "2018-12-01",
		"3674010012180001": "", "3674010100180001": "", "3674010113180001": "", "3674010013180001": "",
	} {
		if d, ok := number.CardIssued(); ok != (want != "") || ok && d.String() != want {
			t.Errorf("%s: %s %t, want %q", string(number), d, ok, want)
		}
	}
}

func TestCheckTellsAnotherDayFromNone(t *testing.T) {
	for number, want := range map[Number][]Warning{
		"3674010102800001": nil,
		"3674010202800001": {BornDiffers},
		"3674013113800001": {BornNoDate},             // the thirteenth month
		"3674013002800001": {BornNoDate},             // 30 February
		"3674010002800001": {BornNoDate},             // day 0
		"3674012902010001": {BornNoDate},             // 2001 and 1901 were no leap years
		"3674012902000001": {BornDiffers},            // 2000 was one, 1900 was not
		"3674017302800001": {BornNoDate, SexDiffers}, // 73 less 40 is no day
	} {
		if diff := cmp.Diff(want, number.Check(civil.Of(1980, 2, 1), false)); diff != "" {
			t.Errorf("%s: %s", string(number), diff)
		}
	}
}
