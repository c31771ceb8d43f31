// Package quality measures how good the register is: how much of what the
// forms ask is known, how long ago families were observed, which numbers
// contradict the rest, who may be on record twice, whom nobody has visited,
// and for whom a programme could not be decided for want of facts.
//
// A run measures every family and keeps the figures of each village by the
// day, so that pages are quick over a register of any size and show a trend,
// and notes of each family what is to be mended, so that a figure leads to
// the families behind it. What counts as good is policy/quality.yaml.
package quality

import (
	"gotong/internal/civil"
	"gotong/internal/ident"
)

// Measure is one thing that is counted.
type Measure string

// The measures. All but Persons and Known count active families.
const (
	Families  Measure = "families"
	Persons   Measure = "persons"   // active members
	Known     Measure = "known"     // part: a group of facts; facts known, of those asked
	Fresh     Measure = "fresh"     // part: the number of a step of the rule, "0" the freshest
	Complete  Measure = "complete"  // not incomplete
	Warned    Measure = "warned"    // part: a warning's code, or "" for any that is not minor
	Twice     Measure = "twice"     // a member may be on record twice
	Unvisited Measure = "unvisited" // nobody was there within the rule's time
	Waiting   Measure = "waiting"   // part: a programme, or "" for any, that could not be decided
	Sound     Measure = "sound"     // nothing to mend
)

// Identity is the group of Known for numbers and birth dates, beside the
// catalogue's groups of facts.
const Identity = "identity"

// Figure is one count in one area on one day.
type Figure struct {
	Area    string // Kemendagri code; "" is the nation
	Measure Measure
	Part    string
	N       int64
	Of      int64 // of how many; 0 where families are meant
}

// Issue is something to mend in a family's record. Issues of a family are a
// set of bits.
type Issue uint8

// The issues.
const (
	Incomplete Issue = 1 << iota
	Stale
	HasWarning
	OnRecordTwice
	NeverVisited
	Undetermined
)

// Issues lists the issues, and Names what they are called in addresses.
var (
	Issues = []Issue{Incomplete, Stale, HasWarning, OnRecordTwice, NeverVisited, Undetermined}
	Names  = map[Issue]string{Incomplete: "incomplete", Stale: "stale", HasWarning: "warned", OnRecordTwice: "twice", NeverVisited: "unvisited", Undetermined: "waiting"}
)

// AnyIssue holds for a family with anything to mend.
const AnyIssue = Incomplete | Stale | HasWarning | OnRecordTwice | NeverVisited | Undetermined

// IssueNamed returns the issue of a name.
func IssueNamed(name string) (Issue, bool) {
	for _, i := range Issues {
		if Names[i] == name {
			return i, true
		}
	}
	return 0, false
}

// State is what a family's record is like.
type State struct {
	Family     ident.ID
	Area       string
	Issues     Issue
	Known      int64    // facts known, per thousand of those asked
	Missing    []string // groups of which something is not known
	Warnings   []string // codes
	Programmes []string // that could not be decided
	Step       int      // of freshness
	ObservedOn civil.Date
}

// Has reports whether a family has an issue.
func (s State) Has(i Issue) bool { return s.Issues&i != 0 }
