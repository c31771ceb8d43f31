package condition

import (
	"time"

	"gotong/internal/ident"
	"gotong/internal/programme"
)

// Duty is what one member owes in one month.
type Duty struct {
	ID            ident.ID
	Programme     string
	Version       string // of the programme, as it was decided
	Determination ident.ID
	Condition     string
	Component     string
	FamilyID      ident.ID
	PersonID      ident.ID
	Area          string
	Since         Month // first month that it covers
	Due           Month // month in which it is asked about: the last that it covers
	Kind          programme.Facility
	Facility      ident.ID // who sees it; zero while nobody said where
	AtLeast       *int64   // in Unit; nil: met or not, without a measure
	Unit          string

	Status  Status
	Measure *int64
	Excuse  Excuse
	Note    string
	Via     Via
	Actor   string
	At      time.Time // zero while nothing is known

	Verified bool // by the facilitator, with the family's whole month

	Name    string // of the member; filled for who may see it
	Address string
	Gone    bool // dead, moved, or the family put to sleep
}

// Excuse is why a duty could not be met.
type Excuse string

// The excuses.
const (
	Illness        Excuse = "illness"
	Disaster       Excuse = "disaster"
	FacilityClosed Excuse = "facility_closed"
	NotApplicable  Excuse = "not_applicable" // the duty does not fit any more: born, moved school, died
	Heard          Excuse = "appeal"         // an appeal was upheld; not to be chosen
)

// Excuses lists what may be chosen.
var Excuses = []Excuse{Illness, Disaster, FacilityClosed, NotApplicable}

// Via says by which way a mark came.
type Via string

// The ways.
const (
	ViaFacility    Via = "facility"    // a facility's list, filled in on a page
	ViaFile        Via = "file"        // a facility's list, brought as a file
	ViaFacilitator Via = "facilitator" // a family's month
	ViaAPI         Via = "api"
	ViaCorrection  Via = "correction"
	ViaAppeal      Via = "appeal"
	ViaRegister    Via = "register" // somebody died or left
)

// window returns the months that a duty covers which is asked about in a
// month, and whether it is asked about then. What is due once is asked about
// whenever a month is opened, and kept once a year.
func window(c *programme.Condition, month Month) (since Month, asked bool) {
	if c.InForce != nil && !c.InForce.Contains(month.First()) {
		return 0, false
	}
	if c.Every == programme.Once {
		return monthAt(month.Year(), 1), true
	}
	every := programme.Cycle{Every: c.Every}.Months()
	if len(c.Months) == 0 {
		return month - Month(every) + 1, month.Calendar()%every == 0
	}
	for _, m := range c.Months {
		if m == month.Calendar() {
			return month - Month(every) + 1, true
		}
	}
	return 0, false
}

// judged says what a measure means for a duty.
func (d *Duty) judged(measure int64) Status {
	if measure >= *d.AtLeast {
		return Met
	}
	return Missed
}

// Event is a step in what is known of a duty.
type Event struct {
	Duty    ident.ID
	No      int64
	Status  Status
	Measure *int64
	Excuse  Excuse
	Note    string
	Via     Via
	Actor   string
	At      time.Time
}
