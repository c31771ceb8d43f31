package conditiondb

import (
	"bytes"
	"context"
	"database/sql"
	"slices"
	"time"

	"gotong/internal/condition"
	"gotong/internal/db"
	"gotong/internal/ident"
)

// AddGroup adds a group.
func (Store) AddGroup(ctx context.Context, g condition.Group) error {
	return db.Exec(ctx, "conditiondb: adding a group", "INSERT INTO duty_group (id, name, area, facilitator) VALUES ($1, $2, $3, $4)", g.ID, g.Name, g.Area, g.Facilitator)
}

// SaveGroup writes what may change of a group.
func (Store) SaveGroup(ctx context.Context, g condition.Group) error {
	return db.Change(ctx, "conditiondb: saving a group", "condition.no_group", "UPDATE duty_group AS g SET facilitator = $2 WHERE g.id = $1 AND {scope g.area}", g.ID, g.Facilitator)
}

const groupQuery = `SELECT g.id, g.name, g.area, g.facilitator, (SELECT COUNT(*) FROM duty_member m WHERE m.group_id = g.id), (SELECT COUNT(*) FROM duty_session s WHERE s.group_id = g.id)
	FROM duty_group g WHERE {scope g.area}`

func scanGroup(scan db.Scanner, g *condition.Group) error {
	return scan(&g.ID, &g.Name, &g.Area, &g.Facilitator, &g.Families, &g.Sessions)
}

// Group returns a group.
func (Store) Group(ctx context.Context, id ident.ID) (condition.Group, error) {
	return db.One(ctx, "conditiondb: reading a group", "condition.no_group", groupQuery+" AND g.id = $1", scanGroup, id)
}

// GroupOf returns a family's group.
func (Store) GroupOf(ctx context.Context, family ident.ID) (condition.Group, error) {
	return db.One(ctx, "conditiondb: finding a group", "condition.no_group", groupQuery+" AND g.id = (SELECT n.group_id FROM duty_member n WHERE n.family_id = $1)", scanGroup, family)
}

// Groups lists groups, by name.
func (Store) Groups(ctx context.Context) ([]condition.Group, error) {
	return db.All(ctx, "conditiondb: listing groups", groupQuery+" ORDER BY g.name, g.id", scanGroup)
}

// Ungrouped lists families with duties in an area that are in no group.
func (Store) Ungrouped(ctx context.Context, area string, most int) ([]condition.Member, error) {
	return db.All(ctx, "conditiondb: finding families without a group", `SELECT d.family_id, MIN(d.area) FROM duty d
		WHERE d.area LIKE $1 || '%' AND NOT EXISTS (SELECT 1 FROM duty_member m WHERE m.family_id = d.family_id) AND {scope d.area}
		GROUP BY d.family_id ORDER BY MIN(d.area), d.family_id LIMIT $2`, func(scan db.Scanner, m *condition.Member) error { return scan(&m.FamilyID, &m.Area) }, area, most)
}

// Join puts families into a group.
func (Store) Join(ctx context.Context, group ident.ID, families []condition.Member) error {
	for _, m := range families {
		if err := db.Exec(ctx, "conditiondb: joining a group", "INSERT INTO duty_member (family_id, group_id, area) VALUES ($1, $2, $3)", m.FamilyID, group, m.Area); err != nil {
			return err
		}
	}
	return nil
}

// PutSession adds a meeting, or finds the one on record.
func (Store) PutSession(ctx context.Context, m condition.Session) (ident.ID, error) {
	err := db.Exec(ctx, "conditiondb: adding a meeting", `INSERT INTO duty_session (id, group_id, area, module, day, place, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (group_id, module, day) DO UPDATE SET place = excluded.place, actor = excluded.actor, at = excluded.at`,
		m.ID, m.Group, m.Area, m.Module, m.Day, m.Place, m.Actor, m.At.UnixMilli())
	if err != nil {
		return ident.ID{}, err
	}
	return db.One(ctx, "conditiondb: finding a meeting", "condition.no_session", "SELECT s.id FROM duty_session s WHERE s.group_id = $1 AND s.module = $2 AND s.day = $3 AND {scope s.area}",
		func(scan db.Scanner, id *ident.ID) error { return scan(id) }, m.Group, m.Module, m.Day)
}

const sessionQuery = `SELECT s.id, s.group_id, s.area, s.module, s.day, s.place, s.actor, s.at,
		(SELECT COUNT(*) FROM duty_attendance a WHERE a.session_id = s.id AND a.attend = 'present'),
		(SELECT COUNT(*) FROM duty_member m WHERE m.group_id = s.group_id)
	FROM duty_session s WHERE {scope s.area}`

func scanSession(scan db.Scanner, m *condition.Session) error {
	var at int64
	err := scan(&m.ID, &m.Group, &m.Area, &m.Module, &m.Day, &m.Place, &m.Actor, &at, &m.Present, &m.Invited)
	m.At = time.UnixMilli(at).UTC()
	return err
}

// Session returns a meeting.
func (Store) Session(ctx context.Context, id ident.ID) (condition.Session, error) {
	return db.One(ctx, "conditiondb: reading a meeting", "condition.no_session", sessionQuery+" AND s.id = $1", scanSession, id)
}

// Sessions lists a group's meetings, newest first.
func (Store) Sessions(ctx context.Context, group ident.ID) ([]condition.Session, error) {
	return db.All(ctx, "conditiondb: listing meetings", sessionQuery+" AND s.group_id = $1 ORDER BY s.day DESC, s.module", scanSession, group)
}

// Guests lists the families of a meeting's group, by id.
func (Store) Guests(ctx context.Context, m condition.Session) ([]condition.Guest, error) {
	return db.All(ctx, "conditiondb: listing who was there", `SELECT m.family_id, a.attend FROM duty_member m LEFT JOIN duty_attendance a ON a.family_id = m.family_id AND a.session_id = $2
		WHERE m.group_id = $1 AND {scope m.area} ORDER BY m.family_id`, func(scan db.Scanner, g *condition.Guest) error {
		var how sql.NullString
		err := scan(&g.FamilyID, &how)
		g.Attend = condition.Attend(how.String)
		return err
	}, m.Group, m.ID)
}

// PutAttendance writes who was there.
func (Store) PutAttendance(ctx context.Context, m condition.Session, there map[ident.ID]condition.Attend) error {
	families := make([]ident.ID, 0, len(there))
	for f := range there {
		families = append(families, f)
	}
	slices.SortFunc(families, func(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) })
	for _, f := range families {
		err := db.Exec(ctx, "conditiondb: writing who was there", `INSERT INTO duty_attendance (session_id, family_id, area, attend) VALUES ($1, $2, $3, $4)
			ON CONFLICT (session_id, family_id) DO UPDATE SET attend = excluded.attend`, m.ID, f, m.Area, string(there[f]))
		if err != nil {
			return err
		}
	}
	return nil
}

// AttendanceOf sums up a family's meetings.
func (Store) AttendanceOf(ctx context.Context, family ident.ID) (condition.Attendance, error) {
	return db.One(ctx, "conditiondb: counting meetings", "condition.no_session", `SELECT COUNT(CASE a.attend WHEN 'present' THEN 1 END), COUNT(CASE a.attend WHEN 'absent' THEN 1 END),
		COUNT(CASE a.attend WHEN 'excused' THEN 1 END) FROM duty_attendance a WHERE a.family_id = $1 AND {scope a.area}`,
		func(scan db.Scanner, x *condition.Attendance) error { return scan(&x.Present, &x.Absent, &x.Excused) }, family)
}
