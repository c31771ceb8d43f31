package targetingdb

import (
	"context"
	"database/sql"
	"time"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/targeting"
)

var _ targeting.MeetingStore = Store{}

// AddMeeting implements targeting.MeetingStore.
func (Store) AddMeeting(ctx context.Context, m targeting.Meeting) error {
	tx := db.From(ctx)
	_, err := tx.Exec(ctx, `INSERT INTO village_meeting
		(id, area, held_on, minutes, participants, women, families, note, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		m.ID, m.Area, m.HeldOn, m.Minutes, m.Participants, m.Women, len(m.Places), m.Note, m.RecordedBy, m.RecordedAt.UnixMilli())
	if db.IsUnique(err) {
		return fault.Conflict("targeting.meeting.twice", "minutes", m.Minutes, "date", m.HeldOn).Because(err)
	}
	if err != nil {
		return err
	}
	bulk := tx.NewBulk("village_place", "meeting_id", "family_id", "area", "place")
	for _, p := range m.Places {
		if err := bulk.Add(ctx, m.ID, p.Family, m.Area, p.Place); err != nil {
			return err
		}
	}
	return bulk.Flush(ctx)
}

const meetingColumns = "m.id, m.area, m.held_on, m.minutes, m.participants, m.women, m.families, m.note, m.recorded_by, m.recorded_at, m.withdrawn_by, m.withdrawn_at, m.reason"

func scanMeeting(row interface{ Scan(...any) error }) (targeting.MeetingRow, error) {
	var m targeting.MeetingRow
	var at, withdrawn int64
	err := row.Scan(&m.ID, &m.Area, &m.HeldOn, &m.Minutes, &m.Participants, &m.Women, &m.Families, &m.Note, &m.RecordedBy, &at, &m.WithdrawnBy, &withdrawn, &m.Reason)
	m.RecordedAt = time.UnixMilli(at).UTC()
	if withdrawn != 0 {
		m.WithdrawnAt = time.UnixMilli(withdrawn).UTC()
	}
	return m, err
}

// Meeting implements targeting.MeetingStore.
func (Store) Meeting(ctx context.Context, id ident.ID) (targeting.Meeting, error) {
	tx := db.From(ctx)
	row, err := scanMeeting(tx.QueryRow(ctx, "SELECT "+meetingColumns+" FROM village_meeting m WHERE {scope m.area} AND m.id = $1", id))
	if err != nil {
		return targeting.Meeting{}, db.NoRows(err, "targeting.meeting.missing")
	}
	m := row.Meeting
	rows, err := tx.Query(ctx, "SELECT p.family_id, p.place FROM village_place p WHERE {scope p.area} AND p.meeting_id = $1 ORDER BY p.place, p.family_id", id)
	return m, db.Each(rows, err, func(rows *sql.Rows) error {
		var p targeting.MeetingPlace
		err := rows.Scan(&p.Family, &p.Place)
		m.Places = append(m.Places, p)
		return err
	})
}

// Meetings implements targeting.MeetingStore.
func (Store) Meetings(ctx context.Context, f targeting.MeetingFilter) ([]targeting.MeetingRow, error) {
	from, to, standing := "0001-01-01", "9999-12-31", 0
	if f.From != nil {
		from = f.From.String()
	}
	if f.To != nil {
		to = f.To.String()
	}
	if f.Standing {
		standing = 1
	}
	var all []targeting.MeetingRow
	rows, err := db.From(ctx).Query(ctx, "SELECT "+meetingColumns+` FROM village_meeting m
		WHERE {scope m.area} AND m.area >= $1 AND m.area <= $2 AND m.held_on >= $3 AND m.held_on <= $4 AND ($5 = 0 OR m.withdrawn_by = '')
		ORDER BY m.held_on DESC, m.id DESC`, f.Area, f.Area+"9999999999", from, to, standing)
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		m, err := scanMeeting(rows)
		all = append(all, m)
		return err
	})
}

// Since implements targeting.MeetingStore.
func (Store) Since(ctx context.Context, day civil.Date) ([]targeting.Meeting, error) {
	tx := db.From(ctx)
	var all []targeting.Meeting
	at := map[ident.ID]int{}
	rows, err := tx.Query(ctx, "SELECT "+meetingColumns+" FROM village_meeting m WHERE {scope m.area} AND m.held_on >= $1 AND m.withdrawn_by = '' ORDER BY m.held_on, m.id", day)
	if err := db.Each(rows, err, func(rows *sql.Rows) error {
		m, err := scanMeeting(rows)
		at[m.ID] = len(all)
		all = append(all, m.Meeting)
		return err
	}); err != nil {
		return nil, err
	}
	rows, err = tx.Query(ctx, `SELECT p.meeting_id, p.family_id, p.place FROM village_place p JOIN village_meeting m ON m.id = p.meeting_id
		WHERE {scope p.area} AND m.held_on >= $1 AND m.withdrawn_by = '' ORDER BY p.meeting_id, p.place, p.family_id`, day)
	return all, db.Each(rows, err, func(rows *sql.Rows) error {
		var id ident.ID
		var p targeting.MeetingPlace
		if err := rows.Scan(&id, &p.Family, &p.Place); err != nil {
			return err
		}
		if i, ok := at[id]; ok {
			all[i].Places = append(all[i].Places, p)
		}
		return nil
	})
}

// Withdraw implements targeting.MeetingStore.
func (Store) Withdraw(ctx context.Context, id ident.ID, by string, at time.Time, reason string) error {
	result, err := db.From(ctx).Exec(ctx, `UPDATE village_meeting SET withdrawn_by = $2, withdrawn_at = $3, reason = $4
		WHERE {scope area} AND id = $1 AND withdrawn_by = ''`, id, by, at.UnixMilli(), reason)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fault.Conflict("targeting.meeting.withdrawn").Because(err)
	}
	return nil
}
