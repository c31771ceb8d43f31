package determination

import (
	"maps"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"gotong/internal/column"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
)

// Who qualifies for a programme with a quota is put in order: by the area
// whose quota counts, by the programme's priorities, an unknown value after
// all others, and then by lot. The lot is the random half of the family's id,
// which no one can choose and which stays the same from one determination to
// the next. What is left goes by the snapshot's order.

// drawLots notes what orders those of a stretch who are given something.
func (x *piece) drawLots(p *programme.Programme, q *programme.Quota, f *snapshot.Families) {
	within, family := q.Codes() >= partDigits, 0
	x.of.given.Each(func(row int) {
		if !p.Subject.EachMember() {
			family = row
		}
		for p.Subject.EachMember() && int(f.Offsets[family+1]) <= row {
			family++
		}
		x.lots = append(x.lots, f.Lots[family])
		if within {
			x.areas = append(x.areas, quotaArea(q, f.Areas[family]))
		}
	})
}

// quotaArea cuts a village's code down to the area that the quota is for.
func quotaArea(q *programme.Quota, village int64) int64 {
	for range 10 - q.Codes() {
		village /= 10
	}
	return village
}

// quotaAreaOf cuts a partition's code down to a larger area.
func quotaAreaOf(q *programme.Quota, part string) int64 {
	n, _ := strconv.ParseInt(part[:q.Codes()], 10, 64) // zero: the nation
	return n
}

func areaCode(area int64) string {
	if area == 0 {
		return "" // the nation
	}
	return strconv.FormatInt(area, 10)
}

// QuotaUse says how far a quota reached in one area.
type QuotaUse struct {
	Area      string `json:"area"` // empty for the nation
	Limit     int64  `json:"limit"`
	Qualified int64  `json:"qualified"`
	Waiting   int64  `json:"waiting"`
}

// share gives each of the given its place and puts on the waiting list whom
// the quota does not reach. area tells which area's quota counts.
func share(q *programme.Quota, by []programme.Priority, parts []*laid, area func(part, given int) int64) []QuotaUse {
	before := ranks(parts, keyOf(by, parts, area))
	uses, turns := usesOf(q, parts, area)
	atOnce(len(parts), func(i int) {
		l := parts[i]
		l.places, l.waitlisted = before[i], column.NewBitmap(l.rows)
		k, at, of := 0, int64(-1), turn{}
		l.given.Each(func(row int) {
			if a := area(i, k); a != at {
				at, of = a, turns[a]
			}
			l.places[k] -= of.first - 1
			if of.limit >= 0 && int64(l.places[k]) > of.limit {
				l.waitlisted.Set(row)
			}
			k++
		})
		l.lots, l.priority, l.areas = nil, nil, nil
	})
	return uses
}

// turn is where those of an area begin in the order of all, and how many of
// them its quota reaches.
type turn struct {
	first uint32
	limit int64 // -1: all
}

// usesOf counts those who qualify by area, of which lower ones come first.
func usesOf(q *programme.Quota, parts []*laid, area func(part, given int) int64) ([]QuotaUse, map[int64]turn) {
	counts := map[int64]int64{}
	for i, l := range parts {
		for from := 0; from < len(l.lots); {
			a, to := area(i, from), from+1
			for to < len(l.lots) && area(i, to) == a {
				to++
			}
			counts[a] += int64(to - from)
			from = to
		}
	}
	var uses []QuotaUse
	turns := make(map[int64]turn, len(counts))
	at := uint32(0)
	for _, a := range slices.Sorted(maps.Keys(counts)) {
		u := QuotaUse{Area: areaCode(a), Limit: -1, Qualified: counts[a]}
		if limit, limited := q.Limit(u.Area); limited {
			u.Limit = limit
			u.Waiting = max(0, u.Qualified-limit)
		}
		uses = append(uses, u)
		turns[a] = turn{at, u.Limit}
		at += uint32(counts[a])
	}
	return uses, turns
}

// atOnce calls fn with 0 to n-1 on all processors.
func atOnce(n int, fn func(i int)) {
	var wg sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range n {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			fn(i)
		})
	}
	wg.Wait()
}
