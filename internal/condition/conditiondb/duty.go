package conditiondb

import (
	"context"
	"database/sql"
	"time"

	"gotong/internal/condition"
	"gotong/internal/db"
	"gotong/internal/ident"
)

type writer struct{ rows *db.Bulk }

// Duties adds many duties.
func (Store) Duties(ctx context.Context) condition.DutyWriter {
	return writer{db.From(ctx).NewBulk("duty", "id", "programme", "version", "determination", "condition", "component", "family_id", "person_id", "area",
		"since", "due", "kind", "facility_id", "at_least", "unit")}
}

// Add adds a duty of which nothing is known.
func (w writer) Add(ctx context.Context, d condition.Duty) error {
	return w.rows.Add(ctx, d.ID, d.Programme, d.Version, d.Determination, d.Condition, d.Component, d.FamilyID, d.PersonID, d.Area,
		d.Since.String(), d.Due.String(), string(d.Kind), d.Facility, number(d.AtLeast), d.Unit)
}

// Flush sends what is left.
func (w writer) Flush(ctx context.Context) error { return w.rows.Flush(ctx) }

// Keys returns which duties are on record that a month can bring.
func (Store) Keys(ctx context.Context, programme string, m condition.Month) (map[condition.DutyKey]bool, error) {
	list, err := db.All(ctx, "conditiondb: reading what is on record", `SELECT d.person_id, d.condition, d.since FROM duty d
		WHERE d.programme = $1 AND (d.due = $2 OR d.since = $3) AND {scope d.area}`, func(scan db.Scanner, k *condition.DutyKey) error {
		return scan(&k.Person, &k.Condition, &k.Since)
	}, programme, m, m-condition.Month(m.Calendar()-1))
	known := make(map[condition.DutyKey]bool, len(list))
	for _, k := range list {
		known[k] = true
	}
	return known, err
}

const dutyQuery = `SELECT d.id, d.programme, d.version, d.determination, d.condition, d.component, d.family_id, d.person_id, d.area, d.since, d.due, d.kind, d.facility_id,
		d.at_least, d.unit, d.status, d.measure, d.excuse, d.note, d.via, d.actor, d.at,
		(SELECT COUNT(*) FROM duty_verification v WHERE v.family_id = d.family_id AND v.month = d.due)
	FROM duty d WHERE {scope d.area}`

func scanDuty(scan db.Scanner, d *condition.Duty) error {
	var least, measure, at sql.NullInt64
	var actor sql.NullString
	var verified int64
	err := scan(&d.ID, &d.Programme, &d.Version, &d.Determination, &d.Condition, &d.Component, &d.FamilyID, &d.PersonID, &d.Area, &d.Since, &d.Due, &d.Kind, &d.Facility,
		&least, &d.Unit, &d.Status, &measure, &d.Excuse, &d.Note, &d.Via, &actor, &at, &verified)
	d.AtLeast, d.Measure, d.Actor, d.At, d.Verified = numberOf(least), numberOf(measure), actor.String, db.Instant(at), verified > 0
	return err
}

// Duty returns a duty.
func (Store) Duty(ctx context.Context, id ident.ID) (condition.Duty, error) {
	return db.One(ctx, "conditiondb: reading a duty", "condition.no_duty", dutyQuery+" AND d.id = $1", scanDuty, id)
}

// LockDuty returns a duty and has others wait for it.
func (s Store) LockDuty(ctx context.Context, id ident.ID) (condition.Duty, error) {
	if err := db.Exec(ctx, "conditiondb: locking a duty", "UPDATE duty AS d SET note = note WHERE d.id = $1 AND {scope d.area}", id); err != nil {
		return condition.Duty{}, err
	}
	return s.Duty(ctx, id)
}

// SaveDuty writes what is known of a duty, and its event.
func (Store) SaveDuty(ctx context.Context, d condition.Duty) error {
	err := db.Change(ctx, "conditiondb: saving a duty", "condition.no_duty", `UPDATE duty AS d SET status = $2, measure = $3, excuse = $4, note = $5, via = $6, actor = $7, at = $8, steps = steps + 1
		WHERE d.id = $1 AND {scope d.area}`, d.ID, string(d.Status), number(d.Measure), string(d.Excuse), d.Note, string(d.Via), d.Actor, d.At.UnixMilli())
	if err != nil {
		return err
	}
	return db.Exec(ctx, "conditiondb: recording a step", `INSERT INTO duty_event (duty_id, no, status, measure, excuse, note, via, actor, at)
		SELECT d.id, d.steps, d.status, d.measure, d.excuse, d.note, d.via, d.actor, d.at FROM duty d WHERE d.id = $1 AND {scope d.area}`, d.ID)
}

// Events lists what was said of a duty, oldest first.
func (Store) Events(ctx context.Context, duty ident.ID) ([]condition.Event, error) {
	return db.All(ctx, "conditiondb: reading a duty's history", `SELECT e.duty_id, e.no, e.status, e.measure, e.excuse, e.note, e.via, e.actor, e.at FROM duty_event e
		JOIN duty d ON d.id = e.duty_id WHERE e.duty_id = $1 AND {scope d.area} ORDER BY e.no`, func(scan db.Scanner, e *condition.Event) error {
		var measure sql.NullInt64
		var at int64
		err := scan(&e.Duty, &e.No, &e.Status, &measure, &e.Excuse, &e.Note, &e.Via, &e.Actor, &at)
		e.Measure, e.At = numberOf(measure), time.UnixMilli(at).UTC()
		return err
	}, duty)
}

// DutiesOf lists a family's duties of some months.
func (Store) DutiesOf(ctx context.Context, family ident.ID, from, to condition.Month) ([]condition.Duty, error) {
	return db.All(ctx, "conditiondb: reading a family's duties", dutyQuery+" AND d.family_id = $1 AND d.due BETWEEN $2 AND $3 ORDER BY d.due, d.person_id, d.condition, d.programme",
		scanDuty, family, from, to)
}

// DutiesAt lists what a facility is asked about in a month.
func (Store) DutiesAt(ctx context.Context, facility ident.ID, m condition.Month) ([]condition.Duty, error) {
	return db.All(ctx, "conditiondb: reading a facility's list", dutyQuery+" AND d.facility_id = $1 AND d.due = $2 ORDER BY d.person_id, d.condition, d.programme", scanDuty, facility, m)
}

// Verified lists the verified duties of a programme in some months.
func (Store) Verified(ctx context.Context, programme, area string, from, to condition.Month) ([]condition.Duty, error) {
	return db.All(ctx, "conditiondb: reading verified duties", dutyQuery+` AND d.programme = $1 AND d.area LIKE $2 || '%' AND d.due BETWEEN $3 AND $4
		AND EXISTS (SELECT 1 FROM duty_verification w WHERE w.family_id = d.family_id AND w.month = d.due) ORDER BY d.person_id, d.component, d.due, d.condition`,
		scanDuty, programme, area, from, to)
}

// AddVerification closes a family's month.
func (Store) AddVerification(ctx context.Context, v condition.Verification) error {
	return db.Exec(ctx, "conditiondb: verifying", "INSERT INTO duty_verification (family_id, month, area, actor, at, note) VALUES ($1, $2, $3, $4, $5, $6)",
		v.FamilyID, v.Month, v.Area, v.By, v.At.UnixMilli(), v.Note)
}

// Verification returns who verified a family's month.
func (Store) Verification(ctx context.Context, family ident.ID, m condition.Month) (condition.Verification, error) {
	return db.One(ctx, "conditiondb: reading a verification", "condition.not_verified", `SELECT v.family_id, v.month, v.area, v.actor, v.at, v.note FROM duty_verification v
		WHERE v.family_id = $1 AND v.month = $2 AND {scope v.area}`, func(scan db.Scanner, v *condition.Verification) error {
		var at int64
		err := scan(&v.FamilyID, &v.Month, &v.Area, &v.By, &at, &v.Note)
		v.At = time.UnixMilli(at).UTC()
		return err
	}, family, m)
}
