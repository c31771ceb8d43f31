package linkage

import "math"

// Where many live, two strangers meet often: that both are of the largest town
// of a list tells less than that both are of a hamlet. What areas weigh is
// learned of all alike; of the pairs that remain to be judged it is moved by how
// many people an area has.

// crowds are how many records each area of each level has.
type crowds struct {
	of  [areaLevels]map[area]crowd
	all float64
}

// areaLevels is how many levels an area code has.
const areaLevels = AreaDifferent

// crowd is the records of an area, and the sum of the squares of those of the
// areas of the next finer level within.
type crowd struct{ records, within float64 }

// areaFrom is where the bits of a level's areas begin.
var areaFrom = [areaLevels]int{0, districtFrom, regencyFrom, provinceFrom}

// at returns the area of a level that holds this one.
func (a area) at(l Level) area { return a >> areaFrom[l] << areaFrom[l] }

func crowdsOf(entries []entry) *crowds {
	codes := map[area]float64{}
	for i := range entries {
		if a := entries[i].area; a.digits() >= 2 {
			codes[a]++
		}
	}
	c := new(crowds)
	for l := range areaLevels {
		c.of[l] = map[area]crowd{}
		for a, records := range codes {
			of := c.of[l][a.at(l)]
			of.records += records
			c.of[l][a.at(l)] = of
		}
	}
	for _, records := range codes {
		c.all += records
	}
	for l := range areaLevels - 1 {
		given := map[area]float64{}
		for a, records := range codes {
			if finest[a.digits()] <= l {
				given[a.at(l)] += records
			}
		}
		for a, records := range given {
			of := c.of[l+1][a.at(l+1)]
			of.within += records * records
			c.of[l+1][a.at(l+1)] = of
		}
	}
	return c
}

// rarity returns how rare it is that a record is of the same area of this level
// as one of there, and of no finer one, in thousandths of a bit.
func (c *crowds) rarity(a area, l Level) int32 {
	of := c.of[l][a.at(l)]
	others := of.records - 1
	if of.within > 0 {
		others = of.records - of.within/of.records
	}
	return rarity(math.Max(others, 1) / c.all)
}

// rarer returns how much rarer it is than usual that two records agree on their
// areas as they do, in thousandths of a bit.
func (c *crowds) rarer(a, b area, l Level, w *Model) int32 {
	if l >= areaLevels {
		return 0
	}
	return min(c.rarity(a, l), c.rarity(b, l)) - millibits(-math.Log2(w.Two[Area][l]))
}
