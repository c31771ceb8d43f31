package targeting

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"gotong/internal/column"
	"gotong/internal/run"
	"gotong/internal/snapshot"
)

// scores are the scores of a partition. They fit 32 bits, since loading a
// model has proved it.
type scores struct {
	values []int32 // zero where they are not known
	known  column.Bitmap
	dealt  *dealt // nil where no meeting counts
}

// standing returns the scores by which the families stand.
func (s *scores) standing() []int32 {
	if s.dealt != nil {
		return s.dealt.placed
	}
	return s.values
}

// Scores are the scores of a snapshot's families by a model, in memory, and
// the cuts of the nation's deciles. They take four bytes a family.
type Scores struct {
	Ranked int64 // families with a score
	Cuts   Cuts

	by      Policy
	span    span
	parts   []scores
	deciler *deciler
}

// Score scores the families of a snapshot, places them by the meetings that
// count, and cuts their deciles. The result depends on nothing but the
// snapshot and the policy, and of that not on the lines.
//
// Stage: rank_score, counting families.
func Score(ctx context.Context, s *snapshot.Snapshot, by Policy, p run.Progress) (*Scores, error) {
	p.Stage("rank_score", s.Families)
	out := &Scores{by: by, span: by.span(), parts: make([]scores, len(s.Parts))}
	if err := out.score(ctx, s, p); err != nil {
		return nil, fmt.Errorf("targeting: scoring: %w", err)
	}
	if err := out.deal(ctx, s, by); err != nil {
		return nil, fmt.Errorf("targeting: placing by meetings: %w", err)
	}
	parts := make([]*scores, len(out.parts))
	for i := range out.parts {
		parts[i] = &out.parts[i]
	}
	var err error
	if out.Cuts, out.Ranked, err = out.cuts(ctx, parts); err != nil {
		return nil, err
	}
	out.deciler = newDeciler(out.span, out.Cuts)
	return out, nil
}

// columns is what scoring reads of a snapshot.
func (p Policy) columns() snapshot.Columns {
	choice := snapshot.Only()
	for _, m := range p.all() {
		for _, i := range m.Indicators() {
			choice.With(i.Level, i.Code)
		}
	}
	return choice.InPlanes()
}

// score is the pass over the snapshot.
func (s *Scores) score(ctx context.Context, snap *snapshot.Snapshot, p run.Progress) error {
	for i, part := range snap.Parts {
		s.parts[i] = scores{values: make([]int32, part.Families), known: column.NewBitmap(part.Families)}
	}
	models := make([][]*Model, len(snap.Parts))
	for i, part := range snap.Parts {
		models[i] = s.by.in(part.Area)
	}
	free := map[*Model]*sync.Pool{}
	for _, m := range s.by.all() {
		plans := &sync.Map{}
		free[m] = &sync.Pool{New: func() any { return newScorer(m, plans) }}
	}
	return snap.Each(ctx, workers(), snapshot.Stretch, s.by.columns(), func(part int, f *snapshot.Families) error {
		by := func(m *Model, into *scores, at int) {
			scorer := free[m].Get().(*scorer)
			defer free[m].Put(scorer)
			scorer.score(f.Families, into, at)
		}
		if some := models[part]; len(some) == 1 {
			by(some[0], &s.parts[part], f.First)
			leaveOut(some[0], f, &s.parts[part])
		} else {
			mixed(some, f, &s.parts[part], by)
		}
		p.Add("", int64(f.Families.Rows))
		return nil
	})
}

// leaveOut takes the score from families of areas for which the model was not
// fitted.
func leaveOut(m *Model, f *snapshot.Families, of *scores) {
	if len(m.Areas) == 0 {
		return
	}
	eachVillage(f, func(village string, from, to int) {
		if m.Covers(village) {
			return
		}
		for i := from; i < to; i++ {
			of.known.Clear(f.First + i)
			of.values[f.First+i] = 0
		}
	})
}

// mixed scores a stretch of a regency whose villages go by different models.
func mixed(models []*Model, f *snapshot.Families, of *scores, by func(m *Model, into *scores, at int)) {
	own := scores{values: make([]int32, f.Families.Rows), known: column.NewBitmap(f.Families.Rows)}
	for _, m := range models {
		by(m, &own, 0)
		eachVillage(f, func(village string, from, to int) {
			if modelOf(models, village) != m {
				return
			}
			for i := from; i < to; i++ {
				if own.known.Get(i) {
					of.known.Set(f.First + i)
					of.values[f.First+i] = own.values[i]
				}
			}
		})
	}
}

// eachVillage calls fn for the rows of each village of a stretch, which lie
// side by side.
func eachVillage(f *snapshot.Families, fn func(village string, from, to int)) {
	for from := 0; from < len(f.Areas); {
		to := from + 1
		for to < len(f.Areas) && f.Areas[to] == f.Areas[from] {
			to++
		}
		fn(strconv.FormatInt(f.Areas[from], 10), from, to)
		from = to
	}
}

// cuts finds the deciles' cuts of some partitions taken together, in two
// passes over their scores, on all workers, and how many are ranked.
func (s *Scores) cuts(ctx context.Context, parts []*scores) (Cuts, int64, error) {
	coarse := NewCoarse(s.span.low, s.span.high)
	if err := eachMerged(ctx, parts, func() *Coarse { return NewCoarse(s.span.low, s.span.high) },
		(*Coarse).addAll, coarse.Merge); err != nil {
		return Cuts{}, 0, err
	}
	fine := coarse.Fine()
	if err := eachMerged(ctx, parts, fine.Clone, (*Fine).addAll, fine.Merge); err != nil {
		return Cuts{}, 0, err
	}
	return fine.Cuts(), int64(coarse.total), nil
}

// cutsOf finds the cuts of one partition.
func (s *Scores) cutsOf(part *scores) Cuts {
	coarse := NewCoarse(s.span.low, s.span.high)
	coarse.addAll(part)
	fine := coarse.Fine()
	fine.addAll(part)
	return fine.Cuts()
}

// eachMerged counts parts on all workers, each into a count of its own, and
// merges these.
func eachMerged[T any](ctx context.Context, parts []*scores, empty func() T, count func(T, *scores), merge func(T)) error {
	n := min(workers(), len(parts))
	counts := make([]T, n)
	g, ctx := errgroup.WithContext(ctx)
	for w := range n {
		g.Go(func() error {
			counts[w] = empty()
			for i := w; i < len(parts); i += n {
				count(counts[w], parts[i])
			}
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, c := range counts {
		merge(c)
	}
	return nil
}

// Fill puts the scores by which families stand and the nation's deciles of a
// stretch beside their facts.
func (s *Scores) Fill(part int, f *snapshot.Families) {
	of, n := &s.parts[part], f.Families.Rows
	score := f.Families.Add(columnScore)
	score.Resize(n)
	for i, v := range of.standing()[f.First : f.First+n] {
		score.Values[i] = int64(v)
	}
	copy(score.Known, of.known[f.First/64:])
	decile := s.FillDeciles(part, f)
	if !f.InPlanes {
		f.Families.Columns[columnDecile] = decile.Column()
	}
}

// FillDeciles is Fill of the nation's deciles alone, in planes.
func (s *Scores) FillDeciles(part int, f *snapshot.Families) *column.Planes {
	of, n := &s.parts[part], f.Families.Rows
	decile := f.Families.Sliced(columnDecile)
	if decile.Rows != n || len(decile.Bits) != decileBits {
		*decile = *newDecilePlanes(n)
	}
	s.deciler.fill(decile, of.standing()[f.First:f.First+n], of.known[f.First/64:(f.First+n+63)/64], &Deciles{})
	return decile
}
