// Package programme holds the aid programmes: who may have what, how much,
// in how many parts, under which duties, until when, and by which decree.
//
// A programme is a file (programmes/*.yaml), one for each version. Load
// checks all of it and says what is wrong by file, line and column, all at
// once. Every amount, age and share is a parameter with a day from which it
// is in force and a source; a number that policy decides is never in Go.
//
// What a programme says of a family is three-valued, as its rules are: see
// package rule. Judge and Amounts answer for a whole batch by the rules'
// kernels; Explain and AmountOf answer for one family by their interpreters.
// Both go through the same pure functions once clauses and amounts are known.
package programme

import (
	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/rule"
)

// Aim is what a programme is for.
type Aim string

// Effect is which of the two strategies a programme serves: a family leaves
// poverty by earning more and by having to spend less.
type Effect string

// Confidence is how far a source can be relied on.
type Confidence string

// The two strategies.
const (
	RaiseIncome    Effect = "raise_income"
	ReduceSpending Effect = "reduce_spending"
)

// Channel is a way of delivery.
type Channel string

// Bank is the channel that takes payment orders; the others hand things over.
const Bank Channel = "bank"

// Every is how often something is due.
type Every string

// Area is the level at which a quota is counted.
type Area string

// Unit is what a programme is given to.
type Unit string

// The units. Families and persons are decided from the register; groups and
// villages ask by a proposal, which people decide.
const (
	FamilyUnit  Unit = "family"
	PersonUnit  Unit = "person"
	GroupUnit   Unit = "group"
	VillageUnit Unit = "village"
)

// The words that a programme file may use, in the order in which a message
// lists them.
var (
	aims        = []string{"raise_income", "reduce_spending", "basic_needs", "living_standard", "rehabilitation"}
	effects     = []string{"raise_income", "reduce_spending"}
	confidences = []string{"confirmed", "reported", "derived", "recalled"}
	channels    = []string{"bank", "post", "goods", "group", "service"}
	everies     = []string{"month", "two_months", "quarter", "half_year", "year", "once"}
	units       = []string{"family", "person", "group", "village"}
	facilities  = []string{"school", "health", "home"}
	sanctions   = []string{"warn", "reduce", "suspend"}
	areas       = []string{"nation", "province", "regency", "district", "village"}
)

// Confidences of a source.
const (
	Confirmed Confidence = "confirmed" // the decree itself was read
	Reported  Confidence = "reported"  // an article or notice reports it
	Derived   Confidence = "derived"   // computed from what a source says
	Recalled  Confidence = "recalled"  // from memory: check before relying on it
)

// Once is the cycle of what is given a single time.
const Once Every = "once"

// Programme is one version of a programme, checked and ready to be asked. It
// is immutable and safe for concurrent use.
type Programme struct {
	Code    string
	Name    i18n.Text
	Owner   string // path in the unit tree: kemensos/linjamsos
	Aim     Aim
	Effects []Effect
	Unit    Unit
	Subject rule.Subject // rule.Family or rule.Person: who is entitled
	InForce Period
	Source  Source
	Params  []Param // in the file's order

	Clauses    []Clause // all must hold
	Exclusions []Exclusion
	Priority   []Priority // the first decides, the later break ties
	Quota      *Quota     // nil where there is none
	Benefits   []Benefit
	Cap        Cap
	Cycle      Cycle
	Channels   []Channel
	Conditions []Condition
	// Consequences say what follows from duties that are not met; nil where
	// nothing does.
	Consequences *Consequences
	Exits        []Exit
	Requires     []Requirement // what a proposal must show; empty where the register decides

	File   string
	Digest [32]byte // of the file's bytes and of the parameters that With changed

	origin origin
}

// Version names the version among those of its programme: the first day on
// which it is in force.
func (p *Programme) Version() string { return p.InForce.From.String() }

// ByProposal reports whether people decide the programme on a proposal of a
// group or village, instead of rules on what the register holds.
func (p *Programme) ByProposal() bool { return p.Unit == GroupUnit || p.Unit == VillageUnit }

// Strategies returns the strategies that the programme serves: those that its
// file names, else what its aim comes to.
func (p *Programme) Strategies() []Effect {
	switch {
	case len(p.Effects) > 0:
		return p.Effects
	case p.Aim == Aim(RaiseIncome):
		return []Effect{RaiseIncome}
	}
	return []Effect{ReduceSpending}
}

// Requirement is one thing that a proposal must show.
type Requirement struct {
	ID   string
	Show i18n.Text
}

// Period is a span of days. It includes From and To; nil is for ever.
type Period struct {
	From civil.Date
	To   *civil.Date
}

// Contains reports whether a day is within the period.
func (p Period) Contains(day civil.Date) bool {
	return day >= p.From && (p.To == nil || day <= *p.To)
}

// Overlaps reports whether the periods share a day.
func (p Period) Overlaps(q Period) bool {
	return (p.To == nil || q.From <= *p.To) && (q.To == nil || p.From <= *q.To)
}

// Covers reports whether every day of q is one of p.
func (p Period) Covers(q Period) bool {
	return p.From <= q.From && (p.To == nil || q.To != nil && *q.To <= *p.To)
}

// Param is a named, dated and sourced value.
type Param struct {
	rule.Param
	Label   i18n.Text
	InForce Period
	Source  Source
	Options []i18n.Text // names of Texts, by the choice that they are compared with; empty where none is
}

// Words is a sentence in both languages, with places for values.
type Words struct{ id, en *rule.Template }

// Clause is one thing that must hold.
type Clause struct {
	ID        string
	Rule      *rule.Rule
	Because   Words // where it holds
	Otherwise Words // where it does not
	Collect   Words // where it is unknown: what to find out; may be empty
}

// Exclusion is one thing that must not hold: a condition, or that the
// subject's family is entitled to another programme on the same day.
type Exclusion struct {
	ID         string
	Programmes []string   // codes; empty where Rule is set
	Rule       *rule.Rule // nil where Programmes are set
	Because    Words      // where it applies
	Collect    Words      // where it is unknown; may be empty
}

// Priority orders those who qualify when a quota does not reach for all. A
// subject whose value is unknown comes after all others.
type Priority struct {
	Rule       *rule.Rule
	Descending bool
}

// Quota limits how many are entitled in each area of a level.
type Quota struct {
	By      Area
	Default *int64           // for an area that Table does not list; nil for none
	Table   map[string]int64 // by area code, digits without dots; "" is the nation
	InForce Period
	Source  Source
}

// Limit returns how many may be entitled in an area, and whether there is a limit.
func (q *Quota) Limit(area string) (n int64, limited bool) {
	if q == nil {
		return 0, false
	}
	if n, ok := q.Table[area]; ok {
		return n, true
	}
	if q.Default != nil {
		return *q.Default, true
	}
	return 0, false
}

// Codes returns how many digits of an area code name an area of the quota's level.
func (q *Quota) Codes() int {
	return map[Area]int{"nation": 0, "province": 2, "regency": 4, "district": 6, "village": 10}[q.By]
}

// Benefit is a component of what is given.
type Benefit struct {
	Component  string
	Name       i18n.Text
	Subject    rule.Subject // rule.Family, or each rule.Member; rule.Person in a programme of persons
	When       *rule.Rule   // nil where all who are entitled have it
	Amount     *rule.Rule   // rupiah for each Per
	Per        Every        // "year", "month" or "once"
	Service    bool         // no rupiah are given: a service, a referral or a thing; Amount is 0
	MaxMembers int          // of a family that can have the component; 0 for all
	Goods      i18n.Text    // what is given where it is not money; may be empty
}

// Cap limits the members of a family that count, the dearest first.
type Cap struct {
	Members             int // 0 for no limit
	ComponentsPerMember int // 0 for no limit
}

// Cycle is how often the amount of a year is paid: in instalments that sum to
// it exactly.
type Cycle struct{ Every Every }

// Condition is a duty that goes with a component.
type Condition struct {
	ID        string
	Component string
	Duty      i18n.Text
	Every     Every
	Months    []int      // calendar months in which it is asked about; none: the last of each Every
	When      *rule.Rule // of which members with the component; nil is all
	Facility  Facility   // who sees whether it is met
	AtLeast   *int64     // in Unit; nil where it is met or not, without a measure
	Unit      string     // of AtLeast: %, kali
	InForce   *Period    // nil: as long as the programme
	Source    *Source    // nil: the programme's own
}

// Facility is a kind of place that sees whether a duty is met.
type Facility string

// The facilities. What happens at home is seen by the facilitator.
const (
	School Facility = "school"
	Health Facility = "health"
	AtHome Facility = "home"
)

// Consequences are the steps that follow misses in a row, the mildest first.
type Consequences struct {
	InForce Period
	Source  Source
	Within  int // months back in which misses in a row are counted
	Steps   []Consequence
}

// Consequence is what follows so many misses, until the next step is reached.
type Consequence struct {
	Missed  int // months in a row, or more
	Effect  Sanction
	Percent int // of the member's part of the next instalment that is kept back
}

// Sanction is a kind of consequence.
type Sanction string

// The sanctions.
const (
	Warn    Sanction = "warn"    // nothing is kept back
	Reduce  Sanction = "reduce"  // Percent is kept back
	Suspend Sanction = "suspend" // all of it is kept back
)

// Exit is a way out of the programme.
type Exit struct {
	ID      string
	Rule    *rule.Rule // nil where an officer records it (died, resigned, moved)
	Because Words
}

// origin is what a programme was read from, so that With can read it again.
type origin struct {
	catalogue *indicator.Catalogue
	text      []byte
	changed   map[string]int64
	kept      bool
	places    map[string]spot // of in_force, exclude, and exclusions by id
}
