package condition

import (
	"context"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Session is a meeting of a group on one module (P2K2).
type Session struct {
	ID     ident.ID
	Group  ident.ID
	Area   string
	Module string
	Day    civil.Date
	Place  string
	Actor  string
	At     time.Time

	Present int64 // filled in lists
	Invited int64
}

// Attend says whether a family was at a meeting.
type Attend string

// The ways of attending.
const (
	Present  Attend = "present"
	Absent   Attend = "absent"
	Apology  Attend = "excused"
	Unmarked Attend = "" // nobody said
)

// Attends lists them.
var Attends = []Attend{Present, Absent, Apology}

// Attendance sums up a family's meetings.
type Attendance struct {
	Present, Absent, Excused int64
}

// Guest is a family of a group at a meeting.
type Guest struct {
	FamilyID ident.ID
	Head     string
	Attend   Attend
}

// Hold records that a group met, or changes who was there. Meeting twice on
// one day about the same is one meeting. It needs access.ReportDuties.
//
// It returns fault.Invalid for a day to come, a module that the policy does
// not name, or a family of another group.
func (s *Service) Hold(ctx context.Context, m Session, there map[ident.ID]Attend) (Session, error) {
	actor, err := access.Require(ctx, access.ReportDuties)
	if err != nil {
		return m, err
	}
	rules, err := s.Rules()
	if err != nil {
		return m, err
	}
	m.Place = strings.TrimSpace(m.Place)
	if _, known := rules.Module(m.Module); !known {
		return m, fault.Invalid("condition.no_module")
	}
	switch {
	case m.Place == "":
		return m, fault.Invalid("condition.session_incomplete")
	case m.Day > s.Today():
		return m, fault.Invalid("condition.session_future", "day", m.Day)
	}
	err = s.write(ctx, func(ctx context.Context) (audit.Act, error) {
		g, err := s.Store.Group(ctx, m.Group)
		if err != nil {
			return audit.Act{}, err
		}
		m.ID, m.Area, m.Actor, m.At = s.IDs.New(), g.Area, actor.Login, s.now()
		if m.ID, err = s.Store.PutSession(ctx, m); err != nil {
			return audit.Act{}, err
		}
		guests, err := s.Store.Guests(ctx, m)
		if err != nil {
			return audit.Act{}, err
		}
		invited := make(map[ident.ID]bool, len(guests))
		for _, x := range guests {
			invited[x.FamilyID] = true
		}
		for family, how := range there {
			if !invited[family] || how != Present && how != Absent && how != Apology {
				return audit.Act{}, fault.Invalid("condition.not_invited")
			}
		}
		a := act("session", m.ID, m.Area, m.Module+" "+m.Day.String())
		a.Count = int64(len(there))
		return a, s.Store.PutAttendance(ctx, m, there)
	})
	return m, err
}

// Sessions lists a group's meetings, newest first. It needs access.SeeDuties.
func (s *Service) Sessions(ctx context.Context, group ident.ID) ([]Session, error) {
	var all []Session
	err := s.read(ctx, func(ctx context.Context) error {
		var err error
		all, err = s.Store.Sessions(ctx, group)
		return err
	})
	return all, err
}

// Session returns a meeting with the group's families and whether they were
// there. The look is recorded. It needs access.SeeDuties.
func (s *Service) Session(ctx context.Context, id ident.ID) (Session, []Guest, error) {
	var m Session
	var guests []Guest
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		var err error
		if m, err = s.Store.Session(ctx, id); err != nil {
			return audit.Act{}, err
		}
		if guests, err = s.Store.Guests(ctx, m); err != nil {
			return audit.Act{}, err
		}
		a := act("session_read", m.ID, m.Area, "")
		a.Count, a.Fields = int64(len(guests)), []string{"name"}
		return a, s.nameGuests(ctx, guests)
	})
	return m, guests, err
}

// GuestsOf returns the families of a group, for a meeting to be held.
func (s *Service) GuestsOf(ctx context.Context, group ident.ID) ([]Guest, error) {
	var guests []Guest
	err := s.look(ctx, func(ctx context.Context) (audit.Act, error) {
		g, err := s.Store.Group(ctx, group)
		if err != nil {
			return audit.Act{}, err
		}
		if guests, err = s.Store.Guests(ctx, Session{Group: group}); err != nil {
			return audit.Act{}, err
		}
		a := act("group_read", g.ID, g.Area, "")
		a.Count, a.Fields = int64(len(guests)), []string{"name"}
		return a, s.nameGuests(ctx, guests)
	})
	return guests, err
}

func (s *Service) nameGuests(ctx context.Context, guests []Guest) error {
	months := make([]FamilyMonth, len(guests))
	for i, g := range guests {
		months[i].FamilyID = g.FamilyID
	}
	err := s.name(ctx, months)
	for i := range guests {
		guests[i].Head = months[i].Head
	}
	return err
}
