package registry

import (
	"time"

	"gotong/internal/ident"
)

// ImportFile is the record of one import.
type ImportFile struct {
	ID         ident.ID
	Digest     []byte // SHA-256 of both files
	FamilyFile string // names as given
	MemberFile string
	By         string // login
	At         time.Time
	Counts     Counts
	Problems   []byte // sealed problems, as JSON
}

// Counts is what a check or an import found and did.
type Counts struct {
	FamilyRows  int64 `json:"family_rows"`
	MemberRows  int64 `json:"member_rows"`
	Families    int64 `json:"families"`     // good families
	Persons     int64 `json:"persons"`      // members of good families
	New         int64 `json:"new"`          // families that were not on record
	NewPersons  int64 `json:"new_persons"`  // persons that were not on record
	Changed     int64 `json:"changed"`      // families with something new
	Same        int64 `json:"same"`         // families with nothing new
	Held        int64 `json:"held"`         // families held back, with something wrong
	HeldPersons int64 `json:"held_persons"` // members of those, and members of no family
	Unmentioned int64 `json:"unmentioned"`  // members on record that the file does not name
	Errors      int64 `json:"errors"`
	Warnings    int64 `json:"warnings"`
}

// Upload is a pair of uploaded files, kept sealed between check and import.
// A workbook with both sheets is one file, and the other is empty.
type Upload struct {
	ID         ident.ID
	By         string // login of who may use it
	FamilyFile string
	MemberFile string
	FamilySize int64 // bytes
	MemberSize int64
	Mapping    string // as JSON; "" for none
	ExpiresAt  time.Time
	Report     []byte // sealed report of the check; nil before it
}

// UploadPart is a sealed piece of one of the two files.
type UploadPart struct {
	Member bool // of the members' file
	No     int
	Sealed []byte
}
