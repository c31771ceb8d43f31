package determinationapi

import (
	"gotong/internal/determination"
	"gotong/internal/i18n"
)

// explanation says why, in one programme.
type explanation struct {
	Programme string    `json:"programme"`
	Version   string    `json:"version"`
	Source    string    `json:"source" doc:"decree or article that the programme rests on"`
	AsOf      string    `json:"as_of" format:"date" doc:"day whose programmes and facts count"`
	Preview   bool      `json:"preview" doc:"the family came on record after the determination: what the rules of today say of its data now, decided by nobody"`
	Subjects  []reasons `json:"subjects" doc:"the family, or each member in a programme of persons"`
}

// reasons are those of one subject.
type reasons struct {
	Person         string          `json:"person,omitempty" format:"uuid" doc:"empty for the family"`
	Outcome        string          `json:"outcome" enum:"entitled,waitlisted,refused,undetermined"`
	Annual         int64           `json:"annual_rupiah"`
	Uncertain      bool            `json:"uncertain" doc:"a missing fact may still change the amount"`
	Queue          int64           `json:"queue,omitempty" doc:"place for a quota, from 1"`
	Limited        bool            `json:"limited,omitempty" doc:"of a preview: a quota will say whether there is room"`
	Items          []item          `json:"items"`
	Lines          []line          `json:"lines"`
	Collect        []fact          `json:"collect" doc:"what to find out"`
	Counterfactual *counterfactual `json:"counterfactual,omitempty"`
	Advice         []advice        `json:"advice" doc:"what would change the answer and can be changed or corrected; each was tried"`
}

// advice is a small set of facts that would all have to be otherwise.
type advice struct {
	Class    string         `json:"class" enum:"mutable,correctable" doc:"whether the family can change it, or a visit can correct it"`
	Sentence string         `json:"sentence"`
	Changes  []adviceChange `json:"changes"`
}

type adviceChange struct {
	Indicator string `json:"indicator"`
	Person    string `json:"person,omitempty" format:"uuid"`
	Class     string `json:"class" enum:"mutable,correctable"`
	Was       int64  `json:"was"`
	Value     int64  `json:"value"`
}

func adviceOf(l i18n.Lang, all []determination.Advice) []advice {
	out := []advice{}
	for _, a := range all {
		x := advice{Class: string(a.Class), Sentence: a.Anonymous().Sentence(l)}
		for _, c := range a.Changes {
			y := adviceChange{Indicator: c.Indicator.Code, Class: string(c.Class), Was: c.Fact.Value, Value: c.Value}
			if !c.PersonID.IsZero() {
				y.Person = c.PersonID.String()
			}
			x.Changes = append(x.Changes, y)
		}
		out = append(out, x)
	}
	return out
}

// item is a clause or an exclusion.
type item struct {
	ID         string      `json:"id"`
	Exclusion  bool        `json:"exclusion"`
	Answer     string      `json:"answer" enum:"yes,no,unknown"`
	LetsIn     string      `json:"lets_in" enum:"yes,no,unknown"`
	Sentence   string      `json:"sentence"`
	Rule       string      `json:"rule"`
	Facts      []fact      `json:"facts"`
	Thresholds []threshold `json:"thresholds"`
}

// fact is what an answer rests on, or what is missing for it.
type fact struct {
	Indicator  string `json:"indicator"`
	Person     string `json:"person,omitempty" format:"uuid"`
	Known      bool   `json:"known"`
	Value      int64  `json:"value" doc:"as stored: a number, rupiah, days since 1970-01-01, an option's number, 0 or 1"`
	Text       string `json:"text,omitempty" doc:"the value in words"`
	Origin     string `json:"origin,omitempty" enum:",import,visit,edit,derived,ranking"`
	ObservedOn string `json:"observed_on,omitempty" format:"date"`
}

// threshold is a number of the programme that an item compares with.
type threshold struct {
	Name      string `json:"name"`
	Value     string `json:"value"`
	From      string `json:"from" format:"date"`
	Source    string `json:"source"`
	Published string `json:"published"`
}

// line is a component of what is given.
type line struct {
	Component string `json:"component"`
	Person    string `json:"person,omitempty" format:"uuid"`
	Annual    int64  `json:"annual_rupiah"`
}

// counterfactual is the smallest change of one number that would have let the
// subject in.
type counterfactual struct {
	Indicator string `json:"indicator"`
	Was       int64  `json:"was"`
	Value     int64  `json:"value"`
	AtMost    bool   `json:"at_most" doc:"value or less; otherwise value or more"`
}

func explanationOf(l i18n.Lang, e *determination.Explanation) explanation {
	x := explanation{Programme: e.Programme.Code, Version: e.Programme.Version(), Source: e.Programme.Source.Title.In(l), AsOf: e.AsOf.String(), Preview: e.Preview, Subjects: []reasons{}}
	for i := range e.Subjects {
		x.Subjects = append(x.Subjects, reasonsOf(l, &e.Subjects[i]))
	}
	return x
}

func reasonsOf(l i18n.Lang, s *determination.Reasons) reasons {
	r := reasons{Outcome: s.Outcome.String(), Annual: int64(s.Annual), Uncertain: s.Uncertain, Queue: s.Queue, Limited: s.Limited,
		Items: []item{}, Lines: []line{}, Collect: factsOf(l, s.Collect), Advice: adviceOf(l, s.Advice)}
	if !s.PersonID.IsZero() {
		r.Person = s.PersonID.String()
	}
	for _, i := range s.Items {
		x := item{ID: i.ID, Exclusion: i.Exclusion, Answer: i.Answer.String(), LetsIn: i.Holds.String(), Sentence: i.Sentence.In(l), Rule: i.Rule,
			Facts: factsOf(l, i.Facts), Thresholds: []threshold{}}
		for _, p := range i.Params {
			x.Thresholds = append(x.Thresholds, threshold{Name: p.Name, Value: determination.FormatParam(l, p), From: p.InForce.From.String(),
				Source: p.Source.Title.In(l), Published: p.Source.Published})
		}
		r.Items = append(r.Items, x)
	}
	for _, g := range s.Lines {
		x := line{Component: g.Benefit.Component, Annual: int64(g.Annual)}
		if !g.PersonID.IsZero() {
			x.Person = g.PersonID.String()
		}
		r.Lines = append(r.Lines, x)
	}
	if c := s.Counterfactual; c != nil {
		r.Counterfactual = &counterfactual{c.Indicator.Code, c.Was, c.Value, c.AtMost()}
	}
	return r
}

func factsOf(l i18n.Lang, all []determination.Fact) []fact {
	facts := []fact{}
	for _, f := range all {
		x := fact{Indicator: f.Indicator.Code, Known: f.Known, Value: f.Value, Origin: f.Origin}
		if f.Known {
			x.Text = f.Indicator.Format(f.Value, l)
		}
		if !f.PersonID.IsZero() {
			x.Person = f.PersonID.String()
		}
		if f.ObservedOn != nil {
			x.ObservedOn = f.ObservedOn.String()
		}
		facts = append(facts, x)
	}
	return facts
}
