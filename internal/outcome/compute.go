package outcome

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/run"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
)

// Opened is a ranking with its snapshot, ready to be read.
type Opened struct {
	Ranked
	Snap    *snapshot.Snapshot
	Ranking *targeting.Ranking
}

// Input is all that a measure depends on.
type Input struct {
	Rankings   []Opened                // by day, at least one
	Between    []*determination.Survey // enacted from the first day to the last, by day
	Current    *determination.Survey   // in force; nil for none
	Policy     Policy
	Duplicates map[ident.ID][]ident.ID // families that may be the same, each under every one of them
}

// track follows one family over the rankings.
type track struct {
	area     string // where it was met last
	points   []point
	received uint64 // programmes between the days, as places in engine.codes
	relieved bool
	annual   money.Rupiah // of the last determination that entitled it
}

// engine carries one measurement.
type engine struct {
	Input
	days    []civil.Date
	lines   []targeting.Lines
	codes   []string // of programmes, at most 64
	emit    func(Row) error
	sum     hash.Hash
	tallies map[Tally]*Tally // by all but the counts
	report  run.Progress

	strays  map[ident.ID]*track // not met on every day in one regency: new, gone or moved
	doubles map[ident.ID]*double
	content Content
}

// Compute measures and hands each row to emit, in an order that depends on
// nothing but the input. It reads regency by regency.
//
// Stage: outcome, counting families.
func Compute(ctx context.Context, in Input, emit func(Row) error, p run.Progress) (Content, []Tally, error) {
	e := &engine{Input: in, emit: emit, sum: sha256.New(), tallies: map[Tally]*Tally{}, report: p, strays: map[ident.ID]*track{}, doubles: map[ident.ID]*double{}}
	if err := e.prepare(); err != nil {
		return Content{}, nil, err
	}
	for _, area := range e.areas() {
		if err := ctx.Err(); err != nil {
			return Content{}, nil, err
		}
		if err := e.regency(area); err != nil {
			return Content{}, nil, fmt.Errorf("outcome: %s: %w", area, err)
		}
	}
	if err := e.finishStrays(); err != nil {
		return Content{}, nil, err
	}
	if err := e.finishDoubles(); err != nil {
		return Content{}, nil, err
	}
	e.content.RowsDigest = hex.EncodeToString(e.sum.Sum(nil))
	return e.content, e.counted(), nil
}

func (e *engine) prepare() error {
	last := e.Rankings[len(e.Rankings)-1]
	e.content = Content{AsOf: last.Day, Comparable: true, PolicyFrom: e.Policy.From, Families: last.Snap.Families}
	for _, r := range e.Rankings {
		lines, err := r.Ranking.Lines()
		if err != nil {
			return err
		}
		e.days, e.lines = append(e.days, r.Day), append(e.lines, lines)
		e.content.Rankings = append(e.content.Rankings, r.Ranked)
		e.content.Comparable = e.content.Comparable && r.Ranking.ModelDigest == last.Ranking.ModelDigest
	}
	for _, s := range e.Between {
		e.content.Determined = append(e.content.Determined, s.Digest)
	}
	if e.Current != nil {
		e.content.Current = e.Current.ID
		for _, p := range e.Current.Programmes() {
			e.content.Programmes = append(e.content.Programmes, p.Code)
		}
		e.content.DueEvaluated = e.Current.SnapshotID != last.Snapshot
	}
	e.report.Stage("outcome", last.Snap.Families)
	return nil
}

// areas lists the regencies of everything that is looked at.
func (e *engine) areas() []string {
	all := map[string]bool{}
	for _, r := range e.Rankings {
		for _, p := range r.Snap.Parts {
			all[p.Area] = true
		}
	}
	for _, s := range append(slices.Clone(e.Between), e.Current) {
		if s != nil {
			for _, area := range s.Areas() {
				all[area] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// regency measures one.
func (e *engine) regency(area string) error {
	if len(e.Rankings) > 1 { // one day tells of no change
		if err := e.moves(area); err != nil {
			return err
		}
	}
	if e.Current == nil {
		return nil
	}
	return e.current(area)
}

// moves follows the families of a regency over the rankings.
func (e *engine) moves(area string) error {
	tracks := map[ident.ID]*track{}
	var order []ident.ID
	for i := range e.Rankings {
		met, err := e.meet(area, i, tracks)
		if err != nil {
			return err
		}
		order = append(order, met...)
	}
	for _, s := range e.Between {
		if err := e.receive(area, s, tracks); err != nil {
			return err
		}
	}
	for _, id := range order {
		t := tracks[id]
		if slices.ContainsFunc(t.points, func(p point) bool { return p.status == Absent }) {
			e.stray(id, t)
			continue
		}
		if err := e.moved(id, t); err != nil {
			return err
		}
	}
	for id, t := range tracks {
		if t.points == nil { // met by a determination alone
			t.points = make([]point, len(e.Rankings))
			e.stray(id, t)
		}
	}
	return nil
}

// meet reads one ranking of a regency; it returns the families that are met
// for the first time, in the snapshot's order.
func (e *engine) meet(area string, i int, tracks map[ident.ID]*track) ([]ident.ID, error) {
	r := e.Rankings[i]
	at := slices.IndexFunc(r.Snap.Parts, func(p snapshot.Part) bool { return p.Area == area })
	if at < 0 {
		return nil, nil
	}
	choice := snapshot.Only().WithIDs().With(indicator.Family, "income_per_person").With(indicator.Family, "earners").With(indicator.Family, "urban")
	p, err := r.Snap.PartitionOf(r.Snap.Parts[at], choice)
	if err != nil {
		return nil, err
	}
	f, err := p.Read(0, p.Families, choice)
	if err != nil {
		return nil, err
	}
	ranks, err := r.Ranking.Ranks(at)
	if err != nil {
		return nil, err
	}
	ranks.Fill(f)
	var met []ident.ID
	income, earners, urban := f.Families.Columns["income_per_person"], f.Families.Columns["earners"], f.Families.Columns["urban"]
	line := lineReader{lines: e.lines[i], day: r.Day}
	for row, id := range f.IDs {
		t := tracks[id]
		if t == nil {
			t = &track{points: make([]point, len(e.Rankings))}
			tracks[id], met = t, append(met, id)
		}
		t.area = f.Area(row)
		rank := targeting.At(f.Families, row)
		x := &t.points[i]
		if rank.Known {
			x.consumption = targeting.Consumption(rank.Score)
		}
		poor, extreme := line.of(t.area, targeting.SettingOf(urban.At(row)))
		x.status = statusOf(rank.Known, x.consumption, poor, extreme)
		if v, known := income.At(row); known {
			x.income, x.incomeKnown = money.Rupiah(v), true
		}
		if v, known := earners.At(row); known {
			x.earners, x.earnerKnown = int32(v), true
		}
	}
	return met, nil
}

// lineReader remembers the lines of the village that was asked for last.
type lineReader struct {
	lines         targeting.Lines
	day           civil.Date
	area          string
	setting       targeting.Setting
	poor, extreme money.Rupiah
}

func (l *lineReader) of(area string, setting targeting.Setting) (poor, extreme money.Rupiah) {
	if area != l.area || setting != l.setting {
		l.area, l.setting = area, setting
		l.poor, l.extreme = l.lines.Poor(area, setting, l.day), l.lines.Extreme(area, setting, l.day)
	}
	return l.poor, l.extreme
}

// receive notes what a determination gave the families of a regency.
func (e *engine) receive(area string, s *determination.Survey, tracks map[ident.ID]*track) error {
	part, there, err := s.Part(area)
	if err != nil || !there {
		return err
	}
	programmes := s.Programmes()
	bits := make([]uint64, len(programmes))
	for k, p := range programmes {
		bits[k] = e.bit(p.Code)
	}
	for row, id := range part.IDs {
		var annual money.Rupiah
		for _, v := range part.Verdicts(row) {
			if v.Outcome != determination.Entitled {
				continue
			}
			t := tracks[id]
			if t == nil {
				t = &track{area: part.Area(row)}
				tracks[id] = t
			}
			annual += v.Annual // fits, since all that is given does
			t.received |= bits[v.Programme]
			t.relieved = t.relieved || slices.Contains(programmes[v.Programme].Strategies(), programme.ReduceSpending)
		}
		if t := tracks[id]; t != nil && annual > 0 {
			t.annual = annual
		}
	}
	return nil
}

// bit returns the bit of a programme. The sixty-fifth and later ones share
// the last.
func (e *engine) bit(code string) uint64 {
	at := slices.Index(e.codes, code)
	if at < 0 {
		at = len(e.codes)
		e.codes = append(e.codes, code)
	}
	return 1 << min(at, 63)
}

func (e *engine) named(bits uint64) []string {
	var all []string
	for i, code := range e.codes {
		if bits>>min(i, 63)&1 != 0 {
			all = append(all, code)
		}
	}
	slices.Sort(all)
	return all
}

// stray joins what several regencies know of a family.
func (e *engine) stray(id ident.ID, t *track) {
	was := e.strays[id]
	if was == nil {
		e.strays[id] = t
		return
	}
	for i, p := range t.points {
		if p.status != Absent {
			was.points[i] = p
			was.area = t.area
		}
	}
	was.received |= t.received
	was.relieved = was.relieved || t.relieved
	was.annual = max(was.annual, t.annual)
}

func (e *engine) finishStrays() error {
	ids := slices.SortedFunc(maps.Keys(e.strays), func(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range ids {
		if t := e.strays[id]; present(t.points) {
			if err := e.moved(id, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// moved counts a family, and keeps it where it was ever poor.
func (e *engine) moved(id ident.ID, t *track) error {
	list, since, from := move(t.points, e.days)
	r := Row{List: list, Area: t.area, FamilyID: id}
	e.report.Add("", 1)
	if !list.Kept() {
		return e.put(r)
	}
	was, now := t.points[from], t.points[len(t.points)-1]
	r.Road = roadOf(was, now, e.Policy.IncomeRise, t.relieved)
	r.Detail = Detail{Since: since, Now: &now.consumption, Received: e.named(t.received), Annual: t.annual}
	if was.status != Unrated && was.status != Absent {
		r.Was = &was.consumption
	}
	if was.incomeKnown {
		r.IncomeWas = &was.income
	}
	if now.incomeKnown {
		r.IncomeNow = &now.income
	}
	for i, p := range t.points {
		r.History = append(r.History, Step{e.days[i], p.status.String()})
	}
	return e.put(r)
}

// put counts a row and, where its list is kept, hands it on.
func (e *engine) put(r Row) error {
	key := Tally{List: r.List, Area: r.Area, Programme: r.Programme, Road: r.Road}
	t := e.tallies[key]
	if t == nil {
		t = &Tally{List: r.List, Area: r.Area, Programme: r.Programme, Road: r.Road}
		e.tallies[key] = t
	}
	t.Families++
	t.Annual += r.Annual
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	e.sum.Write(text)
	if !r.List.Kept() {
		return nil
	}
	return e.emit(r)
}

func (e *engine) counted() []Tally {
	var all []Tally
	for _, t := range e.tallies {
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b Tally) int {
		return slices.Compare([]string{string(a.List), a.Area, a.Programme, string(a.Road)}, []string{string(b.List), b.Area, b.Programme, string(b.Road)})
	})
	return all
}
