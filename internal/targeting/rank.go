package targeting

import (
	"context"
	"fmt"
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
const Format = 2

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
	Models      []ModelUse `json:"models,omitempty"` // that rank some areas in its place
	AsOf        civil.Date `json:"as_of"`
	Order       *OrderUse  `json:"order,omitempty"` // nil in rankings made before there was a choice
	Nation      Region     `json:"nation"`
	Regions     []Region   `json:"regions"`
	Parts       []Part     `json:"parts"`
}

// Policy is what a ranking is computed by.
type Policy struct {
	Model    *Model
	Regional []*Model // that rank some areas in its place, each its own
	Lines    Lines
	Order    Order    // the zero Order goes by the score alone
	Meetings Meetings // that count, as Counting gives them
}

// workers is how many stretches are computed at once.
func workers() int { return runtime.GOMAXPROCS(0) }

// Compute scores and ranks the families of a snapshot and writes their
// columns into the empty folder dir. The result depends on nothing but the
// snapshot and the policy.
//
// Stages: rank_score and rank_write, counting families.
func Compute(ctx context.Context, s *snapshot.Snapshot, by Policy, dir string, p run.Progress) (Content, error) {
	scored, err := Score(ctx, s, by, p)
	if err != nil {
		return Content{}, err
	}
	into, err := snapshot.OpenFolder(dir)
	if err != nil {
		return Content{}, err
	}
	defer into.Close()
	r := &ranker{snap: s, Policy: by, scored: scored, dir: into}
	m := by.Model
	p.Stage("rank_write", s.Families)
	c := Content{Format: Format, Snapshot: s.Digest, Model: m.Code, ModelDigest: m.Digest, Models: by.regional(), AsOf: s.AsOf,
		Regions: make([]Region, len(s.Parts)), Parts: make([]Part, len(s.Parts))}
	c.Nation.Cuts = scored.Cuts
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers())
	for i := range s.Parts {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := r.finish(i, &c.Regions[i], &c.Parts[i]); err != nil {
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
	return c, into.Save()
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

// ranker writes the ranks of a snapshot whose families are scored.
type ranker struct {
	snap *snapshot.Snapshot
	Policy
	scored *Scores
	dir    *snapshot.Folder
}

// finish ranks one partition, measures its poverty and writes its columns.
func (r *ranker) finish(part int, region *Region, out *Part) error {
	s := &r.scored.parts[part]
	region.Area, region.Cuts = r.snap.Parts[part].Area, r.scored.cutsOf(s)
	national, own := r.scored.deciler, newDeciler(r.scored.span, region.Cuts)
	rows := len(s.values)
	score := &column.Column{Values: make([]int64, rows), Known: s.known}
	for i, v := range s.values {
		score.Values[i] = int64(v)
	}
	var w snapshot.FileWriter
	var n snapshot.Narrow
	n.AppendColumn(score)
	w.Add(columnScore, &n)
	for _, d := range []struct {
		name   string
		by     *deciler
		counts *Deciles
	}{{columnDecile, national, &region.National}, {columnDecileRegion, own, &region.Deciles}} {
		p := newDecilePlanes(rows)
		d.by.fill(p, s.standing(), s.known, d.counts)
		w.AddPlanes(d.name, p)
	}
	if s.dealt != nil {
		s.dealt.columns(&w, s)
	}
	region.Ranked = int64(s.known.Count())
	region.Unranked = int64(rows) - region.Ranked
	var err error
	if region.Measure, err = r.measure(part); err != nil {
		return err
	}
	out.Area, out.File = region.Area, region.Area+".columns"
	out.Sum, err = r.dir.Write(out.File, &w)
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
	s := &r.scored.parts[part]
	measured := measuring{lines: r.Lines, on: r.snap.AsOf}
	for i := range f.Areas {
		measured.family(&m, f, i, int64(s.values[i]), s.known.Get(i))
	}
	return m, nil
}

// measuring counts families into measures. Lines are looked up once a village
// and setting.
type measuring struct {
	lines   Lines
	on      civil.Date
	village int64
	known   map[Setting][2]money.Rupiah // of the village: of the poor and of the extremely poor
}

// family counts family i of a table that has size and urban.
func (x *measuring) family(m *Measure, f *snapshot.Families, i int, score int64, known bool) {
	size, ok := f.Families.Columns["size"].At(i)
	if !ok || !known {
		m.Unknown++
		return
	}
	if f.Areas[i] != x.village || x.known == nil {
		x.village, x.known = f.Areas[i], map[Setting][2]money.Rupiah{}
	}
	setting := SettingOf(f.Families.Columns["urban"].At(i))
	lines, ok := x.known[setting]
	if !ok {
		lines = [2]money.Rupiah{x.lines.Poor(f.Area(i), setting, x.on), x.lines.Extreme(f.Area(i), setting, x.on)}
		x.known[setting] = lines
	}
	m.Add(size, Consumption(score), lines[0], lines[1])
}
