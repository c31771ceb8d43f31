package determination

import (
	"gotong/internal/programme"
	"gotong/internal/rule"
)

// Outcome is what a determination says of a family or person.
type Outcome uint8

// The outcomes. The numbers are stored.
const (
	Entitled     Outcome = 1
	Waitlisted   Outcome = 2 // qualifies, and the quota is used up before its turn
	Refused      Outcome = 3
	Undetermined Outcome = 4 // a missing fact decides
)

// Outcomes lists the outcomes in the order in which pages show them.
var Outcomes = []Outcome{Entitled, Waitlisted, Undetermined, Refused}

var outcomeNames = map[Outcome]string{Entitled: "entitled", Waitlisted: "waitlisted", Refused: "refused", Undetermined: "undetermined"}

// String returns the outcome's name, as in JSON and in determination.outcome.
func (o Outcome) String() string { return outcomeNames[o] }

// MarshalText writes the outcome's name.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// ParseOutcome returns the outcome of a name.
func ParseOutcome(s string) (Outcome, bool) {
	for o, name := range outcomeNames {
		if name == s {
			return o, true
		}
	}
	return 0, false
}

// verdict decides one subject before any quota. Who meets every rule and has
// nothing to be given is refused, or undetermined where a missing fact may
// still give something.
func verdict(meets rule.Truth, a programme.Amount) Outcome {
	switch {
	case meets == rule.No:
		return Refused
	case meets == rule.Unknown:
		return Undetermined
	case len(a.Lines) > 0:
		return Entitled
	case a.Certain:
		return Refused
	}
	return Undetermined
}

// Answers are the answers of a programme's clauses and then of its
// exclusions, two bits each from the lowest: 0 unknown, 1 no, 2 yes. There is
// room for MaxAnswers.
type Answers int64

// MaxAnswers is how many clauses and exclusions a programme can have here.
const MaxAnswers = 31

// At returns answer i.
func (a Answers) At(i int) rule.Truth { return rule.Truth(a >> (2 * i) & 3) }

// With returns the answers with answer i, which was not set before, set to t.
func (a Answers) With(i int, t rule.Truth) Answers { return a | Answers(t)<<(2*i) }
