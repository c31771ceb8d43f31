package linkageweb

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/web"
)

type pairView struct {
	web.Base
	Errors   web.Errors
	Pair     *linkage.Review
	Left     person
	Right    person
	Compared web.List[line]
	Others   web.List[linkage.Candidate]
	Group    []linkage.Side // of three records of one person or more
	Records  web.List[linkage.Side]
	Note     string
	May      bool
	Before   string // page of the pair decided just now; may be empty
}

// person is one side as the page shows it.
type person struct {
	Title  string
	Name   string
	Family string // path of its family; empty when it may not be opened
	Facts  []web.Pair
	// Warnings say where the person's number differs from what else is on
	// record.
	Warnings []string
}

// line is one row of the comparison.
type line struct {
	what, left, right, finding string
	weight                     int32 // thousandths of a bit
	weighed                    bool
}

// Letters that press the buttons of both desks: sama, bukan, urungkan.
const (
	keySame  = "s"
	keyApart = "b"
	keyUndo  = "u"
)

// just in the address names the pair that was decided before this one.
const just = "tadi"

func (h *Handlers) show(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.pairView(ctx, r)
	if err != nil {
		return nil, err
	}
	if id, err := ident.Parse(r.URL.Query().Get(just)); err == nil {
		v.Before = To(id)
	}
	return web.Page(pairPage(v)), nil
}

func (h *Handlers) pairView(ctx context.Context, r *web.Request) (pairView, error) {
	id, err := idOf(r)
	if err != nil {
		return pairView{}, err
	}
	c, err := h.Service.Candidate(ctx, id)
	if err != nil {
		return pairView{}, err
	}
	others := h.columns(r)
	title := r.T("linkage.pair.title", "left", h.name(r, &c.Left), "right", h.name(r, &c.Right))
	return pairView{
		Base: r.Base(title).At(web.Crumb{Label: r.T("linkage.title"), Href: Path}),
		Pair: c, May: r.Actor.Can(access.ResolveDuplicates),
		Left: h.personWithAid(ctx, r, &c.Left, "left"), Right: h.personWithAid(ctx, r, &c.Right, "right"),
		Compared: web.List[line]{ID: "perbandingan", Caption: r.T("linkage.pair.compare"), Rows: h.lines(ctx, r, &c.Candidate), Columns: lineColumns(r)},
		Group:    c.Group,
		Records:  web.List[linkage.Side]{ID: "kelompok", Caption: r.T("linkage.pair.group"), Rows: c.Group, Columns: h.recordColumns(ctx, r)},
		Others: web.List[linkage.Candidate]{ID: "lain", Caption: r.T("linkage.pair.others"), Rows: c.Others, Columns: others,
			Href: func(c linkage.Candidate) string { return To(c.ID) }},
	}, nil
}

// recordColumns show the records of one person under one another.
func (h *Handlers) recordColumns(ctx context.Context, r *web.Request) []web.Column[linkage.Side] {
	var columns []web.Column[linkage.Side]
	for _, f := range shownFields {
		columns = append(columns, web.Column[linkage.Side]{Name: f.name, Label: r.T("linkage.field." + f.name),
			Value: func(s linkage.Side) any { return h.value(ctx, r, &s, f.value) }})
	}
	return append(columns, web.Column[linkage.Side]{Name: "head", Label: r.T("linkage.field.head"), Value: func(s linkage.Side) any { return s.HeadName }})
}

// warnings are the sentences of what a number is warned of.
func warnings(ctx context.Context, s *linkage.Side) []string {
	var all []string
	for _, w := range s.Warnings {
		all = append(all, web.T(ctx, "event.identity."+w.Code, w.Args...))
	}
	return all
}

func (h *Handlers) person(ctx context.Context, r *web.Request, s *linkage.Side, which string) person {
	p := person{Title: r.T("linkage.pair." + which), Name: h.name(r, s)}
	if !s.Shown {
		p.Name = r.T("linkage.hidden_in", "place", h.area(s))
		return p
	}
	if r.Actor.Can(access.SeeFamilies) && h.FamilyPage != nil {
		p.Family = h.FamilyPage(s.Family)
	}
	p.Warnings = warnings(ctx, s)
	p.Facts = []web.Pair{
		{Term: r.T("linkage.field.head"), Value: s.HeadName},
		{Term: r.T("linkage.field.size"), Value: web.Number(ctx, s.FamilySize)},
		{Term: r.T("linkage.field.local_key"), Value: s.LocalKey},
		{Term: r.T("linkage.field.observed"), Value: web.Day(ctx, s.ObservedOn)},
		{Term: r.T("linkage.field.person"), Value: r.T("registry.person_status." + string(s.Status))},
		{Term: r.T("linkage.field.family"), Value: r.T("registry.family_status." + string(s.FamilyStatus))},
	}
	return p
}

// personWithAid is person with what hangs on the record, where it may be seen.
func (h *Handlers) personWithAid(ctx context.Context, r *web.Request, s *linkage.Side, which string) person {
	p := h.person(ctx, r, s, which)
	if s.Shown {
		p.Facts = append(p.Facts, web.Pair{Term: r.T("linkage.field.aid"), Value: web.Rupiah(ctx, s.Aid)})
	}
	return p
}

// shownFields are the rows of the comparison, each with the pieces of the
// score that belong to it.
var shownFields = []struct {
	name   string
	pieces []string
	value  func(h *Handlers, ctx context.Context, r *web.Request, s *linkage.Side) string
}{
	{"name", []string{"name"}, func(_ *Handlers, _ context.Context, _ *web.Request, s *linkage.Side) string { return s.Name }},
	{"mother", []string{"mother"}, func(_ *Handlers, _ context.Context, _ *web.Request, s *linkage.Side) string { return s.Mother }},
	{"born", []string{"born"}, func(_ *Handlers, ctx context.Context, _ *web.Request, s *linkage.Side) string {
		return dayText(ctx, s.Born)
	}},
	{"sex", []string{"sex"}, func(_ *Handlers, _ context.Context, r *web.Request, s *linkage.Side) string {
		if s.Female {
			return r.T("linkage.woman")
		}
		return r.T("linkage.man")
	}},
	{"number", []string{"number", "serial", "numbered", "dated"}, func(_ *Handlers, _ context.Context, _ *web.Request, s *linkage.Side) string { return s.NIKMasked }},
	{"area", []string{"area"}, func(h *Handlers, _ context.Context, _ *web.Request, s *linkage.Side) string { return h.area(s) }},
	{"address", []string{"address"}, func(_ *Handlers, _ context.Context, _ *web.Request, s *linkage.Side) string { return address(s) }},
}

func dayText(ctx context.Context, d *civil.Date) string {
	if d == nil {
		return ""
	}
	return web.Day(ctx, *d)
}

func address(s *linkage.Side) string {
	text := s.Address
	if s.RT != "" || s.RW != "" {
		text += " RT " + s.RT + " RW " + s.RW
	}
	return strings.TrimSpace(text)
}

// lines are the rows of the comparison: what was expected before, each field
// with what was found and what it weighs, what people of one home share
// anyway, and the sum.
func (h *Handlers) lines(ctx context.Context, r *web.Request, c *linkage.Candidate) []line {
	sum := int32(0)
	for _, p := range c.Pieces {
		sum += p.Bits
	}
	rows := []line{{what: r.T("linkage.pair.prior"), finding: r.T("linkage.pair.prior_text"), weight: c.Score - sum, weighed: true}}
	for _, f := range shownFields {
		row := weighed(r, c, f.name, f.pieces...)
		row.left, row.right = h.value(ctx, r, &c.Left, f.value), h.value(ctx, r, &c.Right, f.value)
		rows = append(rows, row)
	}
	if home := weighed(r, c, linkage.HomeField, linkage.HomeField); home.weighed {
		rows = append(rows, home)
	}
	return append(rows, line{what: r.T("linkage.pair.total"), finding: r.T("linkage.pair.total_text", "chance", chance(ctx, c.Probability)),
		weight: c.Score, weighed: true})
}

// weighed is the row of a field: what its pieces found, and their sum.
func weighed(r *web.Request, c *linkage.Candidate, field string, pieces ...string) line {
	row := line{what: r.T("linkage.field." + field)}
	var findings []string
	for _, name := range pieces {
		for _, p := range c.Pieces {
			if p.Field == name {
				findings = append(findings, r.T("linkage.level."+p.Field+"."+p.Level))
				row.weight += p.Bits
				row.weighed = true
			}
		}
	}
	row.finding = strings.Join(findings, "; ")
	return row
}

func (h *Handlers) value(ctx context.Context, r *web.Request, s *linkage.Side, value func(*Handlers, context.Context, *web.Request, *linkage.Side) string) string {
	if !s.Shown {
		return r.T("linkage.hidden")
	}
	return value(h, ctx, r, s)
}

func lineColumns(r *web.Request) []web.Column[line] {
	return []web.Column[line]{
		{Name: "hal", Label: r.T("linkage.pair.what"), Value: func(l line) any { return l.what }},
		{Name: "kiri", Label: r.T("linkage.pair.left"), Value: func(l line) any { return l.left }},
		{Name: "kanan", Label: r.T("linkage.pair.right"), Value: func(l line) any { return l.right }},
		{Name: "hasil", Label: r.T("linkage.pair.finding"), Value: func(l line) any { return l.finding },
			Show: func(l line) templ.Component { return findingCell(l) }},
		{Name: "bobot", Label: r.T("linkage.pair.weight"), Kind: web.Count, Value: func(l line) any { return l.weight },
			Show: func(l line) templ.Component { return weightCell(l) }},
	}
}

// nearlySure is the chance above which a page no longer gives digits.
const nearlySure = .999

// chance writes a chance in per cent, never as a round hundred.
func chance(ctx context.Context, p float64) string {
	if p > nearlySure {
		return web.T(ctx, "linkage.nearly_sure")
	}
	return web.Decimal(ctx, 100*p, 1) + "%"
}

// Weights, in thousandths of a bit, from which the page calls evidence
// evidence and strong: a factor of four, and of sixty-four.
const (
	telling = 2000
	strong  = 6000
)

// strength says in a word what a weight means.
func strength(weight int32) (tone web.Tone, key string) {
	switch {
	case weight >= strong:
		return web.Good, "linkage.strength.strong_for"
	case weight >= telling:
		return web.Good, "linkage.strength.for"
	case weight <= -strong:
		return web.Bad, "linkage.strength.strong_against"
	case weight <= -telling:
		return web.Bad, "linkage.strength.against"
	default:
		return web.Quiet, "linkage.strength.neutral"
	}
}

// bits writes a weight with its sign and one decimal.
func bits(ctx context.Context, weight int32) string {
	sign := "+"
	if weight < 0 {
		sign, weight = "−", -weight
	}
	return sign + web.Decimal(ctx, float64(weight)/1000, 1)
}

func suggested(ctx context.Context, c *linkage.Review) string {
	if !c.Left.Shown || !c.Right.Shown {
		return ""
	}
	return web.T(ctx, "linkage.decide.suggested", "what", web.T(ctx, "linkage.decide."+string(c.Suggest())))
}

// kept is the name of the person whose record stays.
func kept(c *linkage.Review) string {
	if c.Dropped == c.Left.Person {
		return c.Right.Name
	}
	return c.Left.Name
}
