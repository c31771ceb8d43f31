package registry

import (
	"context"
	"errors"
	"slices"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
)

// Answer is what was found of one fact.
type Answer struct {
	Person ident.ID `json:"person,omitzero"` // zero: a fact of the family itself
	Code   string   `json:"code,omitempty"`  // of the indicator
	Value  string   `json:"value,omitempty"` // as Indicator.Parse reads it
	// Gone says that what is on record is not so, and that nobody knows what
	// is: the fact is not known from then on. It is not the same as nobody
	// having asked, which is no answer.
	Gone bool `json:"gone,omitempty"`
}

// Field names the answer in Refused: floor, or diploma@ID of a person.
func (a Answer) Field() string {
	if a.Person.IsZero() {
		return a.Code
	}
	return a.Code + "@" + a.Person.String()
}

// Observe records a visit: what was found of a family and its members on a
// day, by whom or where. The current facts are the newest by that day, so a
// visit that is entered late takes nothing back.
//
// It returns Refused for what cannot be taken, fault.Conflict when the family
// has changed since it was shown, fault.NotFound when it is not in the
// actor's area, and fault.Forbidden without the permission to edit families.
func (s *Service) Observe(ctx context.Context, family ident.ID, answers []Answer, b Basis) (Outcome, error) {
	return s.Do(ctx, Request{Kind: Observed, Family: family, Answers: answers, Basis: b})
}

func (h *hand) visit(ctx context.Context) error {
	if err := h.first(ctx); err != nil {
		return err
	}
	subjects, found := h.answers(h.req.Answers)
	for _, person := range subjects {
		if person.IsZero() {
			continue
		}
		if _, err := h.onRecord(person); err != nil {
			return err
		}
	}
	for _, person := range subjects {
		h.observe(person, *found[person])
		if !person.IsZero() {
			h.touch(person)
		}
	}
	return nil
}

// answers reads answers as an observation of each subject, the family first.
func (h *hand) answers(answers []Answer) ([]ident.ID, map[ident.ID]*Observation) {
	var subjects []ident.ID
	found := map[ident.ID]*Observation{}
	for _, a := range answers {
		o := found[a.Person]
		if o == nil {
			o = &Observation{ObservedOn: h.on}
			found[a.Person] = o
			subjects = append(subjects, a.Person)
		}
		h.answer(a, o)
	}
	if len(answers) == 0 {
		h.refuse("", "no_answer")
	}
	slices.SortFunc(subjects, func(a, b ident.ID) int { return slices.Compare(a[:], b[:]) })
	return subjects, found
}

func (h *hand) answer(a Answer, o *Observation) {
	level := indicator.Person
	if a.Person.IsZero() {
		level = indicator.Family
	}
	i, ok := h.s.catalogue.Lookup(level, a.Code)
	if !ok || i.Derived {
		h.refuse(a.Field(), "fact_unknown", "code", a.Code)
		return
	}
	h.fields = append(h.fields, i.Code)
	if a.Gone {
		if at, there := slices.BinarySearch(o.Withdrawn, i.No); !there {
			o.Withdrawn = slices.Insert(o.Withdrawn, at, i.No)
		}
		return
	}
	v, err := i.Parse(a.Value)
	if err != nil {
		var f *fault.Error
		if !errors.As(err, &f) {
			f = fault.Invalid("core.error.invalid").Because(err)
		}
		h.refused = append(h.refused, FieldFault{a.Field(), f})
		return
	}
	o.Facts.Set(i.No, v)
}
