// Package clock gives the time through an interface, so that a simulation,
// a test or the reproducible demo can say what time it is.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock, in UTC.
type System struct{}

// Now returns the machine's time in UTC.
func (System) Now() time.Time { return time.Now().UTC() }

// Stepping is a clock that starts at a given time and moves on by a fixed
// step at each reading, so that two runs of the same program read the same
// times. It is safe for concurrent use, though only a single reader makes
// the order of readings, and so the run, reproducible.
type Stepping struct {
	mu   sync.Mutex
	now  time.Time
	step time.Duration
}

// NewStepping returns a clock whose first reading is start.
func NewStepping(start time.Time, step time.Duration) *Stepping {
	return &Stepping{now: start.UTC(), step: step}
}

// Now returns the current reading and moves the clock on.
func (s *Stepping) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.now
	s.now = s.now.Add(s.step)
	return t
}

// Advance moves the clock on by d.
func (s *Stepping) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}
