package linkage

import (
	"bytes"
	"math"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/registry"
)

// Candidate is a pair of people on record who may be one, with what was
// decided of it.
type Candidate struct {
	ID          ident.ID
	Left, Right Side
	Score       int32   // log2 of the odds, in thousandths of a bit
	Probability float64 // that they are one
	Same        bool    // held to be one by the run that found it
	Pieces      []Piece
	FoundAt     time.Time

	Status  Status
	Dropped ident.ID // the person whose record was closed
	By      string   // login of who decided; empty while open
	At      time.Time
	Note    string
}

// Status says what was decided of a pair.
type Status string

// The statuses of a pair.
const (
	Open      Status = "open"
	Confirmed Status = "confirmed" // one person; one of the records is closed
	Rejected  Status = "rejected"  // two people; remembered for good
	Settled   Status = "settled"   // one of the records was closed by another pair
)

// Statuses lists the statuses of a pair, the one that waits first.
var Statuses = []Status{Open, Confirmed, Rejected, Settled}

// Side is one of the two people of a pair. Beyond the actor's area only where
// they are on record is known, and Shown is false.
type Side struct {
	Person, Family ident.ID
	Area           string // village, when the pair was found
	Shown          bool

	Name, Mother string
	Born         *civil.Date
	Female       bool
	Status       registry.PersonStatus
	NIKSealed    []byte // nil when there is none
	NIKMasked    string // filled by Service.Candidate alone
	Facts        int    // bytes of facts known: how complete the record is
	ObservedOn   civil.Date

	LocalKey, HeadName string
	Address, RT, RW    string
	FamilyStatus       registry.FamilyStatus
	FamilySize         int          // members on record and active
	Aid                money.Rupiah // a year, to the family as a whole and on the person's account

	Warnings []registry.IdentityWarning // of the person's number and the family's card; filled by Service.Candidate alone
}

// side returns the side of a person of the pair and the other one.
func (c *Candidate) side(person ident.ID) (own, other *Side) {
	if c.Right.Person == person {
		return &c.Right, &c.Left
	}
	return &c.Left, &c.Right
}

// Decision is what somebody says of a pair.
type Decision string

// The decisions.
const (
	KeepLeft  Decision = "left"  // one person; the left record stays
	KeepRight Decision = "right" // one person; the right record stays
	Apart     Decision = "apart" // two people
)

// Suggest returns which record better stays: the one with a number, then the
// one of whom more is known, then the one observed later, then the older one.
func (c *Candidate) Suggest() Decision {
	l, r := &c.Left, &c.Right
	for _, better := range [...]int{
		count(len(l.NIKSealed) > 0) - count(len(r.NIKSealed) > 0),
		l.Facts - r.Facts,
		int(l.ObservedOn - r.ObservedOn),
		bytes.Compare(r.Person[:], l.Person[:]),
	} {
		if better > 0 {
			return KeepLeft
		}
		if better < 0 {
			return KeepRight
		}
	}
	return KeepLeft
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Filter chooses pairs of a list.
type Filter struct {
	Status Status  // "" for every status
	Least  float64 // chance from which pairs are shown
	Most   float64 // chance below which pairs are shown; 0 for all
	Area   string  // either person's; "" for all of the actor's area
	Same   bool    // only pairs held to be one person
	// ByWorth asks for those first that matter most, as Worth has it; else
	// the surest come first.
	ByWorth bool
}

// Worth is how much a pair matters, as likely as it is that somebody is counted
// twice: in millionths of the rupiah a year that hang on it or, where both get
// nothing, of the people concerned, which is less than any aid.
func (c *Candidate) Worth() int64 {
	hangs := int64(c.AtStake())
	if hangs == 0 {
		hangs = int64(c.Left.FamilySize + c.Right.FamilySize)
	}
	return int64(math.Round(c.Probability*1e6)) * hangs
}

// Millionths writes a chance as it is kept, rounded down, so that nothing is
// kept as surer than it was found.
func Millionths(chance float64) int64 { return int64(math.Floor(chance * 1e6)) }

// AtStake is what both records get a year, as far as the actor may see them.
func (c *Candidate) AtStake() money.Rupiah { return c.Left.Aid + c.Right.Aid }

// key is the place of a pair in the order of a list.
func (f Filter) key(c *Candidate) int64 {
	if f.ByWorth {
		return c.Worth()
	}
	return int64(c.Score)
}

// Cursor is a place in a list of pairs and the way to go from there. The zero
// Cursor is the beginning.
type Cursor struct {
	Score int64 // by what the list is ordered: the score, or what the pair is worth
	ID    ident.ID
	Back  bool // to what comes before the place
}
