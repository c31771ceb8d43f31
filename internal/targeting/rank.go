package targeting

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"gotong/internal/civil"
	"gotong/internal/column"
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

// The columns of a ranking's files beside them, only where a meeting counts:
// the score by which a family stands where that is not its own, its place in
// the meeting and in the order of both.
const (
	columnPlaced    = "placed"
	columnCommunity = "community"
	columnHybrid    = "hybrid"
)

// columnOwnScore is the model's score of a family that stands by another.
const columnOwnScore = "own_score"

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
	Order       *OrderUse  `json:"order,omitempty"` // nil in rankings made before there was a choice
	Nation      Region     `json:"nation"`
	Regions     []Region   `json:"regions"`
	Parts       []Part     `json:"parts"`
}

// Policy is what a ranking is computed by.
type Policy struct {
	Model    *Model
	Lines    Lines
	Order    Order    // the zero Order goes by the score alone
	Meetings Meetings // that count, as Counting gives them
}

// scores are the scores of a partition. They fit 32 bits, since loading a
// model has proved it.
type scores struct {
	values []int32
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

func (s *scores) each(fn func(score int64)) {
	for i, v := range s.standing() {
		if s.known.Get(i) {
			fn(int64(v))
		}
	}
}

// ranker holds the scores of a whole snapshot between the passes.
type ranker struct {
	snap *snapshot.Snapshot
	Policy
	parts []scores
}

// workers is how many stretches are computed at once.
func workers() int { return runtime.GOMAXPROCS(0) }

// Compute scores and ranks the families of a snapshot and writes their
// columns into the empty folder dir. The result depends on nothing but the
// snapshot and the policy.
//
// Stages: rank_score and rank_write, counting families.
func Compute(ctx context.Context, s *snapshot.Snapshot, by Policy, dir string, p run.Progress) (Content, error) {
	r := &ranker{snap: s, Policy: by, parts: make([]scores, len(s.Parts))}
	m := by.Model
	p.Stage("rank_score", s.Families)
	if err := r.score(ctx, p); err != nil {
		return Content{}, fmt.Errorf("targeting: scoring: %w", err)
	}
	if err := r.deal(ctx); err != nil {
		return Content{}, fmt.Errorf("targeting: placing by meetings: %w", err)
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
	c.Order = r.use()
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
	for _, i := range r.Model.Indicators() {
		choice.With(i.Level, i.Code)
	}
	for i, part := range r.snap.Parts {
		r.parts[i] = scores{values: make([]int32, part.Families), known: column.NewBitmap(part.Families)}
	}
	return r.snap.Each(ctx, workers(), snapshot.Stretch, choice, func(part int, f *snapshot.Families) error {
		into := &r.parts[part]
		score := r.Model.Score(f.Families)
		for i := range score.Values {
			if score.Known.Get(i) && r.Model.Covers(f.Area(i)) {
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
	coarse := NewCoarse(r.Model.low, r.Model.high)
	if err := eachMerged(ctx, parts, func() *Coarse { return NewCoarse(r.Model.low, r.Model.high) },
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
	standing := s.standing()
	for i, v := range s.values {
		if !s.known.Get(i) {
			score.AppendUnknown()
			decile.AppendUnknown()
			decileRegion.AppendUnknown()
			region.Unranked++
			continue
		}
		at := int64(standing[i])
		n, d := nation.Decile(at), own.Decile(at)
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
	if s.dealt != nil {
		s.dealt.columns(&w, s)
	}
	out.Area, out.File = region.Area, region.Area+".columns"
	out.Sum, err = w.Write(filepath.Join(dir, out.File))
	return err
}

// measure counts the poor of a partition, by what the model predicts of each
// family itself.
func (r *ranker) measure(part int) (Measure, error) {
	var m Measure
	choice := snapshot.Only().With(indicator.Family, "size").With(indicator.Family, "urban")
	p, err := r.snap.PartitionOf(r.snap.Parts[part], choice)
	if err != nil {
		return m, err
	}
	f, err := p.Read(0, p.Families, choice)
	if err != nil {
		return m, err
	}
	s := &r.parts[part]
	measured := measuring{lines: r.Lines, on: r.snap.AsOf}
	for i := range f.Areas {
		measured.family(&m, f, i, int64(s.values[i]), s.known.Get(i))
	}
	return m, nil
}

// measuring counts families into measures. Lines are looked up once a village.
type measuring struct {
	lines         Lines
	on            civil.Date
	village       int64
	setting       Setting
	poor, extreme money.Rupiah
}

// family counts family i of a table that has size and urban.
func (x *measuring) family(m *Measure, f *snapshot.Families, i int, score int64, known bool) {
	size, ok := f.Families.Columns["size"].At(i)
	if !ok || !known {
		m.Unknown++
		return
	}
	setting := SettingOf(f.Families.Columns["urban"].At(i))
	if f.Areas[i] != x.village || setting != x.setting {
		x.village, x.setting = f.Areas[i], setting
		x.poor, x.extreme = x.lines.Poor(f.Area(i), setting, x.on), x.lines.Extreme(f.Area(i), setting, x.on)
	}
	m.Add(size, Consumption(score), x.poor, x.extreme)
}
