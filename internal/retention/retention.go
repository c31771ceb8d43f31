// Package retention finds the records whose time is over and has them
// destroyed: a run proposes what is due, a second person decides, and each
// record goes by the road that an erasure takes. What an open case, an audit,
// a dispute or a suspension still needs is kept, and says why (UU 27/2022,
// art. 44; UU 43/2009, art. 51).
//
// How long each class is kept is policy/retention.yaml.
package retention

import (
	"context"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// Class is a kind of record with a time of its own.
type Class string

// The classes.
const (
	Families Class = "family"  // whole families that have left the register
	Persons  Class = "person"  // members who died or left
	Requests Class = "request" // what people asked about their own data, once it is answered
	Letters  Class = "letter"  // papers to families
	Pictures Class = "picture" // photos and signatures of goods handed over
)

// Classes lists the classes. Whole families come first: what is kept of them
// elsewhere goes with them.
var Classes = []Class{Families, Persons, Requests, Letters, Pictures}

// Record is one record of a class.
type Record struct {
	Subject ident.ID
	Family  ident.ID // zero: of no family
	Area    string
	Since   civil.Date // from when its time is counted
}

// Reason is why a record is kept though its time is over.
type Reason struct {
	Code  string     // a word of retention.reason
	Until civil.Date // zero: nobody can say yet
}

// The reasons.
const (
	MoneyPending  = "money_pending" // money is on its way
	MoneyKept     = "money_kept"    // payments must be accounted for until a day
	Suspended     = "suspended"     // processing is suspended
	RequestOpen   = "request_open"  // a request about the data waits for its answer
	ChangeOpen    = "change_open"   // a change of the record waits for a second person
	AppealOpen    = "appeal_open"   // an appeal waits
	ClaimOpen     = "claim_open"    // money is claimed back
	HeldForAudit  = "held_audit"    // somebody said so
	HeldForCase   = "held_case"     // likewise
	HeldInDispute = "held_dispute"  // likewise
	Refused       = "refused"       // the register refuses the erasure
	NotYet        = "not_yet"       // by the rule in force when it was to be destroyed
	GoneAlready   = "gone_already"  // erased meanwhile by another road
)

// Bases are what a record can be held for by hand.
var Bases = []string{HeldForAudit, HeldForCase, HeldInDispute}

// Shelf is where the records of a class lie.
type Shelf interface {
	// Old calls fn for each record of an area whose time began on or before
	// a day, as far as it can tell that it is there still.
	Old(ctx context.Context, area string, by civil.Date, fn func(Record) error) error
	// Destroy takes one away, in the transaction of the context. It returns
	// fault.NotFound for one that is gone, and fault.Conflict where
	// something keeps it.
	Destroy(ctx context.Context, r Record, h Hands) error
}

// Hands are the two people behind a destruction.
type Hands struct {
	Proposal   ident.ID
	ProposedBy string
	ProposedAt time.Time
	ApprovedBy string
}

// Holds say what keeps the record of a family.
type Holds interface {
	Of(ctx context.Context, c Class, family ident.ID) ([]Reason, error)
}

// Status is how far a proposal has come.
type Status string

// The statuses.
const (
	Waiting  Status = "waiting"
	Approved Status = "approved" // and being carried out
	Rejected Status = "rejected"
	Done     Status = "done"
)

// Statuses lists the statuses.
var Statuses = []Status{Waiting, Approved, Rejected, Done}

// Proposal is what one person proposes to destroy of one class in one area.
type Proposal struct {
	ID         ident.ID
	Class      Class
	Area       string // "" is the nation
	AsOf       civil.Date
	RuleFrom   civil.Date // of the rule that it rests on
	Years      int
	Status     Status
	ProposedBy string // login
	ProposedAt time.Time
	DecidedBy  string
	DecidedAt  time.Time // zero: not yet
	Note       string    // why it was decided so
	DoneAt     time.Time
	Counts
}

// Counts are how many records of a proposal stand where.
type Counts struct{ Due, Held, Destroyed int64 }

// Total is all of them.
func (c Counts) Total() int64 { return c.Due + c.Held + c.Destroyed }

// Fate is where a record of a proposal stands.
type Fate string

// The fates.
const (
	IsDue     Fate = "due"
	IsHeld    Fate = "held"
	Destroyed Fate = "destroyed"
)

// Item is a record of a proposal.
type Item struct {
	No int
	Record
	Until  civil.Date // last day of its time
	Fate   Fate
	Reason string // of one that is held
}

// Hold keeps the record of a family from being destroyed until it is lifted.
type Hold struct {
	ID      ident.ID
	Family  ident.ID
	Area    string
	Basis   string // one of Bases
	Why     string // sealed in the store
	By      string
	At      time.Time
	EndedBy string
	EndedAt time.Time // zero: it lasts
}

// Filter chooses proposals.
type Filter struct {
	Status Status
	Class  Class
	Area   string
}

// Store keeps proposals and holds. Every method works in the transaction of
// its context, and sees what lies in the actor's area.
type Store interface {
	// Taken returns the records of a class in an area that are destroyed, or
	// stand in a proposal that is not decided or not carried out yet.
	Taken(ctx context.Context, c Class, area string) (map[ident.ID]bool, error)
	Keep(ctx context.Context, p *Proposal, items []Item) error
	// Proposal returns one with its counts; fault.NotFound when there is none.
	Proposal(ctx context.Context, id ident.ID) (*Proposal, error)
	// Proposals returns the newest first.
	Proposals(ctx context.Context, f Filter, limit int) ([]Proposal, error)
	Items(ctx context.Context, id ident.ID, fate Fate) ([]Item, error)
	// Decide writes a proposal's status and hands, and reports whether it
	// stood at from.
	Decide(ctx context.Context, p *Proposal, from Status) (bool, error)
	Mark(ctx context.Context, id ident.ID, x *Item) error

	KeepHold(ctx context.Context, h *Hold, why []byte) error
	// Hold returns one, its words as they are sealed.
	Hold(ctx context.Context, id ident.ID) (*Hold, error)
	// Holds returns those of a family, or of all for the zero id: those that
	// last alone, or all.
	Holds(ctx context.Context, family ident.ID, lasting bool, limit int) ([]Hold, error)
	// EndHold ends one, and reports whether it lasted.
	EndHold(ctx context.Context, id ident.ID, by string, at time.Time) (bool, error)
	// Forget empties why the record of a family was held, and returns what
	// was sealed.
	Forget(ctx context.Context, family ident.ID, empty func() []byte) ([][]byte, error)
}
