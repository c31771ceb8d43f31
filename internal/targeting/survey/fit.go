package survey

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"gotong/internal/fault"
)

// Options say how to fit. The zero value is the default.
type Options struct {
	Plain  bool // ordinary least squares: straight lines, nothing held back
	Select bool // leave out features that the Bayesian information criterion does not pay for
	Within bool // families are compared within their community only
	Seed   uint64
}

// estimate is a fit, before it is rounded into a model.
type estimate struct {
	blocks   []*block
	constant float64
	add      []float64 // by hat
	held     held
	out      []bool  // blocks that selection left out
	cross    float64 // mean squared error over communities not seen, of the drawn-in outcome
}

// Fewest of what a fit rests on.
const (
	fewestGroups = 2
	fewestRows   = 20
)

// train fits to some rows.
func (d *Data) train(rows []int32, o Options) (*estimate, error) {
	rows = d.byGroup(rows)
	if len(rows) < fewestRows {
		return nil, fault.Invalid("targeting.survey.few_rows", "rows", len(rows), "least", fewestRows)
	}
	s := &sums{data: d, outcome: slices.Clone(d.outcome)}
	s.blocks, s.hats = blocks(d.features, rows)
	if s.hats > mostHats {
		return nil, fault.Invalid("targeting.survey.too_many_features", "features", len(d.features))
	}
	s.parts = d.parts(rows, s.hats, o.Seed)
	s.gather(false)
	total := s.total()
	f := &fitting{sums: s, shapes: shapes(s.blocks, total.all[:s.hats]), options: o}
	if o.Plain {
		f.shapes = slices.DeleteFunc(f.shapes, func(x shape) bool { return x.bend })
	} else {
		f.drawIn(total)
	}
	f.reduce()
	e := &estimate{blocks: s.blocks, out: make([]bool, len(s.blocks))}
	e.held, e.cross = f.choose()
	if o.Select {
		e.out = f.selected(f.whole, e.held)
	}
	f.spread(e, f.whole.solve(f.shapes, e.held, e.out))
	return e, nil
}

// byGroup puts the rows of a community side by side.
func (d *Data) byGroup(rows []int32) []int32 {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b int32) int {
		return cmp.Or(cmp.Compare(d.group[a], d.group[b]), cmp.Compare(a, b))
	})
	return rows
}

// parts deals the communities of a training set into ten parts, fewer when
// sums are large.
func (d *Data) parts(rows []int32, hats int, seed uint64) [][]int32 {
	n := 10
	if hats > 300 {
		n = 5
	}
	if hats > 1000 {
		n = 2
	}
	return d.deal(rows, n, seed)
}

// deal deals communities into at most n parts of about as many, by chance.
func (d *Data) deal(rows []int32, n int, seed uint64) [][]int32 {
	var groups [][]int32
	for i, r := range rows {
		if i == 0 || d.group[r] != d.group[rows[i-1]] {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], r)
	}
	rand.New(rand.NewPCG(seed, 0x70617274)).Shuffle(len(groups), func(a, b int) { groups[a], groups[b] = groups[b], groups[a] })
	parts := make([][]int32, min(n, len(groups)))
	for i, g := range groups {
		parts[i%len(parts)] = append(parts[i%len(parts)], g...)
	}
	return parts
}

// fitting is a training set on its way to an estimate.
type fitting struct {
	*sums
	shapes  []shape
	options Options
	whole   *reduced
	folds   []*reduced
}

func (f *fitting) reduce() {
	f.whole, f.folds = reduce(f.total(), f.shapes), nil
	for _, g := range f.grams {
		f.folds = append(f.folds, reduce(g, f.shapes))
	}
}

// unit is how much holding back is one: as many shapes as there are for each
// household.
func (f *fitting) unit() float64 { return float64(len(f.shapes)) / f.whole.all[0] }

// drawIn draws outliers of the outcome in (Huber's proposal): what lies
// further from its prediction than huber robust standard deviations counts as
// if it lay there. The sums of the features stay as they are.
func (f *fitting) drawIn(total *gram) {
	const huber = 2.5
	var rows []int32
	for _, p := range f.parts {
		rows = append(rows, p...)
	}
	away := make([]float64, len(rows))
	sizes := make([]float64, len(rows))
	for range 2 {
		f.whole = reduce(total, f.shapes)
		e := &estimate{blocks: f.blocks}
		u := f.unit()
		f.spread(e, f.whole.solve(f.shapes, held{line: u, bend: 10 * u}, nil))
		var hats []hat
		for i, r := range rows {
			at := e.constant
			hats = f.row(hats[:0], r)
			for _, h := range hats[1:] {
				at += e.add[h.at] * h.share
			}
			away[i] = f.data.outcome[r] - at
			sizes[i] = math.Abs(away[i])
		}
		slices.Sort(sizes)
		limit := huber * 1.4826 * sizes[len(sizes)/2]
		for i, r := range rows {
			f.outcome[r] = f.data.outcome[r] - away[i] + math.Min(math.Max(away[i], -limit), limit)
		}
		f.gather(true)
		total = f.total()
	}
}

// choose finds how firmly to hold, by the error over communities that the fit
// has not seen: first lines and bends, then how much of the community's mean
// to take away.
func (f *fitting) choose() (held, float64) {
	if f.options.Plain || len(f.folds) < 2 {
		h := held{}
		if !f.options.Plain {
			h = held{line: f.unit(), bend: 10 * f.unit()}
		}
		return h, f.cross(h)
	}
	best, error := held{}, math.Inf(1)
	try := func(h held) {
		if e := f.cross(h); e < error*(1-1e-6) {
			best, error = h, e
		}
	}
	u := f.unit()
	for _, line := range []float64{1e-3, 0.3, 1, 3} {
		for _, bend := range []float64{0.3, 3, 30, 1e6} {
			try(held{line: line * u, bend: bend * u})
		}
	}
	for _, share := range []float64{0.5, 0.8, 0.95} {
		try(held{line: best.line, bend: best.bend, share: share})
	}
	return f.adapt(best, error)
}

// Of adapting each feature's bends: above so many households bends need no
// holding; above so many multiplications the trials would take longer than the
// rest of the fit; and how many times as firmly bends are tried.
const (
	adaptRows = 60_000
	adaptWork = 3e9
)

var adaptTimes = []float64{0.01, 100}

// adapt lets each feature's bends be held more or less firmly than those of
// the others, where that predicts better in communities not seen: the answers
// of a code written in numbers lie on no line, those of most counts do. It has
// to pay for itself as one estimate more would (Akaike's criterion), so that
// chance does not choose.
func (f *fitting) adapt(h held, error float64) (held, float64) {
	rows, p := f.whole.all[0], float64(len(f.shapes))
	if rows > adaptRows || float64(len(f.blocks)*len(adaptTimes)*len(f.folds))*p*p*p/3 > adaptWork {
		return h, error
	}
	h.own = make([]float64, len(f.blocks))
	bends := make([]bool, len(f.blocks))
	for k := range h.own {
		h.own[k] = 1
	}
	for _, s := range f.shapes {
		bends[s.block] = bends[s.block] || s.bend
	}
	for k := range h.own {
		if !bends[k] {
			continue
		}
		best := h.own[k]
		for _, times := range adaptTimes {
			h.own[k] = times
			if e := f.cross(h); e < error*(1-2/rows) {
				best, error = times, e
			}
		}
		h.own[k] = best
	}
	return h, error
}

// cross is the mean squared error over communities that the fit has not seen.
func (f *fitting) cross(h held) float64 {
	if len(f.folds) < 2 {
		return math.NaN()
	}
	sum := 0.0
	for _, fold := range f.folds {
		rest := f.whole.without(fold)
		var out []bool
		if f.options.Select {
			out = f.selected(rest, h)
		}
		sum += fold.loss(rest.solve(f.shapes, h, out), f.options.Within)
	}
	return sum / f.whole.all[0]
}

// spread turns estimates of shapes into what each hat adds.
func (f *fitting) spread(e *estimate, b []float64) {
	e.constant, e.add = b[0], make([]float64, f.hats)
	for k := range f.shapes {
		s := &f.shapes[k]
		if e.out != nil && e.out[s.block] {
			continue
		}
		for i, at := range s.at {
			e.add[at] += b[k+1] * s.value[i] / s.spread
		}
	}
}
