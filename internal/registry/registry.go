// Package registry holds the register: families, their members, what has
// been observed of them, and how they came to be on record.
//
// Nothing is overwritten without trace. Every change of a family appends a
// Change (who, on what evidence, from when) and the Observations it brought;
// the current rows of a family and its members are the fold of these, so any
// fact has a source and a date, and any past state can be shown again.
//
// Identifiers (NIK, KK and account numbers) are kept sealed, with a blind
// index by which they are found. They are opened only by Unmask and Payee,
// which are acts of their own in the audit log.
package registry

import (
	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/indicator"
)

// Family is a family as it stands on record now.
type Family struct {
	ID       ident.ID
	Area     string // village, ten digits
	LocalKey string // the office's own key of the family, unique within a regency
	KKSealed []byte // sealed family card number; nil when there is none
	KKBlind  []byte // blind index of the same
	KKMasked string // filled by Service.Family alone
	Address  string
	RT, RW   string
	Status   FamilyStatus
	HeadName string // name of the head, or of the first member where none is head
	Size     int    // members on record and active
	Facts    indicator.Facts
	Packed   string // Facts as they are stored, where an import brings them unread; else ""
	// ObservedOn is the day of the newest observation of the family itself.
	ObservedOn civil.Date
	// Version counts the family's changes, from 1.
	Version int
}

// Person is a member of a family as on record now.
type Person struct {
	ID         ident.ID
	FamilyID   ident.ID
	Area       string // the family's
	Name       string
	NameKey    string      // SearchKey of Name
	Born       *civil.Date // nil when not known
	Female     bool
	Relation   int64 // option number of the indicator relation: 1 is the head
	MotherName string
	NIKSealed  []byte // sealed NIK; nil when there is none
	NIKBlind   []byte // blind index of the same
	NIKMasked  string // filled by Service.Family alone
	Status     PersonStatus
	Facts      indicator.Facts
	Packed     string // as a family's
	ObservedOn civil.Date
}

// Record is a family with all its members, whatever their status, by id.
type Record struct {
	Family  Family
	Members []Person
}

// Member returns the member with an id.
func (r *Record) Member(id ident.ID) (*Person, bool) {
	for i := range r.Members {
		if r.Members[i].ID == id {
			return &r.Members[i], true
		}
	}
	return nil, false
}

// RelationHead is the option number of the indicator relation that means the
// head of the family (indicators/derived.yaml, no. 302).
const RelationHead = 1

// FamilyStatus says whether a family on record counts.
type FamilyStatus string

// The statuses of a family.
const (
	FamilyActive    FamilyStatus = "active"
	FamilyDormant   FamilyStatus = "dormant"   // put to sleep until verified (ditidurkan)
	FamilyMoved     FamilyStatus = "moved"     // left the area of the register
	FamilyDuplicate FamilyStatus = "duplicate" // the same family is on record elsewhere
	FamilyDissolved FamilyStatus = "dissolved" // has no member left
)

// FamilyStatuses lists the statuses of a family, the usual one first.
var FamilyStatuses = []FamilyStatus{FamilyActive, FamilyDormant, FamilyMoved, FamilyDuplicate, FamilyDissolved}

// PersonStatus says whether a person on record counts as a member.
type PersonStatus string

// The statuses of a person.
const (
	PersonActive    PersonStatus = "active"
	PersonDead      PersonStatus = "dead"
	PersonMoved     PersonStatus = "moved"     // left the family or the area
	PersonDuplicate PersonStatus = "duplicate" // the same person is on record elsewhere
	PersonNotFound  PersonStatus = "not_found" // a visit did not find them
)

// PersonStatuses lists the statuses of a person, the usual one first.
var PersonStatuses = []PersonStatus{PersonActive, PersonDead, PersonMoved, PersonDuplicate, PersonNotFound}
