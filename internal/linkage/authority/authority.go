// Package authority matches the register against the list of another
// authority: the dead, civil servants, pensioners, the population register.
//
// Names are written differently in every office, so exact equality finds few:
// entries are matched as records of one person are found within the register,
// by number where it agrees and by name, birth date, sex and place with their
// likelihood. Each match waits in a queue with its evidence. To accept one
// does what the policy says of that authority; a rejection is remembered, and
// the same person is not held against the same entry again.
package authority

import (
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/registry"
)

// List is a list that an authority gave.
type List struct {
	ID      ident.ID
	Kind    string // code of the authority's kind
	File    string
	Origin  string     // the letter or service it came by
	On      civil.Date // what the list says holds from this day
	Mapping []string   // role=column, as the uploader gave it
	By      string
	At      time.Time
	Size    int64 // bytes, in sealed pieces until it is matched
	Done    time.Time
	Counts  Counts
}

// Counts says what became of a list.
type Counts struct {
	ID         ident.ID       `json:"id"` // of the list
	Rows       int            `json:"rows"`
	Persons    int            `json:"persons"` // on record in the actor's area
	Compared   int64          `json:"compared"`
	Same       int            `json:"same"`       // matches held to be one person
	Review     int            `json:"review"`     // further ones that are shown
	Agreed     int            `json:"agreed"`     // that agree in all and need nobody's look
	Added      int            `json:"added"`      // new in the queue
	Remembered int            `json:"remembered"` // decided before
	Unread     map[string]int `json:"unread,omitempty"`
	Discarded  bool           `json:"discarded,omitempty"` // put aside without having been matched
}

// Match is a person on record who may be the one of an entry of a list.
type Match struct {
	ID          ident.ID
	List        ident.ID // the newest that has the entry
	Kind        string
	Person      ident.ID
	Family      ident.ID
	Area        string
	Fingerprint []byte // of the entry: the same whenever it comes again
	Row         int    // of the list
	Score       int32  // log2 of the odds, in thousandths of a bit
	Probability float64
	Same        bool
	Pieces      []linkage.Piece
	Sealed      []byte // the entry
	Entry       Entry  // opened by Service alone
	Ours        linkage.Side
	FoundAt     time.Time

	Status Status
	By     string // login of who decided; empty while open
	At     time.Time
	Note   string

	Event  ident.ID // of the register, that recorded the death; zero for none
	Before string   // what was on record before the list's fact, as its indicator reads it; "" for nothing; knownDead
	// Filled by Service.Match alone: who can head the family of a head that
	// died, and what the recorded death stopped.
	Heads   []Head
	Stopped []registry.Stopped
}

// Head is somebody who can become the head of a family.
type Head struct {
	Person ident.ID
	Name   string
}

// Entry is what a list says of somebody.
type Entry struct {
	Name    string      `json:"name,omitempty"`
	Mother  string      `json:"mother,omitempty"`
	Born    *civil.Date `json:"born,omitempty"`
	Female  *bool       `json:"female,omitempty"`
	Area    string      `json:"area,omitempty"`
	Address string      `json:"address,omitempty"`
	Number  string      `json:"number,omitempty"` // masked
	On      *civil.Date `json:"on,omitempty"`     // the day of what the list tells
}

// Status says what was decided of a match.
type Status string

// The statuses of a match.
const (
	Open     Status = "open"
	Accepted Status = "accepted"
	Rejected Status = "rejected"
)

// Statuses lists the statuses, the one that waits first.
var Statuses = []Status{Open, Accepted, Rejected}

// Filter chooses matches.
type Filter struct {
	List   ident.ID // zero: of any list
	Kind   string   // "": of any kind
	Status Status   // "": of any
	Area   string   // a code of any level; "" for all of the actor's
	Least  float64  // chance
	Most   float64  // chance below this; 0 for no limit
	Same   bool     // only those held to be one person
}

// Village counts the matches of a village.
type Village struct {
	Area                     string
	Open, Accepted, Rejected int64
}
