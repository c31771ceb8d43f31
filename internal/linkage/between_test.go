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

func TestBetweenTwoListsNoPairIsOfOne(t *testing.T) {
	p := town(8, 300, 90)
	list := map[ident.ID]uint8{}
	for i := range p.records {
		p.records[i].List = uint8(i % 7 / 6)
		list[p.records[i].ID] = p.records[i].List
	}
	for i := range 60 { // who is on the second list is twice on the first
		r := p.records[i*7%len(p.records)]
		r.ID, r.List = idOf(1<<16+i), 0
		list[r.ID] = 0
		p.records = append(p.records, r)
	}
	o := testOptions
	o.Between = true
	r := link(t, p.records, o)
	if len(r.Clusters) == 0 {
		t.Fatal("nobody is found")
	}
	threes := 0
	for _, c := range r.Clusters {
		if len(c) > 2 {
			threes++
		}
	}
	if threes == 0 {
		t.Fatal("nobody is on a list twice and on the other too")
	}
	for _, pair := range r.Pairs {
		if list[pair.Left] == list[pair.Right] {
			t.Errorf("%v and %v are on the same list", pair.Left, pair.Right)
		}
	}
}
