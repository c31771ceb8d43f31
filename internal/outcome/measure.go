package outcome

import (
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
)

// Ranked is a ranking that a measure looks at.
type Ranked struct {
	Ranking  ident.ID   `json:"ranking"`
	Snapshot ident.ID   `json:"snapshot"`
	Day      civil.Date `json:"day"`
	Model    string     `json:"model"`
	Digest   string     `json:"digest"`
}

// Content is what a measure rests on and came to: all that its digest covers.
type Content struct {
	AsOf         civil.Date `json:"as_of"`    // day of the last ranking
	Rankings     []Ranked   `json:"rankings"` // by day
	Comparable   bool       `json:"comparable"`
	Current      ident.ID   `json:"determination,omitzero"` // in force when it was measured; zero for none
	Programmes   []string   `json:"programmes"`             // of Current
	Determined   []string   `json:"determined"`             // digests of the determinations between the days
	PolicyFrom   civil.Date `json:"policy_from"`
	Families     int64      `json:"families"`
	RowsDigest   string     `json:"rows"`
	DueEvaluated bool       `json:"due_evaluated"` // exits were asked on facts younger than Current's
}

// Measure is one measurement.
type Measure struct {
	ID        ident.ID
	CreatedAt time.Time
	CreatedBy string // login
	Digest    string
	Content
}

// Row is a family, or a person, on a list.
type Row struct {
	List      List
	Area      string
	FamilyID  ident.ID
	PersonID  ident.ID // zero where it is about the family
	Programme string   // of what is due; else empty
	Road      Road     // of a move; of what is due the exit's id; else empty
	Detail

	HeadName, Address, PersonName string // as on record now; filled by Rows of Store alone
}

// Detail is what a list says of a row beside where it stands.
type Detail struct {
	Since     civil.Date    `json:"since,omitzero"`       // first measured day of the present state
	Was       *money.Rupiah `json:"was,omitempty"`        // predicted consumption per person and month, on the day compared with
	Now       *money.Rupiah `json:"now,omitempty"`        // and on the last day
	IncomeWas *money.Rupiah `json:"income_was,omitempty"` // reported income per person and month
	IncomeNow *money.Rupiah `json:"income_now,omitempty"` //
	History   []Step        `json:"history,omitempty"`    // of a move: where it stood on each day
	Received  []string      `json:"received,omitempty"`   // programmes that it was or is entitled to
	Annual    money.Rupiah  `json:"annual,omitempty"`     // what it is entitled to in a year
	Waiting   []string      `json:"waiting,omitempty"`    // programmes whose quota it waits for
	Open      []string      `json:"open,omitempty"`       // programmes that a missing fact leaves open
	Near      []NearMiss    `json:"near,omitempty"`       // programmes that refuse for one reason
	Also      ident.ID      `json:"also,omitzero"`        // the family that may be the same one
	Decile    int64         `json:"decile,omitempty"`     // 0 where it is not known
	Engines   int64         `json:"engines,omitempty"`    // adults who could earn and do not yet
}

// Step is where a family stood on a day.
type Step struct {
	Day    civil.Date `json:"day"`
	Status string     `json:"status"`
}

// NearMiss is a programme that refuses a family for one reason alone.
type NearMiss struct {
	Programme string `json:"programme"`
	Item      string `json:"item"` // id of the clause or exclusion
}

// Subject returns the person, or the family where the row is its own.
func (r Row) Subject() ident.ID {
	if r.PersonID.IsZero() {
		return r.FamilyID
	}
	return r.PersonID
}

// Place is where a page of rows begins: after this row.
type Place struct {
	Area      string
	FamilyID  ident.ID
	SubjectID ident.ID
	Programme string
	Road      Road
}

// Place returns where the row stands in the order of a list.
func (r Row) Place() Place { return Place{r.Area, r.FamilyID, r.Subject(), r.Programme, r.Road} }

// String writes the place for an address; ParsePlace reads it.
func (p Place) String() string {
	return strings.Join([]string{p.Area, p.FamilyID.String(), p.SubjectID.String(), p.Programme, string(p.Road)}, "~")
}

// ParsePlace reads a place; an empty text is the beginning. It returns
// fault.Invalid for what is none.
func ParsePlace(text string) (Place, error) {
	if text == "" {
		return Place{}, nil
	}
	parts := strings.Split(text, "~")
	if len(parts) != 5 {
		return Place{}, fault.Invalid("outcome.bad_place")
	}
	p := Place{Area: parts[0], Programme: parts[3], Road: Road(parts[4])}
	var err error
	if p.FamilyID, err = ident.Parse(parts[1]); err == nil {
		p.SubjectID, err = ident.Parse(parts[2])
	}
	if err != nil {
		return Place{}, fault.Invalid("outcome.bad_place").Because(err)
	}
	return p, nil
}

// Tally is how many are on a list in an area.
type Tally struct {
	List      List
	Area      string
	Programme string
	Road      Road
	Families  int64 // rows; of what is due, subjects
	Annual    money.Rupiah
}

// Filter chooses rows of a measure.
type Filter struct {
	Measure   ident.ID
	List      List
	Area      string // "" for all of the actor's area
	Programme string // "" for all
	Road      Road   // "" for all
}
