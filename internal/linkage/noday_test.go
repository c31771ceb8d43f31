package linkage

import (
	"testing"

	"pgregory.net/rapid"

	"gotong/internal/civil"
)

func TestASlipThatLeavesNoDayIsASlip(t *testing.T) {
	for _, tc := range []struct {
		day  string
		no   int
		want Level
	}{
		{"1945-07-12", 1945_07_72, BornSlip},
		{"1945-07-22", 1945_07_32, BornDay}, // ten off
		{"1945-07-31", 1945_07_32, BornDay}, // one off
		{"1945-07-12", 1945_70_12, BornSlip},
		{"1945-11-30", 1945_31_30, BornSlip},
		{"1945-01-13", 1945_13_01, BornSwapped},
		{"1945-07-12", 9145_07_12, BornSlip},
		{"1950-03-31", 1950_02_31, BornSlip},
		{"1950-02-28", 1950_02_31, BornPart},
		{"1954-02-11", 1945_02_31, BornTwice},
		{"1945-07-12", 1962_13_40, BornDifferent},
		{"1945-01-05", 1945_00_95, BornDifferent}, // neither of which is near the other
	} {
		d := civil.MustParse(tc.day)
		if got := compareDays(dayOf(&d), noDayOf(tc.no)); got != tc.want || compareDays(noDayOf(tc.no), dayOf(&d)) != tc.want {
			t.Errorf("%s and %d: %s, want %s", tc.day, tc.no, Born.LevelName(got), Born.LevelName(tc.want))
		}
	}
	for _, nothing := range []int{0, -1, 1_0000_0000} {
		if noDayOf(nothing).known() {
			t.Errorf("%d is taken for a day", nothing)
		}
	}
}

// One digit of any day, whatever it becomes, is one slip; and any two times
// eight digits are compared one way as the other.
func TestDigitsThatAreNoDaysAreCompared(t *testing.T) {
	first, last := civil.MustParse("1899-12-01"), civil.MustParse("2031-01-31")
	rapid.Check(t, func(t *rapid.T) {
		d := civil.Date(rapid.Int32Range(int32(first), int32(last)).Draw(t, "day"))
		a := dayOf(&d)
		shift := 4 * rapid.IntRange(0, 7).Draw(t, "digit")
		slip := a&^(15<<shift) | day(rapid.IntRange(0, 9).Draw(t, "becomes"))<<shift
		if got := compareDays(a, slip); got > BornSlip || got == BornSwapped || (got == BornSame) != (a == slip) {
			t.Fatalf("%x and %x: %s", a, slip, Born.LevelName(got))
		}
		b := noDayOf(rapid.IntRange(1, 9999_99_99).Draw(t, "digits"))
		if x, y := compareDays(slip, b), compareDays(b, slip); x != y {
			t.Fatalf("%x and %x: %s, the other way %s", slip, b, Born.LevelName(x), Born.LevelName(y))
		}
	})
}

// Two equal dates that are no days say no more than two days do, and what
// stands for an unknown day says little.
func TestDatesThatAreNoDaysAreNoRarerThanDays(t *testing.T) {
	s := NewSet(0)
	p := newPeople(11)
	add := func(r Record) {
		r.ID = p.id()
		s.Add(&r)
	}
	first := civil.MustParse("1950-01-01")
	for i := range 2000 {
		born := first + civil.Date(7*i)
		add(Record{Name: p.name(true), Born: &born})
	}
	for range 2 {
		add(Record{Name: p.name(true), NoDay: 1945_07_72})
		add(Record{Name: p.name(true), NoDay: 9145_07_72})
	}
	for range 1000 {
		add(Record{Name: p.name(true), NoDay: 1900_00_15})
	}
	s.seal()
	rare := map[day]uint16{}
	most := uint16(0)
	for _, e := range s.entries {
		rare[e.born] = e.bornAt
		if _, no := s.noDays[e.born]; !no {
			most = max(most, e.bornAt)
		}
	}
	for _, no := range []int{1945_07_72, 9145_07_72} {
		if at := rare[noDayOf(no)]; at == 0 || at > most {
			t.Errorf("%d is %d thousandths of a bit rare, the rarest day %d", no, at, most)
		}
	}
	if at := rare[noDayOf(1900_00_15)]; at > 2000 {
		t.Errorf("what a third of the list has is %d thousandths of a bit rare", at)
	}
}

// Whose birth date lost a digit to a slip is found by the others.
func TestPeopleAreFoundByDatesThatAreNoDays(t *testing.T) {
	link := func(keep bool) (right, wrong int) {
		p := town(5, 700, 300)
		for i := range p.records {
			r := &p.records[i]
			r.Number, r.Mother, r.Family = "", "", r.ID
			if y, m, _ := r.Born.YMD(); i%5 == 0 {
				r.Born = nil
				if keep {
					r.NoDay = y*1_00_00 + int(m)*1_00 + 40 + i%50
				}
			}
		}
		right, wrong, _ = p.accuracy(link(t, p.records, testOptions))
		return right, wrong
	}
	without, wrongWithout := link(false)
	with, wrong := link(true)
	if with <= without || wrong > wrongWithout {
		t.Errorf("%d pairs are found and %d wrong, %d and %d without the digits", with, wrong, without, wrongWithout)
	}
}
