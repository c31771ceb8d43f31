package registrydb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

const eventColumns = `e.id, e.kind, e.area, e.area_to, e.family_id, e.person_id, e.other_id, e.effective_on, e.evidence, e.note,
	e.request, e.status, e.proposed_by, e.proposed_at, e.decided_by, e.decided_at, e.decision, e.changes, f.head_name`

// eventsFrom joins events with their families' names: who takes a family over
// sees its name before it stands in their area. A family that is proposed for
// the first time has no row yet.
const eventsFrom = ` FROM family_event e LEFT JOIN family f ON f.id = e.family_id
	WHERE ({scope e.area} OR {scope e.area_to})`

func scanEvent(rows *sql.Rows, e *registry.Event) error {
	var proposed, decided int64
	var changes sql.RawBytes
	var head sql.NullString
	err := rows.Scan(&e.ID, &e.Kind, &e.Area, &e.AreaTo, &e.Family, &e.Person, &e.Other, &e.EffectiveOn, &e.Evidence, &e.Note,
		&e.Request, &e.Status, &e.ProposedBy, &proposed, &e.DecidedBy, &decided, &e.Decision, &changes, &head)
	if err != nil {
		return err
	}
	e.ProposedAt, e.HeadName = instant(proposed), head.String
	if decided != 0 {
		e.DecidedAt = instant(decided)
	}
	return json.Unmarshal(changes, &e.Changes)
}

// KeepEvent records an event.
func (s *Store) KeepEvent(ctx context.Context, e *registry.Event) error {
	changes, err := json.Marshal(e.Changes)
	if err != nil {
		return err
	}
	decided := int64(0)
	if !e.DecidedAt.IsZero() {
		decided = e.DecidedAt.UnixMilli()
	}
	_, err = db.From(ctx).Exec(ctx, `INSERT INTO family_event (id, kind, area, area_to, family_id, person_id, other_id, effective_on,
			evidence, note, request, status, proposed_by, proposed_at, decided_by, decided_at, decision, changes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		e.ID, string(e.Kind), e.Area, e.AreaTo, e.Family, e.Person, e.Other, e.EffectiveOn, e.Evidence, e.Note, e.Request,
		string(e.Status), e.ProposedBy, e.ProposedAt.UnixMilli(), e.DecidedBy, decided, e.Decision, string(changes))
	if err != nil {
		return fmt.Errorf("registrydb: recording an event: %w", err)
	}
	return nil
}

// Event returns an event of the actor's area, or that comes to it.
func (s *Store) Event(ctx context.Context, id ident.ID) (*registry.Event, error) {
	var e *registry.Event
	err := each(ctx, "SELECT "+eventColumns+eventsFrom+" AND e.id = $1", []any{id}, func(rows *sql.Rows) error {
		e = &registry.Event{}
		return scanEvent(rows, e)
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: event: %w", err)
	}
	if e == nil {
		return nil, fault.NotFound("event.not_found")
	}
	return e, nil
}

// Events returns events and how many there are in all.
func (s *Store) Events(ctx context.Context, f registry.EventFilter) ([]registry.Event, int64, error) {
	c := &conditions{}
	where := ""
	add := func(text string) { where += " AND " + text }
	if f.Area != "" {
		add("(" + c.within("e.area", f.Area) + " OR " + c.within("e.area_to", f.Area) + ")")
	}
	if f.Kind != "" {
		add("e.kind = " + c.arg(string(f.Kind)))
	}
	if f.Status != "" {
		add("e.status = " + c.arg(string(f.Status)))
	}
	if !f.Family.IsZero() {
		add("(e.family_id = " + c.arg(f.Family) + " OR e.other_id = " + c.arg(f.Family) + ")")
	}
	if f.NotBy != "" {
		add("e.proposed_by <> " + c.arg(f.NotBy))
	}
	var n int64
	if err := db.From(ctx).QueryRow(ctx, "SELECT count(*)"+eventsFrom+where, c.args...).Scan(&n); err != nil {
		return nil, 0, fmt.Errorf("registrydb: counting events: %w", err)
	}
	order := " DESC"
	if f.Status == registry.EventProposed {
		order = ""
	}
	query := "SELECT " + eventColumns + eventsFrom + where + " ORDER BY e.id" + order + " LIMIT " + c.arg(f.Limit) + " OFFSET " + c.arg(f.Offset)
	var events []registry.Event
	err := each(ctx, query, c.args, func(rows *sql.Rows) error {
		events = append(events, registry.Event{})
		return scanEvent(rows, &events[len(events)-1])
	})
	if err != nil {
		return nil, 0, fmt.Errorf("registrydb: events: %w", err)
	}
	return events, n, nil
}

// DecideEvent writes what became of an event, if it stands at from.
func (s *Store) DecideEvent(ctx context.Context, e *registry.Event, from registry.EventStatus) (bool, error) {
	changes, err := json.Marshal(e.Changes)
	if err != nil {
		return false, err
	}
	set := ", changes = $7"
	args := []any{string(e.Status), e.DecidedBy, e.DecidedAt.UnixMilli(), e.Decision, e.ID, string(from)}
	if len(e.Changes) == 0 { // those of an event that is undone stay
		set = ""
	} else {
		args = append(args, string(changes))
	}
	result, err := db.From(ctx).Exec(ctx, `UPDATE family_event SET status = $1, decided_by = $2, decided_at = $3, decision = $4`+set+`
		WHERE ({scope area} OR {scope area_to}) AND id = $5 AND status = $6`, args...)
	if err != nil {
		return false, fmt.Errorf("registrydb: deciding an event: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}
