package targeting

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/registry"
	"gotong/internal/snapshot"
	"gotong/internal/work"
)

// VillageRow is a family of a village with its place in each order. Places
// begin at 1, the poorest; 0 is none.
type VillageRow struct {
	Family ident.ID
	Head   string // of the family, as on record now; empty for one that has left
	Where  string // address
	RT, RW string
	Rank
	Consumption money.Rupiah // predicted, per person per month
	ByScore     int64        // among the village's families with a score
	Community   int64        // as the meeting said
	Hybrid      int64        // among those with both
	Poorer      int64        // places by which the meeting finds it poorer than the score does, among those with both
	Standing    int64        // in the order that the ranking went by
}

// Village is a village in a ranking.
type Village struct {
	Area    string
	Ranking Header
	Order   Order    // in force today, by which places of the hybrid are shown
	Meeting *Meeting // the newest that counts today, nil for none
	Used    bool     // the ranking went by that meeting, or saw it
	Rows    []VillageRow
}

// Village returns the families of a village in the newest ranking, by their
// standing, with their places by score, by the village's meeting and by both.
// The look is recorded.
func (s *Service) Village(ctx context.Context, purpose access.Purpose, area string) (Village, error) {
	roster, err := s.Roster(ctx, area, purpose)
	if err != nil {
		return Village{Area: area}, err
	}
	v, err := s.village(ctx, area)
	if err != nil {
		return v, err
	}
	v.name(roster)
	return v, s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "rank.village", Area: area, Detail: v.Ranking.ID.String(),
			Fields: []string{columnScore, columnDecile, columnCommunity}, Count: int64(len(v.Rows))})
	})
}

// village is Village without names and without a record, for whoever does both.
func (s *Service) village(ctx context.Context, area string) (Village, error) {
	v := Village{Area: area}
	headers, err := s.newest(ctx, 1)
	if err != nil {
		return v, err
	}
	if len(headers) == 0 {
		return v, fault.NotFound("targeting.poverty.no_ranking")
	}
	v.Ranking = headers[0]
	ranking, f, err := s.villageOf(ctx, v.Ranking, area)
	if err != nil {
		return v, err
	}
	if err := s.currentMeeting(ctx, &v, ranking); err != nil {
		return v, err
	}
	v.fill(f)
	return v, nil
}

// name puts the heads and addresses of families beside their ranks.
func (v *Village) name(roster []registry.Row) {
	people := make(map[ident.ID]registry.Row, len(roster))
	for _, r := range roster {
		people[r.ID] = r
	}
	for i := range v.Rows {
		p := people[v.Rows[i].Family]
		v.Rows[i].Head, v.Rows[i].Where, v.Rows[i].RT, v.Rows[i].RW = p.HeadName, p.Address, p.RT, p.RW
	}
}

// newest returns the newest rankings for somebody whose permission was seen to.
func (s *Service) newest(ctx context.Context, limit int) ([]Header, error) {
	return work.Read(ctx, s.Unit, func(ctx context.Context) ([]Header, error) { return s.Store.Headers(ctx, limit) })
}

// villageOf reads the families of a village with their ranks; nil where the
// snapshot has none.
func (s *Service) villageOf(ctx context.Context, h Header, area string) (*Ranking, *snapshot.Families, error) {
	ranking, err := s.Open(ctx, h.ID)
	if err != nil {
		return nil, nil, err
	}
	snap, err := s.Snapshots.Open(ctx, h.SnapshotID)
	if err != nil {
		return nil, nil, err
	}
	for i, part := range snap.Parts {
		if part.Area != area[:regencyDigits] {
			continue
		}
		choice := snapshot.Only().WithFamilyIDs()
		p, err := snap.PartitionOf(part, choice)
		if err != nil {
			return nil, nil, err
		}
		code, err := strconv.ParseInt(area, 10, 64)
		if err != nil {
			return nil, nil, err
		}
		from, to := p.Village(code)
		f, err := p.Read(from, to, choice)
		if err != nil {
			return nil, nil, err
		}
		ranks, err := ranking.Ranks(i)
		if err != nil {
			return nil, nil, err
		}
		ranks.Fill(f)
		return ranking, f, nil
	}
	return ranking, nil, nil
}

// regencyDigits name a regency or city, and so a partition.
const regencyDigits = 4

// currentMeeting finds the meeting that would count today, by the order in
// force today, and whether the ranking has it.
func (s *Service) currentMeeting(ctx context.Context, v *Village, r *Ranking) error {
	today := civil.OfTime(s.Clock.Now())
	var err error
	if v.Order, err = s.Orders.On(today); err != nil || s.Meetings == nil {
		return nil // without a policy nothing but the score is shown
	}
	var all []Meeting
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		rows, err := s.Meetings.Meetings(ctx, MeetingFilter{Area: v.Area, Standing: true})
		if err != nil {
			return err
		}
		for _, row := range rows {
			m, err := s.Meetings.Meeting(ctx, row.ID)
			if err != nil {
				return err
			}
			all = append(all, m)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if counting := Counting(all, v.Order, today); len(counting) > 0 {
		v.Meeting = &counting[0]
		kept, err := r.Meetings()
		if err != nil {
			return err
		}
		for _, m := range kept {
			v.Used = v.Used || m.ID == v.Meeting.ID
		}
	}
	return nil
}

// fill puts the families and their places into the village.
func (v *Village) fill(f *snapshot.Families) {
	if f == nil {
		return
	}
	place := map[ident.ID]int64{}
	if v.Meeting != nil {
		for _, p := range v.Meeting.Places {
			place[p.Family] = p.Place
		}
	}
	n := len(f.IDs)
	community, own, standing := make([]int64, n), make([]int64, n), make([]int64, n)
	var scored []int
	for i, id := range f.IDs {
		row := VillageRow{Family: id, Rank: At(f.Families, i), Community: place[id]}
		if row.Known {
			row.Consumption = Consumption(row.Score)
			scored = append(scored, i)
		}
		community[i], own[i], standing[i] = row.Community, row.Score, f.Families.Columns[columnScore].Values[i]
		v.Rows = append(v.Rows, row)
	}
	dealt := v.Order.Deal(own, func(i int) bool { return v.Rows[i].Known }, community)
	byScore, byStanding := firstPlaces(picked(own, scored)), firstPlaces(picked(standing, scored))
	for k, i := range scored {
		v.Rows[i].ByScore, v.Rows[i].Standing = byScore[k], byStanding[k]
	}
	var both []int
	for i, h := range dealt.Hybrid {
		if v.Rows[i].Hybrid = h; h > 0 {
			both = append(both, i)
		}
	}
	score, meeting := firstPlaces(picked(own, both)), firstPlaces(picked(community, both))
	for k, i := range both {
		v.Rows[i].Poorer = score[k] - meeting[k]
	}
	v.sort()
}

// picked returns the keys of some rows.
func picked(keys []int64, rows []int) []int64 {
	of := make([]int64, len(rows))
	for k, i := range rows {
		of[k] = keys[i]
	}
	return of
}

// sort puts the families by standing, those without a score last.
func (v *Village) sort() {
	slices.SortFunc(v.Rows, func(a, b VillageRow) int {
		if a.Known != b.Known {
			return cmp.Compare(b.Standing, a.Standing)
		}
		return cmp.Or(cmp.Compare(a.Standing, b.Standing), bytes.Compare(a.Family[:], b.Family[:]))
	})
}

// Scored is a family's score, term by term.
type Scored struct {
	Place
	Model       *Model
	Order       *OrderUse
	Consumption money.Rupiah
	Base        int64 // the model's intercept
	Readings    []Reading
	Village     *VillageRow // with its places; nil where it cannot be told
	Of          int64       // families of the village with a score
	Meeting     *Meeting    // of the village, that counts today; nil for none
	Used        bool        // the ranking had that meeting
}

// ScoreOf returns how the newest ranking came to a family's score, by the
// model as it was kept with the ranking, and its places in its village. The
// look is recorded.
func (s *Service) ScoreOf(ctx context.Context, purpose access.Purpose, family ident.ID) (Scored, error) {
	var x Scored
	standings, err := s.History(ctx, purpose, family)
	if err != nil {
		return x, err
	}
	if len(standings) == 0 {
		return x, fault.NotFound("targeting.not_ranked")
	}
	x.Place, x.Consumption = standings[0].Place, standings[0].Consumption
	h, err := s.Header(ctx, x.Ranking)
	if err != nil {
		return x, err
	}
	x.Order = h.Order
	ranking, err := s.Open(ctx, h.ID)
	if err != nil {
		return x, err
	}
	by, err := ranking.models(s.Catalogue)
	if err != nil {
		return x, fmt.Errorf("targeting: the model kept with a ranking: %w", err)
	}
	if x.Model = modelOf(by.all(), x.Area); x.Model == nil {
		x.Model = by.Model // which was not fitted for the area
	}
	if err := s.readTerms(ctx, &x, h); err != nil {
		return x, err
	}
	v, err := s.village(ctx, x.Area)
	if err != nil {
		return x, err
	}
	x.Meeting, x.Used = v.Meeting, v.Used
	for i := range v.Rows {
		if v.Rows[i].Known {
			x.Of++
		}
		if v.Rows[i].Family == family {
			x.Village = &v.Rows[i]
		}
	}
	return x, nil
}

func (s *Service) readTerms(ctx context.Context, x *Scored, h Header) error {
	snap, err := s.Snapshots.Open(ctx, h.SnapshotID)
	if err != nil {
		return err
	}
	choice := snapshot.Only().WithFamilyIDs()
	for _, i := range x.Model.Indicators() {
		choice = choice.With(i.Level, i.Code)
	}
	for _, part := range snap.Parts {
		if part.Area != x.Area[:regencyDigits] {
			continue
		}
		p, err := snap.PartitionOf(part, choice)
		if err != nil {
			return err
		}
		row, err := p.Find(x.Area, x.FamilyID)
		if err != nil {
			return err
		}
		f, err := p.Read(row, row+1, choice)
		if err != nil {
			return err
		}
		x.Base = x.Model.Intercept
		_, x.Readings, _ = x.Model.Read(f.Families, 0)
		return nil
	}
	return fault.NotFound("targeting.not_ranked")
}
