package registry

import (
	"encoding/json"
	"fmt"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
)

// ChangeKind says what a change was about.
type ChangeKind string

// The kinds of change.
const (
	Registered   ChangeKind = "registered"    // the family came on record
	Observed     ChangeKind = "observed"      // facts were observed, or core data differed
	Corrected    ChangeKind = "corrected"     // core data were mended by hand
	MemberAdded  ChangeKind = "member_added"  // somebody joined the family
	StatusChange ChangeKind = "status"        // a family's status
	MemberStatus ChangeKind = "member_status" // a member's status

	Birth      ChangeKind = "birth"
	Death      ChangeKind = "death"
	Marriage   ChangeKind = "marriage"
	Divorce    ChangeKind = "divorce"
	Split      ChangeKind = "split" // some of a family found one of their own
	Move       ChangeKind = "move"
	HeadChange ChangeKind = "head"
	Adoption   ChangeKind = "adoption" // a child comes under somebody's care
	Return     ChangeKind = "return"   // somebody who had left is back
	Merge      ChangeKind = "merge"    // two records are of one
	Undone     ChangeKind = "undone"   // an earlier change is taken back
	Erasure    ChangeKind = "erasure"
)

// Change is one step in a family's history. It is never altered or removed.
type Change struct {
	FamilyID    ident.ID
	Version     int // 1 for the first
	Kind        ChangeKind
	ProposedBy  string // login
	ProposedAt  time.Time
	Evidence    string // what it rests on, such as an import's id
	Reason      string
	ApprovedBy  string // login
	ApprovedAt  time.Time
	EffectiveOn civil.Date
	RecordedAt  time.Time
	Body        Body
}

// Body is what a change sets: the core data of the family and of members, in
// full, for those that the change touched.
type Body struct {
	Family  *FamilyCore  `json:"family,omitempty"`
	Members []MemberCore `json:"members,omitempty"`
	Cause   Cause        `json:"cause,omitempty"` // of somebody's joining
	// Event is the happening that the change is a part of; a marriage
	// changes two families.
	Event ident.ID `json:"event,omitzero"`
	// Undoes are the versions that this change takes back.
	Undoes []int `json:"undoes,omitempty"`
	// Links say where a member came from or went to within the register.
	Links []Link `json:"links,omitempty"`
	// Stopped is what the change stopped elsewhere.
	Stopped []Stopped `json:"stopped,omitempty"`
	// Erased are those of whom the change took away all that tells who they
	// are: members, and the family itself by its own id.
	Erased []ident.ID `json:"erased,omitempty"`
	// Fates say what an erasure took away beside the record, and what it left.
	Fates []Fate `json:"fates,omitempty"`
}

// Link joins two records of one person.
type Link struct {
	Person      ident.ID `json:"person"` // of this family
	OtherFamily ident.ID `json:"other_family"`
	Other       ident.ID `json:"other"`
	// Came says that the person came from there; otherwise they went there,
	// or are on record there as the same person.
	Came bool `json:"came,omitempty"`
}

// FamilyCore is what is on record of a family beside its facts.
type FamilyCore struct {
	Area     string       `json:"area"`
	LocalKey string       `json:"key"`
	KKSealed []byte       `json:"kk,omitempty"`
	KKBlind  []byte       `json:"kk_blind,omitempty"`
	Address  string       `json:"address,omitempty"`
	RT       string       `json:"rt,omitempty"`
	RW       string       `json:"rw,omitempty"`
	Status   FamilyStatus `json:"status"`
}

// MemberCore is what is on record of a member beside their facts.
type MemberCore struct {
	ID         ident.ID     `json:"id"`
	Name       string       `json:"name"`
	Born       *civil.Date  `json:"born,omitempty"`
	Female     bool         `json:"female,omitempty"`
	Relation   int64        `json:"relation"`
	MotherName string       `json:"mother,omitempty"`
	NIKSealed  []byte       `json:"nik,omitempty"`
	NIKBlind   []byte       `json:"nik_blind,omitempty"`
	Status     PersonStatus `json:"status"`
}

// Encode writes the body for storage.
func (b Body) Encode() ([]byte, error) { return json.Marshal(b) }

// DecodeBody reads what Encode wrote.
func DecodeBody(data []byte) (Body, error) {
	var b Body
	if err := json.Unmarshal(data, &b); err != nil {
		return Body{}, fmt.Errorf("registry: body of a change: %w", err)
	}
	return b, nil
}

// Source says where an observation comes from.
type Source string

// The sources.
const (
	SourceImport Source = "import" // an office's file
	SourceVisit  Source = "visit"  // somebody was there
	SourceOffice Source = "office" // the family came, and showed or told it
	SourceSelf   Source = "self"   // the family reported it itself
	SourceEdit   Source = "edit"   // core data mended at a desk, on evidence
)

// Sources lists where what is entered by hand may come from, the best first.
var Sources = []Source{SourceVisit, SourceOffice, SourceSelf}

// Cause says why somebody joined a family.
type Cause string

// The causes.
const (
	CauseBirth   Cause = "birth"
	CauseMovedIn Cause = "moved_in"
	CauseMissed  Cause = "missed" // was a member before, and not on record

	CauseMarriage Cause = "marriage" // of an event, not to be chosen
	CauseAdopted  Cause = "adopted"
)

// Causes lists the causes that an entry by hand chooses from.
var Causes = []Cause{CauseBirth, CauseMovedIn, CauseMissed}

// Observation is what one visit, import or correction found of one subject:
// a family, or one of its members.
type Observation struct {
	FamilyID   ident.ID
	Version    int      // of the change that brought it
	PersonID   ident.ID // zero: the facts are of the family itself
	Source     Source
	ObservedOn civil.Date
	RecordedAt time.Time
	Facts      indicator.Facts
	// Withdrawn are the numbers of facts, in order, that are no longer taken
	// as known: what was on record is not so, and nobody knows what is.
	Withdrawn []int
}

// Revision is one change of one family together with all that it writes.
type Revision struct {
	Change       Change
	Observations []Observation
	// Record is the family after the change.
	Record *Record
	// Origin is the import that brings the family on record. Change and
	// Observations are then left to FirstVersion, but for the family's id and
	// the version.
	Origin ident.ID
	// NewMembers and ChangedMembers are indexes in Record.Members: of those
	// who come on record, and of those whose row the change alters.
	NewMembers, ChangedMembers []int
	Identifiers                []Identifier // numbers that the family or its members did not carry before
	Accounts                   []Account    // that come on record

	// Carried are observations that come along from another family, each
	// with the day on which it was observed there. Version and PersonID are
	// those of this family.
	Carried []Observation
	Removed []ident.ID // members who are on record no more, as their coming was undone
	Closed  []ident.ID // whose accounts are closed, and their holder's name erased
}

// New reports whether the revision brings the family on record.
func (r *Revision) New() bool { return r.Change.Version == 1 }

// Identifier says that a family (Subject is its id) or one of its members
// carries a number, by the number's blind index.
type Identifier struct {
	Kind    IdentifierKind
	Blind   []byte
	Subject ident.ID
}
