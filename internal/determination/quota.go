package determination

import (
	"cmp"
	"slices"
	"strconv"

	"gotong/internal/programme"
	"gotong/internal/snapshot"
)

// candidates lists those of a stretch who qualify, with what orders them.
func candidates(p *programme.Programme, q *programme.Quota, part, row int, f *snapshot.Families, d *decided) []candidate {
	var all []candidate
	eachSubject(p, &f.Batch, func(i, family, member int) {
		if d.outcomes[i] != Entitled {
			return
		}
		c := candidate{area: quotaArea(q, f.Areas[family]), family: f.IDs[family], part: part, row: row + i}
		if member != noMember {
			from, _ := f.MembersOf(family)
			c.member = f.MemberIDs[from+member]
		}
		for _, column := range d.priority {
			v, known := column.At(i)
			c.order, c.known = append(c.order, v), append(c.known, known)
		}
		all = append(all, c)
	})
	return all
}

// quotaArea cuts a village's code down to the area that the quota is for.
func quotaArea(q *programme.Quota, village int64) int64 {
	for range 10 - q.Codes() {
		village /= 10
	}
	return village
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

// share gives each candidate its place and puts on the waiting list whom the
// quota does not reach. sheets are those of the programme, by part.
func share(q *programme.Quota, by []programme.Priority, sheets []*sheet) []QuotaUse {
	var all []*candidate
	for _, s := range sheets {
		s.places = make([]int32, len(s.outcomes))
		for _, stretch := range s.candidates {
			for i := range stretch {
				all = append(all, &stretch[i])
			}
		}
	}
	slices.SortFunc(all, func(a, b *candidate) int { return cmp.Or(cmp.Compare(a.area, b.area), a.compare(b, by)) })
	var uses []QuotaUse
	place := int32(0)
	for i, c := range all {
		if i == 0 || c.area != all[i-1].area {
			place = 0
			limit, limited := q.Limit(areaCode(c.area))
			if !limited {
				limit = -1
			}
			uses = append(uses, QuotaUse{Area: areaCode(c.area), Limit: limit})
		}
		place++
		use := &uses[len(uses)-1]
		use.Qualified++
		s := sheets[c.part]
		s.places[c.row] = place
		if use.Limit >= 0 && int64(place) > use.Limit {
			s.outcomes[c.row] = Waitlisted
			use.Waiting++
		}
	}
	for _, s := range sheets {
		s.candidates = nil
	}
	return uses
}
