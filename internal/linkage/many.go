package linkage

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// ManyMost is how many pairs are decided in one transaction.
const ManyMost = 1000

// Choice is what somebody says of one pair of many.
type Choice struct {
	Pair     string // its id, as written
	Decision Decision
	Note     string
}

// Many is what became of many choices.
type Many struct {
	Decided int `json:"decided" doc:"pairs that were open"`
	Before  int `json:"before" doc:"pairs that were decided so before: nothing changes"`
}

// ChoiceFault is why one of many choices cannot be taken.
type ChoiceFault struct {
	No    int // of the choice, from 1
	Fault *fault.Error
}

// Refused is what is wrong with many choices, in their order.
type Refused []ChoiceFault

// Error lists the choices and what is wrong, for logs.
func (r Refused) Error() string {
	said := make([]string, len(r))
	for i, f := range r {
		said[i] = strconv.Itoa(f.No) + ": " + f.Fault.Key
	}
	return "refused: " + strings.Join(said, "; ")
}

// Unwrap returns that choices are wrong, before what is wrong with each.
func (r Refused) Unwrap() []error {
	errs := []error{fault.Invalid("linkage.error.choices", "n", len(r))}
	for _, f := range r {
		errs = append(errs, f.Fault)
	}
	return errs
}

// Fields returns what is wrong by choice, as the interface names them.
func (r Refused) Fields() iter.Seq2[string, *fault.Error] {
	return func(yield func(string, *fault.Error) bool) {
		for _, f := range r {
			if !yield(fmt.Sprintf("decisions[%d]", f.No-1), f.Fault) {
				return
			}
		}
	}
}

// DecideMany decides many pairs, in the order of the choices and all or none.
// A pair that was decided so before stays so: what is sent twice changes
// nothing the second time.
//
// It returns Refused with every choice that Decide would refuse, and
// fault.Invalid for none or more than ManyMost.
func (s *Service) DecideMany(ctx context.Context, choices []Choice) (*Many, error) {
	actor, err := access.Require(ctx, access.ResolveDuplicates)
	if err != nil {
		return nil, err
	}
	if len(choices) == 0 || len(choices) > ManyMost {
		return nil, fault.Invalid("linkage.error.many", "n", len(choices), "most", ManyMost)
	}
	m := &Many{}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		var refused Refused
		*m = Many{}
		said := map[string]Decision{}
		for i, c := range choices {
			c.Pair = strings.TrimSpace(c.Pair)
			err := s.choose(ctx, actor, c, said[c.Pair], m)
			said[c.Pair] = c.Decision
			var f *fault.Error
			switch {
			case errors.As(err, &f):
				refused = append(refused, ChoiceFault{i + 1, f})
			case err != nil:
				return err
			}
		}
		if refused != nil {
			return refused
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("linkage: deciding many: %w", err)
	}
	return m, nil
}

// choose is DecideMany for one choice, after what was said of the pair before
// it in the same list; "" for nothing.
func (s *Service) choose(ctx context.Context, actor access.Actor, c Choice, said Decision, m *Many) error {
	id, err := ident.Parse(c.Pair)
	switch {
	case err != nil:
		return fault.NotFound("linkage.error.not_found").Because(err)
	case !slices.Contains([]Decision{KeepLeft, KeepRight, Apart}, c.Decision):
		return fault.Invalid("linkage.error.decision_word", "words", "left, right, apart")
	case said != "" && said != c.Decision:
		return fault.Invalid("linkage.error.choice_twice")
	}
	pair, err := s.store.Candidate(ctx, id)
	if err != nil {
		return err
	}
	if pair.Decision() == c.Decision {
		m.Before++
		return nil
	}
	if err := s.decide(ctx, actor, pair, c.Decision, c.Note); err != nil {
		return err
	}
	m.Decided++
	return nil
}

// Decision returns what was said of a pair; "" while nobody said anything.
func (c *Candidate) Decision() Decision {
	switch {
	case c.Status == Rejected:
		return Apart
	case c.Status == Confirmed && c.Dropped == c.Left.Person:
		return KeepRight
	case c.Status == Confirmed:
		return KeepLeft
	}
	return ""
}

// PlanTold is what confirming many pairs at a time would do, as programs are
// told of it.
type PlanTold struct {
	Least   float64       `json:"least" doc:"chance from which pairs are taken"`
	Area    string        `json:"area,omitempty"`
	Digest  string        `json:"digest" doc:"names the plan: send it to confirm what was seen"`
	Skipped int           `json:"skipped" doc:"pairs that need somebody's look"`
	More    bool          `json:"more" doc:"the plan is full: confirm it, then ask again"`
	Pairs   []PlannedTold `json:"pairs"`
}

// PlannedTold is one pair of a plan.
type PlannedTold struct {
	PairTold
	Keep Decision `json:"keep" enum:"left,right" doc:"the record that would stay"`
}

// Told tells of a plan what its page shows.
func (b *Bulk) Told() PlanTold {
	t := PlanTold{Least: b.Least, Area: b.Area, Digest: b.Digest, Skipped: b.Skipped, More: b.More, Pairs: []PlannedTold{}}
	for i := range b.Plan {
		t.Pairs = append(t.Pairs, PlannedTold{b.Plan[i].Told(), b.Plan[i].Keep})
	}
	return t
}
