package targeting

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"gotong/internal/civil"
	"gotong/internal/column"
	"gotong/internal/fault"
	"gotong/internal/indicator"
	"gotong/internal/money"
	"gotong/internal/run"
	"gotong/internal/snapshot"
)

// Format is the version of the ranking's files and of the decile's rule.
const Format = 1

// The columns that a ranking gives a family: indicators of these codes, so
// that rules can say family.decile.
const (
	columnScore        = "score"
	columnDecile       = "decile"
	columnDecileRegion = "decile_region"
)

// Part is the ranking of one partition of the snapshot.
type Part struct {
	Area string `json:"area"`
	File string `json:"file"`
	snapshot.Sum
}

// Deciles counts families in deciles 1 to 10.
type Deciles [10]int64

// Region is what a ranking says of a regency or city, or of the nation.
type Region struct {
	Area     string  `json:"area"`     // four digits; empty for all
	Ranked   int64   `json:"ranked"`   // families with a score
	Unranked int64   `json:"unranked"` // families without
	Deciles  Deciles `json:"deciles"`  // of a region: by its own cuts
	Cuts     Cuts    `json:"cuts"`
	National Deciles `json:"national"` // of a region: by the nation's cuts
	Measure  Measure `json:"measure"`
}

// Content is what a ranking holds: all that its digest covers.
type Content struct {
	Format      int        `json:"format"`
	Snapshot    string     `json:"snapshot"` // digest
	Model       string     `json:"model"`    // code
	ModelDigest string     `json:"model_digest"`
	AsOf        civil.Date `json:"as_of"`
	Nation      Region     `json:"nation"`
	Regions     []Region   `json:"regions"`
	Parts       []Part     `json:"parts"`
}

// scores are the scores of a partition. They fit 32 bits, since loading a
// model has proved it.
type scores struct {
	values []int32
	known  column.Bitmap
}

func (s *scores) each(fn func(score int64)) {
	for i, v := range s.values {
		if s.known.Get(i) {
			fn(int64(v))
		}
	}
}

// ranker holds the scores of a whole snapshot between the passes.
type ranker struct {
	snap  *snapshot.Snapshot
	model *Model
	lines Lines
	parts []scores
}

// workers is how many stretches are computed at once.
func workers() int { return runtime.GOMAXPROCS(0) }

// Compute scores and ranks the families of a snapshot and writes their
// columns into the empty folder dir. The result depends on nothing but the
// snapshot, the model and the lines.
//
// Stages: rank_score and rank_write, counting families.
func Compute(ctx context.Context, s *snapshot.Snapshot, m *Model, l Lines, dir string, p run.Progress) (Content, error) {
	r := &ranker{snap: s, model: m, lines: l, parts: make([]scores, len(s.Parts))}
	p.Stage("rank_score", s.Families)
	if err := r.score(ctx, p); err != nil {
		return Content{}, fmt.Errorf("targeting: scoring: %w", err)
	}
	p.Stage("rank_write", s.Families)
	c := Content{Format: Format, Snapshot: s.Digest, Model: m.Code, ModelDigest: m.Digest, AsOf: s.AsOf,
		Regions: make([]Region, len(s.Parts)), Parts: make([]Part, len(s.Parts))}
	nation := make([]*scores, len(r.parts))
	for i := range r.parts {
		nation[i] = &r.parts[i]
	}
	cuts, err := r.cuts(ctx, nation)
	if err != nil {
		return Content{}, err
	}
	c.Nation.Cuts = cuts
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers())
	for i := range s.Parts {
		g.Go(func() error {
			if err := r.finish(ctx, i, cuts, &c.Regions[i], &c.Parts[i], dir); err != nil {
				return fmt.Errorf("targeting: writing: %w", err)
			}
			p.Add("", int64(s.Parts[i].Families))
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return Content{}, err
	}
	for i := range c.Regions {
		c.Nation.add(&c.Regions[i])
	}
	return c, nil
}

// add counts a region into the nation.
func (n *Region) add(o *Region) {
	n.Ranked += o.Ranked
	n.Unranked += o.Unranked
	for d, v := range o.National {
		n.Deciles[d] += v
		n.National[d] += v
	}
	n.Measure.Merge(o.Measure)
}

// score is the pass over the snapshot.
func (r *ranker) score(ctx context.Context, p run.Progress) error {
	choice := snapshot.Only().With(indicator.Family, "size").With(indicator.Family, "area")
	for _, i := range r.model.Indicators() {
		choice.With(i.Level, i.Code)
	}
	for i, part := range r.snap.Parts {
		r.parts[i] = scores{values: make([]int32, part.Families), known: column.NewBitmap(part.Families)}
	}
	return r.snap.Each(ctx, workers(), snapshot.Stretch, choice, func(part int, f *snapshot.Families) error {
		into := &r.parts[part]
		score := r.model.Score(f.Families)
		for i := range score.Values {
			if score.Known.Get(i) && r.model.Covers(f.Area(i)) {
				into.values[f.First+i] = int32(score.Values[i])
				into.known.Set(f.First + i)
			}
		}
		p.Add("", int64(f.Families.Rows))
		return nil
	})
}

// cuts finds the deciles' cuts of some partitions taken together, in two
// passes over their scores, on all workers.
func (r *ranker) cuts(ctx context.Context, parts []*scores) (Cuts, error) {
	coarse := NewCoarse(r.model.low, r.model.high)
	if err := eachMerged(ctx, parts, func() *Coarse { return NewCoarse(r.model.low, r.model.high) },
		func(c *Coarse, s *scores) { s.each(c.Add) }, coarse.Merge); err != nil {
		return Cuts{}, err
	}
	fine := coarse.Fine()
	if err := eachMerged(ctx, parts, fine.Clone, func(f *Fine, s *scores) { s.each(f.Add) }, fine.Merge); err != nil {
		return Cuts{}, err
	}
	return fine.Cuts(), nil
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

// finish ranks one partition, measures its poverty and writes its columns.
func (r *ranker) finish(ctx context.Context, part int, nation Cuts, region *Region, out *Part, dir string) error {
	s := &r.parts[part]
	own, err := r.cuts(ctx, []*scores{s})
	if err != nil {
		return err
	}
	region.Area, region.Cuts = r.snap.Parts[part].Area, own
	var score, decile, decileRegion snapshot.Narrow
	for i, v := range s.values {
		if !s.known.Get(i) {
			score.AppendUnknown()
			decile.AppendUnknown()
			decileRegion.AppendUnknown()
			region.Unranked++
			continue
		}
		n, d := nation.Decile(int64(v)), own.Decile(int64(v))
		score.Append(int64(v))
		decile.Append(n)
		decileRegion.Append(d)
		region.Ranked++
		region.National[n-1]++
		region.Deciles[d-1]++
	}
	if region.Measure, err = r.measure(part); err != nil {
		return err
	}
	var w snapshot.FileWriter
	w.Add(columnScore, &score)
	w.Add(columnDecile, &decile)
	w.Add(columnDecileRegion, &decileRegion)
	out.Area, out.File = region.Area, region.Area+".columns"
	out.Sum, err = w.Write(filepath.Join(dir, out.File))
	return err
}

// measure counts the poor of a partition. Lines are looked up once a village.
func (r *ranker) measure(part int) (Measure, error) {
	var m Measure
	choice := snapshot.Only().With(indicator.Family, "size")
	p, err := r.snap.PartitionOf(r.snap.Parts[part], choice)
	if err != nil {
		return m, err
	}
	f, err := p.Read(0, p.Families, choice)
	if err != nil {
		return m, err
	}
	size, s := f.Families.Columns["size"], &r.parts[part]
	var village int64
	var poor, extreme money.Rupiah
	for i := range f.Areas {
		n, ok := size.At(i)
		if !ok || !s.known.Get(i) {
			m.Unknown++
			continue
		}
		if f.Areas[i] != village {
			village = f.Areas[i]
			if poor, extreme, err = r.lines.both(f.Area(i), r.snap.AsOf); err != nil {
				return m, err
			}
		}
		m.Add(n, Consumption(int64(s.values[i])), poor, extreme)
	}
	return m, nil
}

// both returns the two lines of an area; zero, below which nobody falls,
// where there is none.
func (l Lines) both(area string, on civil.Date) (poor, extreme money.Rupiah, err error) {
	for _, k := range []struct {
		kind LineKind
		into *money.Rupiah
	}{{LinePoor, &poor}, {LineExtreme, &extreme}} {
		line, err := l.Line(k.kind, area, on)
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return 0, 0, err
		}
		*k.into = line.Monthly
	}
	return poor, extreme, nil
}
