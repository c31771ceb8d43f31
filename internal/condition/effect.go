package condition

import (
	"slices"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
	"gotong/internal/programme"
)

// EffectStatus says how far a consequence has come.
type EffectStatus string

// The statuses of an effect.
const (
	Proposed  EffectStatus = "proposed"  // judged; the family does not know yet, and nothing happens
	Standing  EffectStatus = "standing"  // the family has its letter
	Upheld    EffectStatus = "upheld"    // an appeal was upheld: it is taken back
	Withdrawn EffectStatus = "withdrawn" // it no longer follows, since something it rests on was excused
)

// EffectStatuses lists the statuses in the order of an effect's life.
var EffectStatuses = []EffectStatus{Proposed, Standing, Upheld, Withdrawn}

// Effect is what follows for a member's part of one instalment.
type Effect struct {
	ID        ident.ID
	Programme string
	Version   string
	FamilyID  ident.ID
	PersonID  ident.ID
	Area      string
	Component string
	Period    Period // the first instalment that it may touch
	Sanction  programme.Sanction
	Percent   int
	Misses    []Month
	Status    EffectStatus
	Maker     string
	MadeAt    time.Time
	Letter    ident.ID // of the issued papers; zero before
	NoticedBy string
	NoticedAt time.Time // zero before
	Appeal    *Appeal   // nil where nobody objected

	Name string // of the member; filled for who may see it
}

// restsOn reports whether a duty is one of those that the effect is about.
func (e *Effect) restsOn(d Duty) bool {
	return e.PersonID == d.PersonID && e.Programme == d.Programme && e.Component == d.Component && slices.Contains(e.Misses, d.Due)
}

// KeepsBack reports whether the effect touches money.
func (e *Effect) KeepsBack() bool { return e.Percent > 0 }

// Taken reports whether the effect was taken back.
func (e *Effect) Taken() bool { return e.Status == Upheld || e.Status == Withdrawn }

// From returns the day from which the effect may touch money; ok is false
// before the family had its letter.
func (e *Effect) From(r Rules) (day civil.Date, ok bool) {
	if e.NoticedAt.IsZero() {
		return 0, false
	}
	return civil.InWest(e.NoticedAt).AddDays(r.NoticeDays), true
}

// Until returns the last day on which the family may object; ok is false
// before it had its letter.
func (e *Effect) Until(r Rules) (day civil.Date, ok bool) {
	if e.NoticedAt.IsZero() {
		return 0, false
	}
	return civil.InWest(e.NoticedAt).AddDays(r.AppealDays), true
}
