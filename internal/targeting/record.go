package targeting

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/work"
)

// MeetingStore keeps village meetings. Every method works in the transaction
// of its context and sees only what lies in the actor's areas.
type MeetingStore interface {
	// AddMeeting records a meeting with its places; fault.Conflict when one of
	// the same village, day and minutes stands.
	AddMeeting(ctx context.Context, m Meeting) error
	// Meeting returns a meeting with its places, or fault.NotFound.
	Meeting(ctx context.Context, id ident.ID) (Meeting, error)
	// Meetings lists meetings without their places, the newest first.
	Meetings(ctx context.Context, f MeetingFilter) ([]MeetingRow, error)
	// Since returns the meetings that stand, held on a day or later, with
	// their places.
	Since(ctx context.Context, day civil.Date) ([]Meeting, error)
	// Withdraw marks a meeting that stands as withdrawn; fault.Conflict when
	// it does not.
	Withdraw(ctx context.Context, id ident.ID, by string, at time.Time, reason string) error
}

// MeetingFilter says which meetings to list.
type MeetingFilter struct {
	Area     string // code of any level; empty for all of the actor's
	From, To *civil.Date
	Standing bool // only those not withdrawn
}

// MeetingRow is a meeting in a list.
type MeetingRow struct {
	Meeting
	Families int64
}

// Register is what meetings ask of the register.
type Register interface {
	List(ctx context.Context, f registry.Filter, c registry.Cursor, limit int, purpose access.Purpose) (*registry.Page, error)
}

// rosterPage is how many families are read at a time.
const rosterPage = 500

// Roster returns the active families of a village, whom its meeting can rank.
// The look is recorded.
func (s *Service) Roster(ctx context.Context, village string, purpose access.Purpose) ([]registry.Row, error) {
	if len(village) != villageDigits {
		return nil, fault.Invalid("targeting.meeting.village")
	}
	if _, err := access.RequireArea(ctx, access.SeeFamilies, village); err != nil {
		return nil, err
	}
	var all []registry.Row
	for c := (registry.Cursor{}); ; {
		page, err := s.Register.List(ctx, registry.Filter{Area: village, Status: registry.FamilyActive}, c, rosterPage, purpose)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Rows...)
		if page.Next == nil {
			return all, nil
		}
		c = registry.Cursor{Place: *page.Next}
	}
}

// RecordMeeting records what a village meeting decided. Whoever it ranks is an
// active family of the village.
func (s *Service) RecordMeeting(ctx context.Context, m Meeting) (Meeting, error) {
	actor, err := access.RequireArea(ctx, access.EditFamilies, m.Area)
	if err != nil {
		return m, err
	}
	m.Minutes, m.Note = strings.TrimSpace(m.Minutes), strings.TrimSpace(m.Note)
	now := s.Clock.Now()
	if err := m.Check(civil.OfTime(now)); err != nil {
		return m, err
	}
	roster, err := s.Roster(ctx, m.Area, access.PurposeVerification)
	if err != nil {
		return m, err
	}
	lives := make(map[ident.ID]bool, len(roster))
	for _, f := range roster {
		lives[f.ID] = true
	}
	for i, p := range m.Places {
		if !lives[p.Family] {
			return m, fault.Invalid("targeting.meeting.not_here", "row", i+1)
		}
	}
	m.ordered()
	m.ID, m.RecordedBy, m.RecordedAt = s.IDs.New(), actor.Login, now
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Meetings.AddMeeting(ctx, m); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "meeting.record", Subject: m.ID.String(), Area: m.Area,
			Count: int64(len(m.Places)), Detail: m.HeldOn.String()})
	})
	if err != nil {
		return m, fmt.Errorf("targeting: recording a meeting: %w", err)
	}
	return m, nil
}

// WithdrawMeeting takes a meeting out of what counts, for a reason: the second
// hand's act. Rankings made with it keep it.
func (s *Service) WithdrawMeeting(ctx context.Context, id ident.ID, reason string) error {
	actor, err := access.Require(ctx, access.ApproveChanges)
	if err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Invalid("targeting.meeting.reason")
	}
	if len(reason) > 10*mostNote {
		return fault.Invalid("targeting.meeting.long", "most", 10*mostNote)
	}
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		m, err := s.Meetings.Meeting(ctx, id)
		if err != nil {
			return err
		}
		if err := s.Meetings.Withdraw(ctx, id, actor.Login, s.Clock.Now(), reason); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "meeting.withdraw", Subject: id.String(), Area: m.Area, Count: int64(len(m.Places))})
	})
}

// ListMeetings lists the meetings of the actor's areas, the newest first.
func (s *Service) ListMeetings(ctx context.Context, f MeetingFilter) ([]MeetingRow, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil, err
	}
	return work.Read(ctx, s.Unit, func(ctx context.Context) ([]MeetingRow, error) { return s.Meetings.Meetings(ctx, f) })
}

// Meeting returns a meeting with its places and records the look.
func (s *Service) Meeting(ctx context.Context, id ident.ID, purpose access.Purpose) (Meeting, error) {
	var m Meeting
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return m, err
	}
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if m, err = s.Meetings.Meeting(ctx, id); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: purpose, Action: "meeting.read", Subject: id.String(), Area: m.Area, Fields: []string{"community"}, Count: int64(len(m.Places))})
	})
	return m, err
}
