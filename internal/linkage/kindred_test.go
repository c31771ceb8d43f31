package linkage

import (
	"math/rand/v2"
	"testing"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// TestRareNamesOfOneCommunityGoTogether: in a town of common names there is a
// community with its own, and one of whom nobody's mother bears them.
func TestRareNamesOfOneCommunityGoTogether(t *testing.T) {
	const people, of, names = 12_000, 25, 40 // one in so many is of the community
	for _, tc := range []struct {
		about       string
		apart       bool // mothers are named as anybody
		least, most int32
	}{
		{about: "mothers and children of the community", least: 4000, most: 12_000},
		{about: "children alone", apart: true, most: 1500},
	} {
		random := rand.New(rand.NewPCG(6, 6))
		words := invented(random, 100+names)
		common, own := words[:100], words[100:]
		records := make([]Record, people)
		for i := range records {
			from := common
			if i%of == 0 {
				from = own
			}
			mothers := from
			if tc.apart {
				mothers = words
			}
			born := civil.MustParse("1950-01-01") + civil.Date(random.IntN(20_000))
			records[i] = Record{ID: ident.ID{1, byte(i >> 8), byte(i)}, Name: from[random.IntN(len(from))], Mother: mothers[random.IntN(len(mothers))], Born: &born}
		}
		k := link(t, records, testOptions).Model.kindred
		if usual := k[kindOf(6700)]; usual > 1000 {
			t.Errorf("%s: common names weigh %d less", tc.about, usual)
		}
		if rare := k[kinds-1]; rare < tc.least || rare > tc.most {
			t.Errorf("%s: rare names weigh %d less, not %d to %d", tc.about, rare, tc.least, tc.most)
		}
	}
}

func TestFewPairsBearNobodyOut(t *testing.T) {
	var s shares
	s[Name][TextSame], s[Name][TextWord], s[Name][TextDifferent] = 200, 1.5, .4
	s.discount()
	if got := [3]float64{s[Name][TextSame], s[Name][TextWord], s[Name][TextDifferent]}; got != [3]float64{199, .5, 0} {
		t.Errorf("%v", got)
	}
}

func TestBlocksOfAnyRuleEnd(t *testing.T) {
	// Everybody has the same words and days, so that no rule tells them apart.
	p := newPeople(3)
	born := civil.MustParse("1980-05-06")
	for range 3000 {
		p.records = append(p.records, Record{ID: p.id(), Name: "Siti Aminah", Mother: "Rohani", Born: &born, Area: "3674011001"})
	}
	r := link(t, p.records, testOptions)
	if r.Compared != 0 {
		t.Errorf("%d pairs compared", r.Compared)
	}
	capped := false
	for _, b := range r.Blocks {
		capped = capped || b.CappedRecords == 3000 && b.LargestCapped == 3000
		if b.Largest > testOptions.BlockLimit {
			t.Errorf("%+v", b)
		}
	}
	if !capped {
		t.Error("what was not compared is not reported")
	}
}
