package registry

import (
	"errors"
	"time"

	"gotong/internal/civil"
	"gotong/internal/i18n"
)

// unmaskRule says how many numbers one member of staff may open in clear.
type unmaskRule struct {
	From    civil.Date `yaml:"from"`
	PerHour int        `yaml:"per_hour"`
	PerDay  int        `yaml:"per_day"`
	Lift    struct {
		Extra int `yaml:"extra"`
		Hours int `yaml:"hours"`
	} `yaml:"lift"`
	Export struct {
		Hours int `yaml:"hours"`
	} `yaml:"export"`
	OfficeHours struct {
		From      int `yaml:"from"`
		Until     int `yaml:"until"`
		UTCOffset int `yaml:"utc_offset"`
	} `yaml:"office_hours"`
	UnusualPerDay int       `yaml:"unusual_per_day"`
	Source        i18n.Text `yaml:"source"`
}

func (r unmaskRule) check() error {
	hours := r.OfficeHours
	switch {
	case r.Source == (i18n.Text{}) || r.PerHour < 1 || r.PerDay < r.PerHour || r.Lift.Extra < 1 || r.Lift.Hours < 1 || r.Export.Hours < 1 || r.UnusualPerDay < 1:
		return errors.New("a number or the source is missing")
	case hours.From < 0 || hours.Until > 24 || hours.From >= hours.Until:
		return errors.New("office_hours must rise between 0 and 24")
	}
	return nil
}

// Begins returns the first day of the rule.
func (r unmaskRule) Begins() civil.Date { return r.From }

// unmaskOn returns the rule in force on a day, the first one before its time.
func (r Rules) unmaskOn(day civil.Date) unmaskRule {
	in, _ := civil.InForce(r.unmask, day)
	return in
}

// Opened is how many numbers somebody has opened of late, and how many more a
// second person allows at present.
type Opened struct {
	Hour, Day int
	Extra     int
}

// left returns how many more may be opened now.
func (r unmaskRule) left(o Opened) int {
	return max(0, min(r.PerHour+o.Extra-o.Hour, r.PerDay+o.Extra-o.Day))
}

// outOfHours reports whether an instant lies outside the office's hours: at
// night, or on a Saturday or Sunday.
func (r unmaskRule) outOfHours(at time.Time) bool {
	local := at.UTC().Add(time.Duration(r.OfficeHours.UTCOffset) * time.Hour)
	weekend := local.Weekday() == time.Saturday || local.Weekday() == time.Sunday
	return weekend || local.Hour() < r.OfficeHours.From || local.Hour() >= r.OfficeHours.Until
}
