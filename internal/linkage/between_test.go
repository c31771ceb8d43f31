package linkage

import (
	"testing"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/nik"
)

func idOf(i int) ident.ID { return ident.ID{2, byte(i >> 16), byte(i >> 8), byte(i)} }

// numbersAlone are n records of the first list and a few of the second, which
// has numbers of the first and nothing else.
func numbersAlone(n, few int) []Record {
	var all []Record
	number := func(i int) string {
		return string(nik.Build("367405", civil.MustParse("1950-01-01").AddDays(i*7%25_000), i%2 == 0, 1+i%40))
	}
	for i := range n {
		born := civil.MustParse("1950-01-01").AddDays(i * 7 % 25_000)
		all = append(all, Record{ID: idOf(i), Name: "Siti", Born: &born, Number: number(i)})
	}
	for i := range few {
		all = append(all, Record{ID: idOf(n + i), List: 1, Number: number(i * 11)})
	}
	return all
}

func TestAShortListOfNumbersAloneIsFoundInALongOne(t *testing.T) {
	for _, few := range []int{1, 3, 40, 300} {
		o := policyOptions
		o.Between = true
		found := 0
		for _, p := range link(t, numbersAlone(9000, few), o).Pairs {
			if p.Same {
				found++
			}
		}
		if found != few {
			t.Errorf("of %d numbers on a list, %d are found", few, found)
		}
	}
}
