package snapshot

import (
	"fmt"
	"slices"
	"strconv"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/ident"
	"gotong/internal/indicator"
)

// One returns a family as a snapshot of a day would hold it: a batch of one
// with all its facts, and what is derived of them. Nothing is written.
func One(c *indicator.Catalogue, asOf civil.Date, r *Record) (*Families, error) {
	village, err := strconv.ParseInt(r.Area, 10, 64)
	if len(r.Area) != 10 || err != nil {
		return nil, fmt.Errorf("snapshot: family %s has area %q, not a village's ten digits", r.Family, r.Area)
	}
	b, err := newBuilder(c, asOf, nil)
	if err != nil {
		return nil, err
	}
	b.put(r, village)
	for _, t := range []*column.Table{b.batch.Families, b.batch.Members} {
		for _, col := range t.Columns {
			col.Resize(t.Rows) // whole words, as a reader has them
		}
	}
	if err := c.Derive(asOf, &b.batch); err != nil {
		return nil, err
	}
	f := &Families{Batch: b.batch, IDs: []ident.ID{r.Family}, Areas: []int64{village}}
	for _, i := range b.order {
		f.MemberIDs = append(f.MemberIDs, r.Members[i].ID)
	}
	f.Offsets = slices.Clone(f.Offsets)
	return f, nil
}
