package registry

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"time"

	"gotong/internal/civil"
	"gotong/internal/ident"
)

// Moment is a point in both times of the register: On is the day the family
// is asked for, Known the instant until which what was recorded counts. The
// past as it is known now and the past as it was known then differ wherever
// something was entered late or mended.
type Moment struct {
	On    civil.Date
	Known time.Time // zero: all that is recorded
}

// endOfDays is after every day that a change can take effect.
const endOfDays = civil.Date(math.MaxInt32)

// knows reports whether something recorded at an instant is known.
func (m Moment) knows(recorded time.Time) bool { return m.Known.IsZero() || !recorded.After(m.Known) }

// Replay returns a family as it was at a moment, or nil when nothing was on
// record of it that was in effect. Replayed to the end of days, a history is
// the family's current row.
//
// A change counts by what it altered and not by all that its body repeats:
// who mends a name of last year today does not carry today's address into
// last year. What was undone counts nowhere, as it never was so.
func Replay(h *History, at Moment) *Record {
	r := &replayed{shown: &Record{}, undone: h.undone(at)}
	changes := slices.SortedFunc(slices.Values(h.Changes), func(a, b Change) int { return cmp.Compare(a.Version, b.Version) })
	full := &replayed{shown: &Record{}}
	for i := range changes {
		c := &changes[i]
		if !at.knows(c.RecordedAt) {
			break // versions are recorded in order
		}
		if !r.undone[c.Version] && len(c.Body.Undoes) == 0 && c.EffectiveOn <= at.On {
			r.alter(full.shown, c)
		}
		r.shown.Family.Version = c.Version
		full.shown.apply(c)
	}
	if r.shown.Family.ID.IsZero() {
		return nil
	}
	var observed []Observation
	for _, o := range h.Observations {
		if !r.undone[o.Version] && at.knows(o.RecordedAt) && o.ObservedOn <= at.On {
			observed = append(observed, o)
		}
	}
	r.shown.observed(observed)
	r.shown.settle()
	return r.shown
}

// undone returns the versions that were taken back, as far as that is known.
func (h *History) undone(at Moment) map[int]bool {
	undone := map[int]bool{}
	for i := range h.Changes {
		if at.knows(h.Changes[i].RecordedAt) {
			for _, v := range h.Changes[i].Body.Undoes {
				undone[v] = true
			}
		}
	}
	return undone
}

// Standing returns the observations that were not taken back.
func (h *History) Standing() []Observation {
	undone := h.undone(Moment{})
	if len(undone) == 0 {
		return h.Observations
	}
	var standing []Observation
	for _, o := range h.Observations {
		if !undone[o.Version] {
			standing = append(standing, o)
		}
	}
	return standing
}

// observed sets what is known of a family and its members.
func (r *Record) observed(observations []Observation) {
	r.Family.Facts, r.Family.ObservedOn = current(observations, ident.ID{})
	for i := range r.Members {
		m := &r.Members[i]
		m.Facts, m.ObservedOn = current(observations, m.ID)
	}
}

// replayed is a family on its way through its history.
type replayed struct {
	shown  *Record
	undone map[int]bool
}

// alter sets what a change made different from before.
func (r *replayed) alter(before *Record, c *Change) {
	f := &r.shown.Family
	f.ID = c.FamilyID
	if now := c.Body.Family; now != nil {
		core := *f.core()
		core.alter(before.Family.core(), now)
		f.set(&core)
	}
	for i := range c.Body.Members {
		now := &c.Body.Members[i]
		was, known := before.Member(now.ID)
		m, shown := r.shown.Member(now.ID)
		switch {
		case !known && !shown:
			r.shown.put(now)
		case shown:
			core, old := m.core(), MemberCore{ID: now.ID}
			if known {
				old = was.core()
			}
			core.alter(&old, now)
			m.set(&core)
		}
		// Who came later than the day asked for is not there to be altered.
	}
}

// put brings a member on the record, or sets what is on record of them.
func (r *Record) put(core *MemberCore) {
	m, ok := r.Member(core.ID)
	if !ok {
		at, _ := slices.BinarySearchFunc(r.Members, core.ID, func(p Person, id ident.ID) int {
			return slices.Compare(p.ID[:], id[:])
		})
		r.Members = slices.Insert(r.Members, at, Person{ID: core.ID, FamilyID: r.Family.ID})
		m = &r.Members[at]
	}
	m.set(core)
}

// set1 sets what differs between two values.
func set1[T comparable](into *T, was, now T) {
	if was != now {
		*into = now
	}
}

func (c *FamilyCore) alter(was, now *FamilyCore) {
	set1(&c.Area, was.Area, now.Area)
	set1(&c.LocalKey, was.LocalKey, now.LocalKey)
	set1(&c.Address, was.Address, now.Address)
	set1(&c.RT, was.RT, now.RT)
	set1(&c.RW, was.RW, now.RW)
	set1(&c.Status, was.Status, now.Status)
	if !bytes.Equal(was.KKBlind, now.KKBlind) {
		c.KKSealed, c.KKBlind = now.KKSealed, now.KKBlind
	}
}

func (c *MemberCore) alter(was, now *MemberCore) {
	set1(&c.Name, was.Name, now.Name)
	set1(&c.Female, was.Female, now.Female)
	set1(&c.Relation, was.Relation, now.Relation)
	set1(&c.MotherName, was.MotherName, now.MotherName)
	set1(&c.Status, was.Status, now.Status)
	if !sameDay(was.Born, now.Born) {
		c.Born = now.Born
	}
	if !bytes.Equal(was.NIKBlind, now.NIKBlind) {
		c.NIKSealed, c.NIKBlind = now.NIKSealed, now.NIKBlind
	}
}

func sameDay(a, b *civil.Date) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }
