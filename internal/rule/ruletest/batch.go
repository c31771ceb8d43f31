package ruletest

import (
	"math"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/indicator"
)

var edge = civil.MustParse("2024-02-29")

// Numbers are those at which something changes.
var Numbers = []int64{0, 1, -1, 3, 4, 5, 59, 60, 61, math.MaxInt64, math.MinInt64, math.MaxInt64 - 2, 1 << 40}

// Facts are those that the rules ask for, with the values that decide.
var Facts = map[indicator.Level]map[string][]int64{
	indicator.Family: {
		"urban": {0, 1}, "received_pkh": {0, 1}, "floor": {2, 7, 8, 77},
		"decile": {1, 3, 4, 5, 10}, "income_total": Numbers, "floor_area": Numbers,
		"last_pkh": {int64(edge) - 1, int64(edge), int64(edge) + 1}, "last_bpnt": {int64(edge)},
	},
	indicator.Person: {
		"pregnant": {0, 1}, "working": {0, 1}, "school": {0, 2, 4, 99}, "age": {0, 4, 59, 60, 61},
		"income": Numbers, "born": {int64(edge), int64(edge) - 1},
		"difficulty_sight": {1, 4}, "difficulty_walking": {1, 4},
	},
}

// Batch invents up to forty families of zero to five members, with facts and columns
// missing.
func Batch(pick Pick) *column.Batch {
	sizes := make([]int, 1+pick(40))
	for i := range sizes {
		sizes[i] = pick(6)
	}
	b := &column.Batch{Offsets: []int32{0}}
	n := 0
	for _, s := range sizes {
		n += s
		b.Offsets = append(b.Offsets, int32(n))
	}
	b.Families, b.Members = column.NewTable(len(sizes)), column.NewTable(n)
	fill := func(table *column.Table, facts map[string][]int64) {
		names := make([]string, 0, len(facts))
		for c := range facts {
			names = append(names, c)
		}
		slices.Sort(names)
		for _, code := range names {
			if pick(10) == 0 {
				continue
			}
			c := table.Add(code)
			for i := range table.Rows {
				if v := pick(len(facts[code])+2) - 2; v >= 0 {
					c.Set(i, facts[code][v])
				}
			}
		}
	}
	fill(b.Families, Facts[indicator.Family])
	fill(b.Members, Facts[indicator.Person])
	return b
}
