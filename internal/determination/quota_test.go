package determination

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
)

// applicant is one who qualifies, as a plain sort sees them.
type applicant struct {
	part, given int
	area        int64
	values      []*int64
	lot         uint32
}

func (a applicant) compare(b applicant, by []programme.Priority) int {
	if c := cmp.Compare(a.area, b.area); c != 0 {
		return c
	}
	for i, p := range by {
		x, y := a.values[i], b.values[i]
		switch {
		case x == nil && y == nil:
		case x == nil:
			return 1
		case y == nil:
			return -1
		case *x != *y && p.Descending:
			return cmp.Compare(*y, *x)
		case *x != *y:
			return cmp.Compare(*x, *y)
		}
	}
	return cmp.Or(cmp.Compare(a.lot, b.lot), cmp.Compare(a.part, b.part), cmp.Compare(a.given, b.given))
}

// Places are those of a plain sort, however wide the values are that order,
// and whoever waits is who comes after the limit.
func TestShareIsAPlainSort(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0))
		var by []programme.Priority
		ranges := make([]int64, rapid.IntRange(0, 4).Draw(rt, "priorities"))
		for i := range ranges {
			by = append(by, programme.Priority{Descending: rapid.Bool().Draw(rt, "descending")})
			ranges[i] = rapid.SampledFrom([]int64{2, 1000, 1 << 40, math.MaxInt64}).Draw(rt, "range")
		}
		limit := int64(rapid.IntRange(0, 20).Draw(rt, "limit"))
		q := &programme.Quota{By: "province", Default: &limit, InForce: programme.Period{From: civil.MustParse("2020-01-01")}}
		var all []applicant
		parts := make([]*laid, rapid.IntRange(1, 5).Draw(rt, "parts"))
		for i := range parts {
			parts[i] = drawnPart(r, i, 30, by, ranges, &all)
		}
		if problem := shared(q, by, parts, all, limit); problem != "" {
			rt.Fatal(problem)
		}
	})
}

// Those of many ranges stand as those of one.
func TestShareOfManyRanges(t *testing.T) {
	r, limit, ranges := rand.New(rand.NewPCG(5, 0)), int64(70_000), []int64{4, 3000}
	by := []programme.Priority{{}, {Descending: true}}
	q := &programme.Quota{By: "province", Default: &limit, InForce: programme.Period{From: civil.MustParse("2020-01-01")}}
	var all []applicant
	parts := make([]*laid, 7)
	for i := range parts {
		parts[i] = drawnPart(r, i, 40_000+i*10_000, by, ranges, &all)
	}
	if len(all) < inRange+inRange/8 {
		t.Fatalf("%d are one range", len(all))
	}
	if problem := shared(q, by, parts, all, limit); problem != "" {
		t.Fatal(problem)
	}
}

// shared holds a quota shared out among parts, of which two are one area,
// against a plain sort, and says where the two differ.
func shared(q *programme.Quota, by []programme.Priority, parts []*laid, all []applicant, limit int64) (problem string) {
	uses := share(q, by, parts, func(part, _ int) int64 { return int64(1 + part/2) })
	slices.SortFunc(all, func(a, b applicant) int { return a.compare(b, by) })
	place := 0
	var want []QuotaUse
	for i, a := range all {
		if i == 0 || a.area != all[i-1].area {
			place = 0
			want = append(want, QuotaUse{Area: areaCode(a.area), Limit: limit})
		}
		place++
		use := &want[len(want)-1]
		use.Qualified++
		if int64(place) > limit {
			use.Waiting++
		}
		l := parts[a.part]
		if int(l.places[a.given]) != place || l.waitlisted.Get(a.given) != (int64(place) > limit) {
			return fmt.Sprintf("%+v is at %d, should be at %d", a, l.places[a.given], place)
		}
	}
	return gocmp.Diff(want, uses)
}

// drawnPart is a part all of whose rows are given something.
func drawnPart(r *rand.Rand, part, most int, by []programme.Priority, ranges []int64, all *[]applicant) *laid {
	l := &laid{rows: r.IntN(most)}
	l.given = column.NewBitmap(l.rows)
	l.given.Fill(l.rows)
	if l.rows == 0 {
		return l
	}
	l.priority = l.priority[:0]
	for range by {
		l.priority = append(l.priority, snapshot.Narrow{})
	}
	for k := range l.rows {
		a := applicant{part: part, given: k, area: int64(1 + part/2), lot: uint32(r.IntN(4))}
		for i, most := range ranges {
			if r.IntN(5) == 0 {
				l.priority[i].AppendUnknown()
				a.values = append(a.values, nil)
				continue
			}
			v := r.Int64N(most)
			if most == math.MaxInt64 && r.IntN(2) == 0 {
				v = -v - 1
			}
			l.priority[i].Append(v)
			a.values = append(a.values, &v)
		}
		l.lots = append(l.lots, a.lot)
		*all = append(*all, a)
	}
	return l
}
