package targeting

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"gotong/internal/column"
	"gotong/internal/indicator"
	"gotong/models"
)

// A model whose sums might leave 32 bits on their way is scored row by row,
// and comes to the same.
func TestScoresThatAreNotNarrow(t *testing.T) {
	known, err := LoadModels(indicator.Default(), models.Files)
	if err != nil {
		t.Fatal(err)
	}
	m := known.All()[0]
	r, families := rand.New(rand.NewPCG(1, 0)), column.NewTable(300)
	for _, i := range m.Indicators() {
		c := families.Add(i.Code)
		for row := range families.Rows {
			if r.IntN(40) > 0 {
				c.Set(row, r.Int64N(6))
			}
		}
	}
	plans := &sync.Map{}
	scored := func() scores {
		s := scores{values: make([]int32, families.Rows), known: column.NewBitmap(families.Rows)}
		newScorer(m, plans).score(families, &s, 0)
		return s
	}
	narrow := scored()
	plans.Range(func(_, p any) bool {
		if !p.(*plan).narrow {
			t.Error("no sum of the model is wide")
		}
		p.(*plan).narrow = false
		return true
	})
	wide := scored()
	if !slices.Equal(narrow.values, wide.values) || !slices.Equal(narrow.known, wide.known) {
		t.Error("other scores row by row")
	}
	if n := narrow.known.Count(); n < 50 || n > 250 {
		t.Errorf("%d of 300 have a score", n)
	}
}
