package determination

import (
	"regexp"
	"slices"
	"time"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/registry"
	"gotong/internal/rule"
	"gotong/internal/targeting"
)

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
