package targeting

import (
	"slices"

	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/snapshot"
)

// Place puts beside the facts of a family that a ranking did not meet its
// score by the ranking's model for its village, and the deciles in which that
// lies by the ranking's cuts: where it would have stood, had it been there. A
// village that no model ranks, and a regency without families, leave unknown
// what they leave. No meeting moves it.
func (r *Ranking) Place(c *indicator.Catalogue, f *snapshot.Families) error {
	if f.Families.Rows != 1 {
		return fault.Invalid("targeting.place_one", "families", f.Families.Rows)
	}
	by, err := r.models(c)
	if err != nil {
		return err
	}
	for _, code := range rankCodes {
		f.Families.Add(code)
	}
	m := modelOf(by.all(), f.Area(0))
	if m == nil {
		return nil
	}
	score, known := m.Score(f.Families).At(0)
	if !known {
		return nil
	}
	f.Families.Columns[columnScore].Set(0, score)
	f.Families.Columns[columnDecile].Set(0, r.Nation.Cuts.Decile(score))
	if i := slices.IndexFunc(r.Regions, func(x Region) bool { return x.Area == f.Area(0)[:regencyDigits] }); i >= 0 && r.Regions[i].Ranked > 0 {
		f.Families.Columns[columnDecileRegion].Set(0, r.Regions[i].Cuts.Decile(score))
	}
	return nil
}
