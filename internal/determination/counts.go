package determination

import (
	"gotong/internal/fault"
	"gotong/internal/money"
)

// Counts are subjects by outcome, and what they are given.
type Counts struct {
	Entitled     int64        `json:"entitled"`
	Waitlisted   int64        `json:"waitlisted"`
	Refused      int64        `json:"refused"`
	Undetermined int64        `json:"undetermined"`
	Annual       money.Rupiah `json:"annual"` // of the entitled, for a year
}

// Add counts n subjects of an outcome.
func (c *Counts) Add(o Outcome, n int64) {
	switch o {
	case Entitled:
		c.Entitled += n
	case Waitlisted:
		c.Waitlisted += n
	case Refused:
		c.Refused += n
	case Undetermined:
		c.Undetermined += n
	}
}

// Of returns the count of an outcome.
func (c Counts) Of(o Outcome) int64 {
	return map[Outcome]int64{Entitled: c.Entitled, Waitlisted: c.Waitlisted, Refused: c.Refused, Undetermined: c.Undetermined}[o]
}

// Total returns how many subjects were decided.
func (c Counts) Total() int64 { return c.Entitled + c.Waitlisted + c.Refused + c.Undetermined }

// merge adds the counts of o.
func (c *Counts) merge(o Counts) error {
	for _, outcome := range Outcomes {
		c.Add(outcome, o.Of(outcome))
	}
	sum, ok := c.Annual.Add(o.Annual)
	if !ok {
		return errTooMuch
	}
	c.Annual = sum
	return nil
}

var errTooMuch = fault.Invalid("determination.too_much")
