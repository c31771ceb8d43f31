package determination

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/registry"
	"gotong/internal/rule"
	"gotong/internal/targeting"
)

// Explanation says what one determination says of a family in one programme,
// and why.
//
// Of a family that the newest determination has not met it is a preview: what
// the programmes of today say of the facts on record today. Nobody has decided
// that, and quotas are not shared out.
type Explanation struct {
	Determination Header
	Preview       bool
	AsOf          civil.Date // whose programmes and facts count
	FamilyID      ident.ID
	Area          string
	Programme     *programme.Programme
	Subjects      []Reasons // the family, or each member in a programme of persons
}

// Reasons are the reasons for one subject's outcome.
type Reasons struct {
	Subject
	Name      string // of the person; empty for a family
	Outcome   Outcome
	Items     []Item
	Lines     []ExplainedLine
	Annual    money.Rupiah
	Uncertain bool  // a missing fact may still change the lines
	Queue     int64 // place in the queue for a quota; 0 where there is none
	Limit     int64 // of the quota, where there is a queue and a limit; else -1
	// Nothing is true of one who meets every rule and whom no component fits.
	Nothing bool
	Preview bool   // the outcome is what the rules say, and nobody has decided it
	Limited bool   // of a preview: a quota will say whether there is room
	Collect []Fact // what to find out, where the outcome or the lines are open

	Counterfactual *Counterfactual
	Whose          string // name of the member whose number Counterfactual is about
	Advice         []Advice
}

// Item is a clause or an exclusion with its answer.
type Item struct {
	ID        string
	Exclusion bool
	Answer    rule.Truth
	Holds     rule.Truth // whether the item lets the subject through
	Sentence  i18n.Text  // empty for an exclusion that does not apply
	Rule      string     // as written; empty for an exclusion by programme
	Facts     []Fact     // that were looked at
	Params    []programme.Param
}

// Fact is an observation that an answer rests on.
type Fact struct {
	Indicator  *indicator.Indicator
	PersonID   ident.ID // zero for a family's fact
	Name       string   // of the person
	Value      int64
	Known      bool
	Origin     string      // import, visit, edit, derived, ranking, presumed, or empty where there is none
	ObservedOn *civil.Date // nil for what is derived
}

// ExplainedLine is a line with the names of what it is.
type ExplainedLine struct {
	Benefit  *programme.Benefit
	PersonID ident.ID
	Name     string
	Annual   money.Rupiah
}

// Explain explains a determination to one family in the actor's area; the
// look is recorded. Answers are found anew by the interpreters and held
// against the files: an explanation that differs from the decision is
// fault.Invalid and never shown.
//
// A family that is on record but not in the determination has a preview of the
// next one, where the determination is the newest or in force.
//
// It returns fault.NotFound for a family outside the actor's area, or outside
// an earlier determination, and for a programme that it does not decide.
func (s *Service) Explain(ctx context.Context, purpose access.Purpose, id, familyID ident.ID, code string) (*Explanation, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	x, err := s.explainer(ctx, purpose, id, familyID)
	if err != nil {
		return nil, err
	}
	k := slices.IndexFunc(x.opened.programmes, func(p *programme.Programme) bool { return p.Code == code })
	if k < 0 {
		return nil, fault.NotFound("determination.no_programme", "programme", code)
	}
	e, err := x.programme(k)
	if err != nil {
		return nil, err
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.explain", Subject: familyID.String(), Area: x.area,
			Fields: []string{"outcome", "facts"}, Count: int64(len(e.Subjects)), Detail: code})
	})
	if err != nil {
		return nil, fmt.Errorf("determination: explaining: %w", err)
	}
	return e, nil
}

// ExplainAll is Explain for every programme of the determination.
func (s *Service) ExplainAll(ctx context.Context, purpose access.Purpose, id, familyID ident.ID) ([]*Explanation, error) {
	if _, err := access.Require(ctx, access.SeeDeterminations); err != nil {
		return nil, err
	}
	x, err := s.explainer(ctx, purpose, id, familyID)
	if err != nil {
		return nil, err
	}
	var all []*Explanation
	for k := range x.opened.programmes {
		e, err := x.programme(k)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "determination.explain", Subject: familyID.String(), Area: x.area,
			Fields: []string{"outcome", "facts"}, Count: int64(len(all))})
	})
	if err != nil {
		return nil, fmt.Errorf("determination: explaining: %w", err)
	}
	return all, nil
}

// explainer explains one family of one determination, or in a preview.
type explainer struct {
	s       *Service
	opened  *opened
	asOf    civil.Date // whose programmes and facts count
	known   time.Time  // when the facts were read from the register
	preview bool
	area    string
	family  *family
	dossier *registry.Dossier
}

func (s *Service) explainer(ctx context.Context, purpose access.Purpose, id, familyID ident.ID) (*explainer, error) {
	dossier, err := s.Register.Family(ctx, familyID, purpose)
	if err != nil {
		return nil, err
	}
	o, err := s.openForOne(ctx, id)
	if err != nil {
		return nil, err
	}
	area, err := s.areaThen(ctx, id, dossier)
	if err != nil {
		return nil, err
	}
	f, err := s.family(o, area, familyID)
	if fault.Is(err, fault.KindNotFound) {
		if err := s.suspended(ctx, familyID, err); err != nil {
			return nil, err
		}
		return s.preview(ctx, o, dossier)
	}
	if err != nil {
		return nil, err
	}
	return &explainer{s: s, opened: o, asOf: o.snap.AsOf, known: o.snap.CreatedAt, area: area, family: f, dossier: dossier}, nil
}

// suspended returns fault.NotFound for a family whose data are not processed:
// a determination left it out, and nobody looks at what the rules say of it.
func (s *Service) suspended(ctx context.Context, family ident.ID, missing error) error {
	if s.Suspended == nil {
		return nil
	}
	since, yes, err := s.Suspended(ctx, family)
	if err != nil || !yes {
		return err
	}
	return fault.NotFound("determination.family_suspended", "since", civil.OfTime(since)).Because(missing)
}

// areaThen returns the village in which a determination met a family, which
// may have moved since.
func (s *Service) areaThen(ctx context.Context, id ident.ID, d *registry.Dossier) (string, error) {
	area := d.Family.Area
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		rows, err := s.Store.OfFamily(ctx, id, d.Family.ID)
		if len(rows) > 0 {
			area = rows[0].Area
		}
		return err
	})
	return area, err
}

func (x *explainer) programme(k int) (*Explanation, error) {
	p := x.opened.programmes[k]
	e := &Explanation{Determination: x.opened.header, Preview: x.preview, AsOf: x.asOf, FamilyID: x.family.IDs[0], Area: x.area, Programme: p}
	var failed error
	eachSubject(p, &x.family.Batch, func(_, _, member int) {
		r, err := x.reasons(k, member)
		if err != nil {
			failed = err
		}
		e.Subjects = append(e.Subjects, r)
	})
	return e, failed
}

// reasons explains one subject.
func (x *explainer) reasons(k, member int) (Reasons, error) {
	p, b, d := x.opened.programmes[k], &x.family.Batch, x.family.decision(k, member)
	r := Reasons{Subject: Subject{FamilyID: x.family.IDs[0], PersonID: x.person(member)}, Name: x.name(member), Outcome: d.Outcome,
		Annual: d.Annual(), Uncertain: d.Uncertain, Queue: d.Place, Limit: -1, Preview: x.preview}
	r.Limited = x.preview && p.Quota != nil && p.Quota.InForce.Contains(x.asOf)
	found := p.Explain(b, 0, member)
	for i, a := range found.Clauses {
		if a.Truth != d.Answers.At(i) {
			return r, fault.Invalid("determination.explain_differs", "item", p.Clauses[i].ID)
		}
		r.Items = append(r.Items, x.item(p, i, member, a))
	}
	for i, a := range found.Exclusions {
		at := len(p.Clauses) + i
		if p.Exclusions[i].Rule == nil {
			a.Truth = d.Answers.At(at) // it is about other programmes, which have decided
		} else if a.Truth != d.Answers.At(at) {
			return r, fault.Invalid("determination.explain_differs", "item", p.Exclusions[i].ID)
		}
		r.Items = append(r.Items, x.item(p, at, member, a))
	}
	meets := meetsOne(p, d.Answers)
	r.Nothing = meets == rule.Yes && d.Outcome == Refused
	if d.Outcome == Undetermined || d.Uncertain {
		r.Collect = x.facts(x.toCollect(x.lacking(k, member)))
	}
	for _, l := range d.Lines {
		r.Lines = append(r.Lines, ExplainedLine{&p.Benefits[l.Benefit], x.person(l.Member), x.name(l.Member), l.Annual})
	}
	if q := p.Quota; q != nil && d.Place > 0 {
		if limit, ok := q.Limit(areaCode(quotaArea(q, x.family.Areas[0]))); ok {
			r.Limit = limit
		}
	}
	if d.Outcome == Refused && !r.Nothing {
		if c := counterfactual(p, b, member, d.Answers); c != nil {
			r.Counterfactual, r.Whose = c, x.name(c.Member)
		}
		r.Advice = x.advice(advise(p, b, member, d.Answers, x.s.Advice.On(x.asOf)))
	}
	return r, nil
}

// toCollect turns missing facts into those that somebody can ask for.
func (x *explainer) toCollect(missing []rule.Reading) []rule.Reading {
	return targeting.ToCollect(x.s.Catalogue, x.asOf, x.opened.ranking, x.area, &x.family.Batch, missing)
}

// lacking returns the missing facts that leave a subject's outcome or amount
// open: those of its own rules, and those that leave open whether the family
// receives a programme that excludes it. Exclusions run in no circle.
func (x *explainer) lacking(k, member int) []rule.Reading {
	p, b, d := x.opened.programmes[k], &x.family.Batch, x.family.decision(k, member)
	e := p.Explain(b, 0, member)
	var missing []rule.Reading
	for _, a := range slices.Concat(e.Clauses, e.Exclusions) {
		missing = append(missing, missingOf(a)...)
	}
	for i, y := range p.Exclusions {
		if y.Rule == nil && d.Answers.At(len(p.Clauses)+i) == rule.Unknown {
			missing = append(missing, x.lackingOf(y.Programmes)...)
		}
	}
	if d.Uncertain || meetsOne(p, d.Answers) == rule.Yes && d.Outcome == Undetermined {
		missing = append(missing, p.AmountOf(b, 0, member).Missing...)
	}
	return missing
}

// lackingOf returns what leaves open whether the family receives one of
// several programmes.
func (x *explainer) lackingOf(programmes []string) []rule.Reading {
	var missing []rule.Reading
	for k, p := range x.opened.programmes {
		if !slices.Contains(programmes, p.Code) {
			continue
		}
		eachSubject(p, &x.family.Batch, func(_, _, member int) {
			if x.family.decision(k, member).Outcome == Undetermined {
				missing = append(missing, x.lacking(k, member)...)
			}
		})
	}
	return missing
}

// missingOf returns what an open answer lacks.
func missingOf(a rule.Answer) []rule.Reading {
	if a.Truth != rule.Unknown {
		return nil
	}
	return a.Missing
}

func (x *explainer) item(p *programme.Programme, i, member int, a rule.Answer) Item {
	b := &x.family.Batch
	item := Item{Answer: a.Truth, Holds: a.Truth, Facts: x.facts(a.Read)}
	say := func(write func(l i18n.Lang) string) {
		item.Sentence = i18n.Text{ID: write(i18n.ID), EN: write(i18n.EN)}
	}
	if i < len(p.Clauses) {
		c := &p.Clauses[i]
		item.ID = c.ID
		say(func(l i18n.Lang) string { return c.Say(l, b, 0, member, a) })
	} else {
		e := &p.Exclusions[i-len(p.Clauses)]
		item.ID, item.Exclusion, item.Holds = e.ID, true, a.Truth.Not()
		if e.Rule == nil && a.Truth == rule.Unknown {
			say(func(l i18n.Lang) string {
				return i18n.T(l, "determination.other_programme_open", "programmes", x.names(l, e.Programmes))
			})
		} else {
			say(func(l i18n.Lang) string { return e.Say(l, b, 0, member, a) })
		}
	}
	if r := itemRule(p, i); r != nil {
		item.Rule, item.Params = r.Text(), paramsOf(p, r)
	}
	return item
}

// names lists programmes by name.
func (x *explainer) names(l i18n.Lang, codes []string) string {
	all := ""
	for _, p := range x.opened.programmes {
		if slices.Contains(codes, p.Code) {
			if all != "" {
				all += ", "
			}
			all += p.Name.In(l)
		}
	}
	return all
}

var paramName = regexp.MustCompile(`\bparams\.([a-z][a-z0-9_]*)`)

// paramsOf returns the parameters that a rule mentions: its thresholds.
func paramsOf(p *programme.Programme, r *rule.Rule) []programme.Param {
	var all []programme.Param
	for _, m := range paramName.FindAllStringSubmatch(r.Text(), -1) {
		i := slices.IndexFunc(p.Params, func(q programme.Param) bool { return q.Name == m[1] })
		if i >= 0 && !slices.ContainsFunc(all, func(q programme.Param) bool { return q.Name == m[1] }) {
			all = append(all, p.Params[i])
		}
	}
	return all
}

func (x *explainer) person(member int) ident.ID {
	if member == noMember {
		return ident.ID{}
	}
	return x.family.MemberIDs[member]
}

func (x *explainer) name(member int) string {
	if member == noMember {
		return ""
	}
	if p, ok := x.dossier.Member(x.family.MemberIDs[member]); ok {
		return p.Name
	}
	return ""
}

func (x *explainer) facts(readings []rule.Reading) []Fact {
	var facts []Fact
	for _, r := range readings {
		f := Fact{Indicator: r.Indicator, PersonID: x.person(r.Member), Name: x.name(r.Member), Value: r.Value, Known: r.Known}
		f.Origin, f.ObservedOn = x.origin(r)
		facts = append(facts, f)
	}
	return facts
}

// origin finds the newest observation of a fact by the snapshot's day.
func (x *explainer) origin(r rule.Reading) (string, *civil.Date) {
	switch {
	case !r.Known:
		return "", nil
	case slices.Contains([]string{"score", "decile", "decile_region"}, r.Indicator.Code):
		return "ranking", &x.asOf
	case r.Indicator.Derived:
		return "derived", nil
	}
	person := x.person(r.Member)
	var best *registry.Observation
	for i := range x.dossier.Observations {
		o := &x.dossier.Observations[i]
		v, ok := o.Facts.Get(r.Indicator.No)
		if !ok || v != r.Value || o.PersonID != person || o.RecordedAt.After(x.known) {
			continue
		}
		if best == nil || o.ObservedOn >= best.ObservedOn {
			best = o
		}
	}
	if best == nil && r.Indicator.Presumed != nil && r.Value == *r.Indicator.Presumed {
		return "presumed", nil
	}
	if best == nil {
		return "", nil
	}
	return string(best.Source), &best.ObservedOn
}
