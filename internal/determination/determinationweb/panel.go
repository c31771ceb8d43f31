package determinationweb

import (
	"cmp"
	"context"
	"slices"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/pathout"
	"gotong/internal/programme"
	"gotong/internal/rule"
	"gotong/internal/targeting"
	"gotong/internal/web"
)

// ProgrammePanel is the part of a family's page that says what each
// programme decided and why.
type ProgrammePanel struct{ *Handlers }

type programmePanel struct {
	AsOf    string
	Preview string     // says so, of a family that the determination has not met
	Letter  string     // path of the printable letter; empty where there is none yet
	Rows    []panelRow // what is given, what waits and what is not yet known, in this order
	Others  []panelRow // what the family does not have
}

type panelRow struct {
	Programme string
	Who       string
	Outcome   determination.Outcome
	Words     string // message that names the outcome
	Amount    string
	Why       string // the first thing in the way, or what speaks for it
	Href      string
}

// Panel implements the family page's interface.
func (h ProgrammePanel) Panel(ctx context.Context, base web.Base, family ident.ID) (templ.Component, error) {
	if !base.Actor.Can(access.SeeDeterminations) {
		return nil, nil
	}
	d, err := h.Service.Current(ctx)
	if err != nil {
		return nothing(err, noDetermination())
	}
	all, err := h.Service.ExplainAll(ctx, access.PurposeService, d.ID, family)
	if err != nil {
		return nothing(err, notDecided(web.Day(ctx, d.AsOf)))
	}
	v := programmePanel{AsOf: web.Day(ctx, d.AsOf), Letter: familyPath + "/" + family.String() + "/surat"}
	for _, e := range all {
		if e.Preview {
			v.Preview, v.Letter = e.PreviewSentence(web.Lang(ctx)), ""
		}
		for _, row := range panelRows(ctx, e) {
			if row.Outcome == determination.Refused {
				v.Others = append(v.Others, row)
			} else {
				v.Rows = append(v.Rows, row)
			}
		}
	}
	slices.SortStableFunc(v.Rows, func(a, b panelRow) int { return cmp.Compare(outcomeRank(a.Outcome), outcomeRank(b.Outcome)) })
	return programmePart(v), nil
}

// outcomeRank puts what the family has before what it may yet have.
func outcomeRank(o determination.Outcome) int {
	return slices.Index([]determination.Outcome{determination.Entitled, determination.Waitlisted, determination.Undetermined, determination.Refused}, o)
}

// nothing shows a part that says why there is nothing, where that is all.
func nothing(err error, part templ.Component) (templ.Component, error) {
	if fault.Is(err, fault.KindNotFound) {
		return part, nil
	}
	return nil, err
}

// panelRows are a programme's rows: of a programme of persons those whom it
// is for, or one for the family when it is for nobody in it.
func panelRows(ctx context.Context, e *determination.Explanation) []panelRow {
	l := web.Lang(ctx)
	row := func(s *determination.Reasons) panelRow {
		x := panelRow{Programme: e.Programme.Name.In(l), Who: s.Name, Outcome: s.Outcome, Words: s.OutcomeKey(), Href: WhyPath(e.FamilyID, e.Programme.Code)}
		if s.Annual > 0 && s.Outcome != determination.Refused {
			x.Amount = web.Rupiah(ctx, s.Annual)
			if e.Programme.Cycle.Every == programme.Once {
				x.Amount += " (" + web.T(ctx, "programme.every.once") + ")"
			}
		}
		x.Why = firstReason(ctx, s)
		return x
	}
	var rows []panelRow
	for i := range e.Subjects {
		if s := &e.Subjects[i]; !e.Programme.Subject.EachMember() || s.Outcome != determination.Refused {
			rows = append(rows, row(s))
		}
	}
	if len(rows) == 0 && len(e.Subjects) > 0 {
		x := row(&e.Subjects[0])
		x.Who, x.Why = "", web.T(ctx, "determination.panel.nobody")
		rows = append(rows, x)
	}
	return rows
}

func firstReason(ctx context.Context, s *determination.Reasons) string {
	l := web.Lang(ctx)
	want := rule.No
	switch s.Outcome {
	case determination.Entitled:
		want = rule.Yes
	case determination.Undetermined:
		want = rule.Unknown
	case determination.Waitlisted:
		want = rule.Yes
	}
	if notes := s.Notes(l); len(notes) > 0 && (s.Outcome == determination.Waitlisted || s.Nothing) {
		return notes[0]
	}
	for _, i := range s.Items {
		if i.Holds == want && i.Sentence.In(l) != "" {
			return i.Sentence.In(l)
		}
	}
	return ""
}

// PathPanel is the part of a family's page that shows the way out.
type PathPanel struct{ *Handlers }

type pathPanel struct {
	Path      *pathout.Path
	Income    []web.Pair
	Spending  []web.Pair
	IncomeSum []web.Stat
	SpendSum  []web.Stat
	Needs     []web.Reason
	Engines   []web.Pair
	Next      []web.Event
	History   web.List[targeting.Standing]
	Source    string
}

// Panel implements the family page's interface.
func (h PathPanel) Panel(ctx context.Context, base web.Base, family ident.ID) (templ.Component, error) {
	if !base.Actor.Can(access.SeeDeterminations) {
		return nil, nil
	}
	p, err := h.Paths.Of(ctx, access.PurposeService, family)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil // the programmes' part has said so
	}
	if err != nil {
		return nil, err
	}
	l := web.Lang(ctx)
	v := pathPanel{Path: p, Source: h.Paths.Policy().Source.In(l)}
	for _, x := range p.Received {
		pair := web.Pair{Term: x.Programme.Name.In(l), Value: web.Rupiah(ctx, x.Annual), Note: receivedNote(ctx, x)}
		for _, e := range x.Effects {
			if e == programme.RaiseIncome {
				v.Income = append(v.Income, pair)
			} else {
				v.Spending = append(v.Spending, pair)
			}
		}
	}
	v.IncomeSum, v.SpendSum = reliefStats(ctx, p.Income), reliefStats(ctx, p.Spending)
	for _, n := range p.Needs {
		v.Needs = append(v.Needs, web.Reason{Answer: answers[n.Met], Sentence: n.Need.Name.In(l)})
	}
	for _, e := range p.Engines {
		v.Engines = append(v.Engines, engine(ctx, e))
	}
	for _, s := range p.Next {
		v.Next = append(v.Next, web.Event{At: web.T(ctx, "pathout.strategy."+string(s.Step.Strategy)), Title: s.Step.Suggest.In(l), Text: s.Step.Who.In(l), Tone: web.Info})
	}
	for _, s := range p.Ask {
		v.Next = append(v.Next, web.Event{At: web.T(ctx, "pathout.strategy."+string(s.Step.Strategy)), Title: s.Step.Suggest.In(l),
			Text: web.T(ctx, "pathout.panel.ask", "facts", s.MissingIn(l)), Tone: web.Unknown})
	}
	v.history(ctx)
	return pathPart(v), nil
}

func receivedNote(ctx context.Context, x pathout.Received) string {
	note := web.T(ctx, "determination.panel.year")
	if x.Once {
		note = web.T(ctx, "programme.every.once")
	}
	if x.Goods {
		note += ", " + web.T(ctx, "programme.channel.goods")
	}
	if x.Name != "" {
		note += " · " + x.Name
	}
	return note
}

// reliefStats are a strategy's sums. A month's share is shown to the rupiah,
// with what is left of the year.
func reliefStats(ctx context.Context, r pathout.Relief) []web.Stat {
	each, more := r.Monthly()
	note := web.Rupiah(ctx, r.Annual) + " " + web.T(ctx, "determination.panel.year")
	if more > 0 {
		note += web.T(ctx, "pathout.panel.remainder", "n", more)
	}
	stats := []web.Stat{{Label: web.T(ctx, "pathout.panel.monthly"), Value: web.Rupiah(ctx, each), Note: note}}
	if r.Once > 0 {
		stats = append(stats, web.Stat{Label: web.T(ctx, "programme.every.once"), Value: web.Rupiah(ctx, r.Once)})
	}
	return stats
}

func engine(ctx context.Context, e pathout.Engine) web.Pair {
	p := web.Pair{Term: e.Name, Value: web.T(ctx, "pathout.panel.could_earn")}
	if !e.Certain {
		p.Value = web.T(ctx, "pathout.panel.not_known")
	}
	if e.AgeKnown {
		p.Note = web.T(ctx, "pathout.panel.age", "n", e.Age)
	}
	return p
}

// history is how the family has stood in the rankings.
func (v *pathPanel) history(ctx context.Context) {
	known := func(value func(targeting.Standing) any) func(targeting.Standing) any {
		return func(s targeting.Standing) any {
			if !s.Known {
				return nil
			}
			return value(s)
		}
	}
	v.History = web.List[targeting.Standing]{ID: "peringkat", Caption: web.T(ctx, "pathout.panel.history"), Rows: v.Path.Standings,
		Empty: web.T(ctx, "pathout.panel.no_history"), Columns: []web.Column[targeting.Standing]{
			{Name: "tanggal", Label: web.T(ctx, "pathout.panel.date"), Kind: web.Date, Value: func(s targeting.Standing) any { return s.AsOf }},
			{Name: "desil", Label: web.T(ctx, "pathout.panel.decile"), Kind: web.Count, Value: known(func(s targeting.Standing) any { return s.Decile })},
			{Name: "desil_kabupaten", Label: web.T(ctx, "pathout.panel.decile_region"), Kind: web.Count, Value: known(func(s targeting.Standing) any { return s.DecileRegion })},
			{Name: "pengeluaran", Label: web.T(ctx, "pathout.panel.consumption"), Kind: web.Amount, Value: known(func(s targeting.Standing) any { return s.Consumption })},
			{Name: "status", Label: web.T(ctx, "pathout.panel.poverty"), Value: known(func(s targeting.Standing) any { return web.T(ctx, povertyKey(s)) }),
				Show: func(s targeting.Standing) templ.Component {
					return web.Badge(povertyTone(s), web.T(ctx, povertyKey(s)))
				}},
		}}
}

func povertyKey(s targeting.Standing) string {
	switch {
	case !s.Known:
		return "pathout.panel.unranked"
	case s.IsExtreme():
		return "pathout.panel.extreme"
	case s.IsPoor():
		return "pathout.panel.poor"
	}
	return "pathout.panel.not_poor"
}

func povertyTone(s targeting.Standing) web.Tone {
	switch {
	case !s.Known:
		return web.Unknown
	case s.IsExtreme():
		return web.Bad
	case s.IsPoor():
		return web.Warn
	}
	return web.Good
}
