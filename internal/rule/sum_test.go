package rule

import (
	"math"
	"testing"

	"gotong/internal/column"
)

// Whether a sum fits does not depend on the order of the members: only all of
// it must.
func TestSumsAreExact(t *testing.T) {
	r, err := testEnv(t).Compile(Source{Text: "members.map(m, m.income).sum()"}, Family, Number)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		incomes []int64
		want    int64
		known   bool
	}{
		{nil, 0, true},
		{[]int64{math.MaxInt64, 1, -5}, math.MaxInt64 - 4, true},
		{[]int64{-5, math.MaxInt64, 1}, math.MaxInt64 - 4, true},
		{[]int64{math.MinInt64, -1, 1}, math.MinInt64, true},
		{[]int64{math.MaxInt64, math.MaxInt64, math.MinInt64, math.MinInt64, 7}, 5, true},
		{[]int64{math.MaxInt64, 1}, 0, false},
		{[]int64{math.MinInt64, -1}, 0, false},
	} {
		b := &column.Batch{Families: column.NewTable(1), Members: column.NewTable(len(tc.incomes)), Offsets: []int32{0, int32(len(tc.incomes))}}
		c := b.Members.Add("income")
		for i, v := range tc.incomes {
			c.Set(i, v)
		}
		numbers, failed := r.Kernel().Numbers(b)
		if v, known := numbers.At(0); known != tc.known || known && v != tc.want || failed.Get(0) == known {
			t.Errorf("kernel %v: %d %v", tc.incomes, v, known)
		}
		if a := r.Interpreter().Ask(b, 0, NoMember); a.Known != tc.known || a.Known && a.Value != tc.want || a.Incomputable == a.Known {
			t.Errorf("interpreter %v: %+v", tc.incomes, a)
		}
	}
}
