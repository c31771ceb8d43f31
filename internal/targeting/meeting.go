package targeting

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/snapshot"
)

// Meeting is a village meeting that put families in an order of need.
type Meeting struct {
	ID           ident.ID       `json:"id"`
	Area         string         `json:"area"` // village
	HeldOn       civil.Date     `json:"held_on"`
	Minutes      string         `json:"minutes"` // number of the signed minutes
	Participants int64          `json:"participants"`
	Women        int64          `json:"women"` // of the participants
	Places       []MeetingPlace `json:"places"`

	Note        string    `json:"-"`
	RecordedBy  string    `json:"-"` // login
	RecordedAt  time.Time `json:"-"`
	WithdrawnBy string    `json:"-"` // empty while it stands
	WithdrawnAt time.Time `json:"-"`
	Reason      string    `json:"-"` // of the withdrawal
}

// MeetingPlace is a family's place: 1 is the poorest. Families that the
// meeting would not tell apart have the same.
type MeetingPlace struct {
	Family ident.ID `json:"family"`
	Place  int64    `json:"place"`
}

// Stands reports whether the meeting has not been withdrawn.
func (m Meeting) Stands() bool { return m.WithdrawnBy == "" }

// mostNote is how long what people write of a meeting may be.
const mostNote = 200

// Check reports what is wrong with a meeting that is to be recorded today.
func (m Meeting) Check(today civil.Date) error {
	switch {
	case len(m.Area) != villageDigits || strings.Trim(m.Area, "0123456789") != "":
		return fault.Invalid("targeting.meeting.village")
	case m.HeldOn > today:
		return fault.Invalid("targeting.meeting.future", "date", m.HeldOn)
	case strings.TrimSpace(m.Minutes) == "":
		return fault.Invalid("targeting.meeting.minutes")
	case len(m.Minutes) > mostNote || len(m.Note) > 10*mostNote:
		return fault.Invalid("targeting.meeting.long", "most", mostNote)
	case m.Participants < 1:
		return fault.Invalid("targeting.meeting.participants")
	case m.Women < 0 || m.Women > m.Participants:
		return fault.Invalid("targeting.meeting.women", "participants", m.Participants)
	case len(m.Places) < 2:
		return fault.Invalid("targeting.meeting.few", "families", len(m.Places))
	}
	seen := map[ident.ID]bool{}
	for i, p := range m.Places {
		switch {
		case p.Place < 1 || p.Place > maxValue:
			return fault.Invalid("targeting.meeting.place", "row", i+1, "place", p.Place)
		case seen[p.Family]:
			return fault.Invalid("targeting.meeting.family_twice", "row", i+1)
		}
		seen[p.Family] = true
	}
	return nil
}

// ordered puts the places in their order, equals by id, so that a meeting has
// one text whatever order it was read in.
func (m *Meeting) ordered() {
	slices.SortFunc(m.Places, func(a, b MeetingPlace) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), bytes.Compare(a.Family[:], b.Family[:]))
	})
}

// Meetings are those that count in a ranking, one a village, by village.
type Meetings []Meeting

// Counting returns the meetings that count on a day: of each village the
// newest that stands, if it is not too old and ranked enough families.
func Counting(all []Meeting, o Order, on civil.Date) Meetings {
	newest := map[string]Meeting{}
	for _, m := range all {
		if !m.Stands() || m.HeldOn > on || m.HeldOn.AddMonths(int(o.Months)) <= on || int64(len(m.Places)) < o.Least {
			continue
		}
		have, ok := newest[m.Area]
		if !ok || cmp.Or(cmp.Compare(m.HeldOn, have.HeldOn), bytes.Compare(m.ID[:], have.ID[:])) > 0 {
			newest[m.Area] = m
		}
	}
	var counting Meetings
	for _, m := range newest {
		m.ordered()
		counting = append(counting, m)
	}
	slices.SortFunc(counting, func(a, b Meeting) int { return strings.Compare(a.Area, b.Area) })
	return counting
}

// Digest names the meetings and all their places; empty where there are none.
func (m Meetings) Digest() string {
	if len(m) == 0 {
		return ""
	}
	return snapshot.Digest("meetings", m)
}

// in returns the meetings of a regency's villages.
func (m Meetings) in(regency string) Meetings {
	from, _ := slices.BinarySearchFunc(m, regency, func(x Meeting, area string) int { return strings.Compare(x.Area, area) })
	to := from
	for to < len(m) && strings.HasPrefix(m[to].Area, regency) {
		to++
	}
	return m[from:to]
}
