package conditiondb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"gotong/internal/condition"
	"gotong/internal/db"
)

// counted are the columns in which the duties of a group of rows are counted.
const counted = `COUNT(CASE d.status WHEN 'met' THEN 1 END), COUNT(CASE d.status WHEN 'missed' THEN 1 END),
	COUNT(CASE d.status WHEN 'excused' THEN 1 END), COUNT(CASE d.status WHEN 'open' THEN 1 END)`

// families are the duties of a month with their families' group and
// verification.
const families = ` FROM duty d LEFT JOIN duty_member m ON m.family_id = d.family_id LEFT JOIN duty_group g ON g.id = m.group_id
	LEFT JOIN duty_verification v ON v.family_id = d.family_id AND v.month = d.due WHERE {scope d.area}`

// where writes a filter's conditions.
func where(f condition.FamilyFilter) (string, []any) {
	text, args := " AND d.due = $1", []any{f.Month}
	add := func(condition string, arg any) {
		args = append(args, arg)
		text += " AND " + strings.ReplaceAll(condition, "$", fmt.Sprintf("$%d", len(args)))
	}
	if !f.Group.IsZero() {
		add("m.group_id = $", f.Group)
	}
	if f.Login != "" {
		add("g.facilitator = $", f.Login)
	}
	if f.Area != "" {
		add("d.area LIKE $ || '%'", f.Area)
	}
	switch f.Verified {
	case "ya":
		text += " AND v.at IS NOT NULL"
	case "belum":
		text += " AND v.at IS NULL"
	}
	if f.Missed {
		text += " AND EXISTS (SELECT 1 FROM duty x WHERE x.family_id = d.family_id AND x.due = d.due AND x.status = 'missed')"
	}
	return text, args
}

// Families lists families with duties in a month.
func (s Store) Families(ctx context.Context, f condition.FamilyFilter) ([]condition.FamilyMonth, int64, error) {
	p, err := s.Progress(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	filter, args := where(f)
	limit := ""
	if f.Limit > 0 {
		limit = fmt.Sprintf(" LIMIT %d OFFSET %d", f.Limit, f.Offset)
	}
	list, err := db.All(ctx, "conditiondb: listing families", "SELECT d.family_id, MIN(d.area), m.group_id, g.name, v.actor, v.at, "+counted+families+filter+`
		GROUP BY d.family_id, m.group_id, g.name, v.actor, v.at ORDER BY CASE WHEN g.name IS NULL THEN 1 ELSE 0 END, g.name, MIN(d.area), d.family_id`+limit,
		func(scan db.Scanner, x *condition.FamilyMonth) error {
			var group, by sql.NullString
			var at sql.NullInt64
			err := scan(&x.FamilyID, &x.Area, &x.Group, &group, &by, &at, &x.Counts.Met, &x.Counts.Missed, &x.Counts.Excused, &x.Counts.Open)
			x.GroupName, x.VerifiedBy, x.VerifiedAt = group.String, by.String, db.Instant(at)
			return err
		}, args...)
	return list, p.Families, err
}

// Progress counts how far a month has come.
func (Store) Progress(ctx context.Context, f condition.FamilyFilter) (condition.Progress, error) {
	filter, args := where(f)
	return db.One(ctx, "conditiondb: counting families", "condition.no_duty", "SELECT COUNT(DISTINCT d.family_id), COUNT(DISTINCT v.family_id), "+counted+families+filter,
		func(scan db.Scanner, p *condition.Progress) error {
			return scan(&p.Families, &p.Verified, &p.Duties.Met, &p.Duties.Missed, &p.Duties.Excused, &p.Duties.Open)
		}, args...)
}

// Months lists the months of which duties are on record, newest first.
func (Store) Months(ctx context.Context) ([]condition.Month, error) {
	return db.All(ctx, "conditiondb: listing months", "SELECT DISTINCT d.due FROM duty d WHERE {scope d.area} ORDER BY d.due DESC",
		func(scan db.Scanner, m *condition.Month) error { return scan(m) })
}

// ByArea counts the duties of a month by area.
func (Store) ByArea(ctx context.Context, f condition.OverviewFilter) ([]condition.AreaCounts, error) {
	code := fmt.Sprintf("substr(d.area, 1, %d)", f.Digits)
	return db.All(ctx, "conditiondb: counting by area", "SELECT "+code+", "+counted+`, COUNT(DISTINCT d.family_id), COUNT(DISTINCT v.family_id) FROM duty d
		LEFT JOIN duty_verification v ON v.family_id = d.family_id AND v.month = d.due
		WHERE d.due = $1 AND ($2 = '' OR d.programme = $2) AND d.area LIKE $3 || '%' AND {scope d.area} GROUP BY `+code+" ORDER BY "+code,
		func(scan db.Scanner, a *condition.AreaCounts) error {
			return scan(&a.Area, &a.Counts.Met, &a.Counts.Missed, &a.Counts.Excused, &a.Counts.Open, &a.Families, &a.Verified)
		}, f.Month, f.Programme, f.Area)
}

// ByMonth counts the duties of the last months, oldest first.
func (Store) ByMonth(ctx context.Context, f condition.OverviewFilter) ([]condition.MonthCounts, error) {
	return db.All(ctx, "conditiondb: counting by month", "SELECT d.due, "+counted+` FROM duty d
		WHERE d.due BETWEEN $1 AND $2 AND ($3 = '' OR d.programme = $3) AND d.area LIKE $4 || '%' AND {scope d.area} GROUP BY d.due ORDER BY d.due`,
		func(scan db.Scanner, m *condition.MonthCounts) error {
			return scan(&m.Month, &m.Counts.Met, &m.Counts.Missed, &m.Counts.Excused, &m.Counts.Open)
		}, f.Month-condition.Month(f.Months)+1, f.Month, f.Programme, f.Area)
}

// Pending counts what waits.
func (Store) Pending(ctx context.Context) (proposed, appeals int64, err error) {
	err = db.From(ctx).QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM duty_effect e WHERE e.status = 'proposed' AND {scope e.area}),
		(SELECT COUNT(*) FROM duty_appeal p WHERE p.status = 'filed' AND {scope p.area})`).Scan(&proposed, &appeals)
	if err != nil {
		err = fmt.Errorf("conditiondb: counting what waits: %w", err)
	}
	return proposed, appeals, err
}
