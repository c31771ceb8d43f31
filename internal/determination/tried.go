package determination

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"gotong/internal/column"
	"gotong/internal/programme"
	"gotong/internal/snapshot"
)

// tried is what one programme came to.
type tried struct {
	programme *programme.Programme
	parts     []triedPart
	counts    Counts
	failed    int64    // subjects of whom a rule cannot be computed
	failedAt  []string // where such rules stand, in order
	unlimited bool     // its quota reaches beyond the area and was left out
}

// triedPart is that of one partition, by row.
type triedPart struct {
	entitled, waitlisted, open column.Bitmap
	annual                     []int64 // of the given
	state                      receiving
}

// decideAll decides programmes in their order. What is in known and does not
// depend on a change is taken from there.
func (t *Trial) decideAll(ctx context.Context, all []*programme.Programme, known map[string]*tried) (map[string]*tried, error) {
	plan, err := newPlan(t.input.AsOf, all)
	if err != nil {
		return nil, err
	}
	out, dirty := map[string]*tried{}, map[string]bool{}
	for _, p := range all {
		was := known[p.Code]
		dirty[p.Code] = was == nil || was.programme != p || slices.ContainsFunc(p.Exclusions, func(x programme.Exclusion) bool {
			return slices.ContainsFunc(x.Programmes, func(code string) bool { return dirty[code] })
		})
		if !dirty[p.Code] {
			out[p.Code] = was
			continue
		}
		if out[p.Code], err = t.decide(ctx, plan, p, out); err != nil {
			return nil, fmt.Errorf("determination: trying %s: %w", p.Code, err)
		}
	}
	return out, nil
}

// decide decides one programme on all partitions, and shares out its quota.
func (t *Trial) decide(ctx context.Context, plan *plan, p *programme.Programme, before map[string]*tried) (*tried, error) {
	q := plan.quota(p)
	out := &tried{programme: p, parts: make([]triedPart, len(t.parts))}
	if q != nil && q.Codes() < len(t.Area) {
		q, out.unlimited = nil, true
	}
	choice := plan.columns([]int{plan.place[p.Code]}).InPlanes()
	if q != nil {
		choice = choice.WithLots()
	}
	var laids []*laid
	for i, part := range t.parts {
		sheet, err := part.decide(ctx, plan, p, q, choice, func(code string) (receiving, bool) {
			if x := before[code]; x != nil && plan.excluded[code] {
				return x.parts[i].state, true
			}
			return receiving{}, false
		})
		if err != nil {
			return nil, err
		}
		for _, x := range sheet.pieces {
			for r, f := range x.of.failed {
				out.failed += f.subjects
				if at, found := slices.BinarySearch(out.failedAt, r.Place()); !found {
					out.failedAt = slices.Insert(out.failedAt, at, r.Place())
				}
			}
		}
		l, err := sheet.tally()
		if err != nil {
			return nil, err
		}
		laids = append(laids, l)
	}
	if q != nil {
		t.share(q, p, laids)
	}
	for i, l := range laids {
		if l.waitlisted == nil {
			l.waitlisted = column.NewBitmap(l.rows)
		}
		c, err := out.parts[i].take(l)
		if err != nil {
			return nil, err
		}
		if err := out.counts.merge(c); err != nil {
			return nil, err
		}
		if plan.excluded[p.Code] {
			f, err := t.parts[i].facts.Read(0, t.parts[i].facts.Families, snapshot.Only())
			if err != nil {
				return nil, err
			}
			out.parts[i].state = familiesReceiving(p, &f.Batch, out.parts[i].entitled, l.open)
		}
	}
	return out, nil
}

// share shares a quota out within the area.
func (t *Trial) share(q *programme.Quota, p *programme.Programme, laids []*laid) {
	if q.Codes() >= partDigits {
		for _, l := range laids {
			share(q, p.Priority, []*laid{l}, func(_, given int) int64 { return l.areas[given] })
		}
		return
	}
	areas := make([]int64, len(laids))
	for i := range areas {
		areas[i] = quotaAreaOf(q, t.input.Snapshot.Parts[t.parts[i].index].Area)
	}
	share(q, p.Priority, laids, func(part, _ int) int64 { return areas[part] })
}

// decide fills a sheet, all processors at once.
func (x *trialPart) decide(ctx context.Context, plan *plan, p *programme.Programme, q *programme.Quota, choice snapshot.Columns,
	others func(code string) (receiving, bool)) (*sheet, error) {
	s := &sheet{rows: x.facts.Families, pieces: make([]piece, len(x.memos))}
	if p.Subject.EachMember() {
		s.rows = x.facts.Members
	}
	return s, x.each(ctx, choice, func(at int, f *snapshot.Families) {
		x.ranks.Fill(f)
		states := map[string]receiving{}
		for _, e := range p.Exclusions {
			for _, code := range e.Programmes {
				if state, ok := others(code); ok {
					from, to := f.First/64, (f.First+f.Families.Rows+63)/64
					states[code] = receiving{Yes: state.Yes[from:to], Known: state.Known[from:to]}
				}
			}
		}
		row := f.First
		if p.Subject.EachMember() {
			row = f.FirstMember
		}
		of := piece{row: row, of: decide(columns{&f.Batch, x.memos[at].values(&f.Batch)}, p, &f.Batch, states, q != nil)}
		if q != nil {
			of.drawLots(p, q, f)
		}
		s.pieces[at] = of
	})
}

// each calls fn for every stretch, all processors at once.
func (x *trialPart) each(ctx context.Context, choice snapshot.Columns, fn func(at int, f *snapshot.Families)) error {
	g, ctx := errgroup.WithContext(ctx)
	next := make(chan int)
	g.Go(func() error {
		defer close(next)
		for at := range x.memos {
			select {
			case next <- at:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range workers() {
		g.Go(func() error {
			f := &snapshot.Families{}
			for at := range next {
				from := at * trialStretch
				if err := x.facts.ReadInto(f, from, min(from+trialStretch, x.facts.Families), choice); err != nil {
					return err
				}
				fn(at, f)
			}
			return nil
		})
	}
	return g.Wait()
}

// tally is lay without laying anything out.
func (s *sheet) tally() (*laid, error) {
	l := &laid{rows: s.rows, w: &snapshot.FileWriter{}}
	l.given = s.joined(func(d *decided) column.Bitmap { return d.given })
	l.open = s.joined(func(d *decided) column.Bitmap { return d.open })
	return l, s.lines(l)
}

// take keeps of a tally what comparisons need, and counts.
func (x *triedPart) take(l *laid) (Counts, error) {
	x.entitled, x.waitlisted, x.open = l.entitledRows(), l.waitlisted, l.open
	x.annual = make([]int64, l.rows)
	c := Counts{Entitled: int64(x.entitled.Count()), Waitlisted: int64(x.waitlisted.Count()), Undetermined: int64(x.open.Count())}
	c.Refused = int64(l.rows) - c.Entitled - c.Waitlisted - c.Undetermined
	k, ok := 0, true
	l.given.Each(func(row int) {
		x.annual[row] = l.annual.Value(k)
		if x.entitled.Get(row) {
			c.Annual, ok = addIf(c.Annual, rupiah(x.annual[row]), ok)
		}
		k++
	})
	if !ok {
		return c, errTooMuch
	}
	return c, nil
}
