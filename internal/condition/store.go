package condition

import (
	"context"

	"gotong/internal/ident"
	"gotong/internal/programme"
)

// Store keeps duties and what belongs to them. Every method works in the
// transaction of its context and sees only what lies in the actor's areas;
// what is not there is fault.NotFound.
type Store interface {
	duties
	facilities
	effects
	groups
	// ByArea counts the duties of a month by area.
	ByArea(ctx context.Context, f OverviewFilter) ([]AreaCounts, error)
	// ByMonth counts the duties of the last months, oldest first.
	ByMonth(ctx context.Context, f OverviewFilter) ([]MonthCounts, error)
	// Pending counts effects of which no family was told, and open appeals.
	Pending(ctx context.Context) (proposed, appeals int64, err error)
}

// DutyWriter adds many duties. Flush ends it.
type DutyWriter interface {
	Add(ctx context.Context, d Duty) error
	Flush(ctx context.Context) error
}

type duties interface {
	Duties(ctx context.Context) DutyWriter
	// Keys returns which duties of a programme are on record that a month can
	// bring: those asked about in it, and those due once in its year.
	Keys(ctx context.Context, programme string, m Month) (map[DutyKey]bool, error)
	Duty(ctx context.Context, id ident.ID) (Duty, error)
	// LockDuty is Duty, and has others wait for it.
	LockDuty(ctx context.Context, id ident.ID) (Duty, error)
	// SaveDuty writes what is known of a duty, and its event.
	SaveDuty(ctx context.Context, d Duty) error
	Events(ctx context.Context, duty ident.ID) ([]Event, error)
	// DutiesOf lists a family's duties of some months, by month, member and
	// condition.
	DutiesOf(ctx context.Context, family ident.ID, from, to Month) ([]Duty, error)
	// DutiesAt lists what a facility is asked about in a month.
	DutiesAt(ctx context.Context, facility ident.ID, m Month) ([]Duty, error)
	// Verified lists the verified duties of a programme in some months, by
	// member and month.
	Verified(ctx context.Context, programme, area string, from, to Month) ([]Duty, error)
	AddVerification(ctx context.Context, v Verification) error
	Verification(ctx context.Context, family ident.ID, m Month) (Verification, error)
	Families(ctx context.Context, f FamilyFilter) ([]FamilyMonth, int64, error)
	Progress(ctx context.Context, f FamilyFilter) (Progress, error)
	Months(ctx context.Context) ([]Month, error)
}

type facilities interface {
	AddFacility(ctx context.Context, f Facility) error
	SaveFacility(ctx context.Context, f Facility) error
	Facility(ctx context.Context, id ident.ID) (Facility, error)
	FacilityByCode(ctx context.Context, kind programme.Facility, code string) (Facility, error)
	// Facilities lists facilities by name, with what they are asked in a month.
	Facilities(ctx context.Context, m Month) ([]Facility, error)
	// SetPlace says who sees a member's duties, those that are open too.
	SetPlace(ctx context.Context, p Placement) error
	Places(ctx context.Context) (map[PlaceKey]ident.ID, error)
}

type effects interface {
	AddEffect(ctx context.Context, e Effect) error
	SaveEffect(ctx context.Context, e Effect) error
	// Effect returns an effect with its appeal.
	Effect(ctx context.Context, id ident.ID) (Effect, error)
	// LockEffect is Effect, and has others wait for it.
	LockEffect(ctx context.Context, id ident.ID) (Effect, error)
	// Effects lists effects, newest instalment first.
	Effects(ctx context.Context, f EffectFilter) ([]Effect, error)
	EffectsOf(ctx context.Context, family ident.ID) ([]Effect, error)
	AddAppeal(ctx context.Context, p Appeal) error
	SaveAppeal(ctx context.Context, p Appeal) error
}

type groups interface {
	AddGroup(ctx context.Context, g Group) error
	SaveGroup(ctx context.Context, g Group) error
	Group(ctx context.Context, id ident.ID) (Group, error)
	GroupOf(ctx context.Context, family ident.ID) (Group, error)
	Groups(ctx context.Context) ([]Group, error)
	// Ungrouped lists families with duties in an area that are in no group,
	// by area and id.
	Ungrouped(ctx context.Context, area string, most int) ([]Member, error)
	Join(ctx context.Context, group ident.ID, families []Member) error
	// PutSession adds a meeting, or finds the one of the same group, module
	// and day, and returns its id.
	PutSession(ctx context.Context, m Session) (ident.ID, error)
	Session(ctx context.Context, id ident.ID) (Session, error)
	Sessions(ctx context.Context, group ident.ID) ([]Session, error)
	// Guests lists the families of a meeting's group, by id, with whether
	// they were there.
	Guests(ctx context.Context, m Session) ([]Guest, error)
	PutAttendance(ctx context.Context, m Session, there map[ident.ID]Attend) error
	AttendanceOf(ctx context.Context, family ident.ID) (Attendance, error)
}

// Member is a family in an area.
type Member struct {
	FamilyID ident.ID
	Area     string
}
