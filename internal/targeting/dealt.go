package targeting

import (
	"context"
	"slices"
	"strconv"

	"gotong/internal/ident"
	"gotong/internal/snapshot"
)

// dealt is how meetings have placed the families of a partition.
type dealt struct {
	placed            []int32
	community, hybrid []int64 // 0 for none
	families          int64   // with both a score and a meeting's place
}

// deal places the families of every village whose meeting counts.
func (s *Scores) deal(ctx context.Context, snap *snapshot.Snapshot, by Policy) error {
	for i := range snap.Parts {
		meetings := by.Meetings.in(snap.Parts[i].Area)
		if len(meetings) == 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		choice := snapshot.Only().WithFamilyIDs()
		p, err := snap.PartitionOf(snap.Parts[i], choice)
		if err != nil {
			return err
		}
		f, err := p.Read(0, p.Families, choice)
		if err != nil {
			return err
		}
		s.parts[i].dealt = dealIn(f, meetings, by.Order, &s.parts[i])
	}
	return nil
}

// dealIn places the families of a partition, which lie village by village.
func dealIn(f *snapshot.Families, meetings Meetings, o Order, s *scores) *dealt {
	d := &dealt{placed: slices.Clone(s.values), community: make([]int64, len(f.IDs)), hybrid: make([]int64, len(f.IDs))}
	for _, m := range meetings {
		from, to := villageRows(f, m.Area)
		place := make(map[ident.ID]int64, len(m.Places))
		for _, p := range m.Places {
			place[p.Family] = p.Place
		}
		own := make([]int64, to-from)
		for i := range own {
			own[i] = int64(s.values[from+i])
			d.community[from+i] = place[f.IDs[from+i]]
		}
		done := o.Deal(own, func(i int) bool { return s.known.Get(from + i) }, d.community[from:to])
		for i, v := range done.Placed {
			d.placed[from+i] = int32(v)
		}
		copy(d.hybrid[from:to], done.Hybrid)
		d.families += done.Dealt
	}
	return d
}

// villageRows returns the rows of a village, from and to.
func villageRows(f *snapshot.Families, area string) (from, to int) {
	code, _ := strconv.ParseInt(area, 10, 64)
	from, _ = slices.BinarySearch(f.Areas, code)
	to, _ = slices.BinarySearch(f.Areas, code+1)
	return from, to
}

// columns puts what meetings did into a partition's file.
func (d *dealt) columns(w *snapshot.FileWriter, s *scores) {
	var placed, community, hybrid snapshot.Narrow
	for i := range d.placed {
		add := func(n *snapshot.Narrow, v int64, known bool) {
			if known {
				n.Append(v)
			} else {
				n.AppendUnknown()
			}
		}
		add(&placed, int64(d.placed[i]), s.known.Get(i))
		add(&community, d.community[i], d.community[i] > 0)
		add(&hybrid, d.hybrid[i], d.hybrid[i] > 0)
	}
	if !slices.Equal(d.placed, s.values) {
		w.Add(columnPlaced, &placed)
	}
	w.Add(columnCommunity, &community)
	w.Add(columnHybrid, &hybrid)
}

// use says what the ranking's order rested on.
func (r *ranker) use() *OrderUse {
	if r.Order.By == "" {
		return nil
	}
	u := &OrderUse{By: r.Order.By, Score: r.Order.Score, Community: r.Order.Community, Meetings: int64(len(r.Meetings)), Digest: r.Meetings.Digest()}
	for i := range r.scored.parts {
		if d := r.scored.parts[i].dealt; d != nil {
			u.Families += d.families
		}
	}
	return u
}
