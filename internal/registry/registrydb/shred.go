package registrydb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"gotong/internal/db"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/seal"
)

// Shred writes what is left elsewhere and of a history. The table erasing opens the rows of
// the family for it, and is empty again when it returns.
func (s *Store) Shred(ctx context.Context, x *registry.Shred, also func(ctx context.Context) error) error {
	tx := db.From(ctx)
	if _, err := tx.Exec(ctx, "INSERT INTO erasing (id) VALUES ($1)", x.Family); err != nil {
		return fmt.Errorf("registrydb: erasing: %w", err)
	}
	if err := also(ctx); err != nil {
		return fmt.Errorf("registrydb: erasing elsewhere: %w", err)
	}
	if err := s.shred(ctx, tx, x); err != nil {
		return fmt.Errorf("registrydb: erasing: %w", err)
	}
	if _, err := tx.Exec(ctx, "DELETE FROM erasing WHERE id = $1", x.Family); err != nil {
		return fmt.Errorf("registrydb: erasing: %w", err)
	}
	return nil
}

func (s *Store) shred(ctx context.Context, tx *db.Tx, x *registry.Shred) error {
	const ours = " AND family_id IN (SELECT f.id FROM family f WHERE {scope f.area} AND f.id = $1)"
	for i := range x.Changes {
		c := &x.Changes[i]
		body, err := c.Body.Encode()
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE family_change SET body = $3, evidence = $4, reason = $5 WHERE version = $2"+ours,
			x.Family, c.Version, string(body), c.Evidence, c.Reason)
		if err != nil {
			return err
		}
	}
	for i := range x.Events {
		e := &x.Events[i]
		_, err := tx.Exec(ctx, `UPDATE family_event SET evidence = $1, note = $2, decision = $3, request = $4
			WHERE ({scope area} OR {scope area_to}) AND id = $5`, e.Evidence, e.Note, e.Decision, e.Request, e.ID)
		if err != nil {
			return err
		}
	}
	subjects := append([]ident.ID{}, x.Persons...)
	if x.Whole {
		subjects = append(subjects, x.Family)
	}
	nothing := indicator.Facts(nil).Pack()
	for _, subject := range subjects {
		for _, statement := range []struct {
			text string
			args []any
		}{
			{"UPDATE observation SET facts = $3, withdrawn = '' WHERE subject = $2" + ours, []any{x.Family, subject, nothing}},
			{"UPDATE carried_observation SET facts = $3 WHERE subject = $2" + ours, []any{x.Family, subject, nothing}},
			{"DELETE FROM identity_dismissal WHERE subject = $2" + ours, []any{x.Family, subject}},
			{`UPDATE not_same SET reason = '' WHERE (a = $2 OR b = $2)
				AND EXISTS (SELECT 1 FROM family f WHERE {scope f.area} AND f.id = $1)`, []any{x.Family, subject}},
			{"UPDATE unmasking SET reason = '' WHERE {scope area} AND family_id = $1 AND ($2 = subject OR $2 <> subject)", []any{x.Family, subject}},
			{"UPDATE account SET number_sealed = $3, number_blind = $3, holder = '' WHERE person_id = $2" + ours, []any{x.Family, subject, []byte{}}},
		} {
			if _, err := tx.Exec(ctx, statement.text, statement.args...); err != nil {
				return err
			}
		}
	}
	if x.Whole {
		_, err := tx.Exec(ctx, "DELETE FROM identity_dismissal WHERE family_id = $1"+ours, x.Family)
		return err
	}
	return nil
}

// NoteShredding notes keys to be destroyed. One that is noted already stays so:
// what two families share, such as an event of both, is met in each.
func (s *Store) NoteShredding(ctx context.Context, positions []uint64, at time.Time) error {
	const most = 100 // in one statement
	for some := range slices.Chunk(positions, most) {
		args, rows := []any{at.UnixMilli()}, make([]string, len(some))
		for i, p := range some {
			args = append(args, int64(p))
			rows[i] = fmt.Sprintf("($%d, $1)", len(args))
		}
		if _, err := db.From(ctx).Exec(ctx, "INSERT INTO shredding (position, at) VALUES "+strings.Join(rows, ", ")+" ON CONFLICT DO NOTHING", args...); err != nil {
			return fmt.Errorf("registrydb: noting keys: %w", err)
		}
	}
	return nil
}

// Shredding returns the keys that are noted.
func (s *Store) Shredding(ctx context.Context) ([]uint64, error) {
	var all []uint64
	err := each(ctx, "SELECT position FROM shredding ORDER BY position", nil, func(rows *sql.Rows) error {
		var p int64
		if err := rows.Scan(&p); err != nil {
			return err
		}
		all = append(all, uint64(p))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: noted keys: %w", err)
	}
	return all, nil
}

// Shredded strikes out the keys that are destroyed.
func (s *Store) Shredded(ctx context.Context, positions []uint64) error {
	for _, p := range positions {
		if _, err := db.From(ctx).Exec(ctx, "DELETE FROM shredding WHERE position = $1", int64(p)); err != nil {
			return fmt.Errorf("registrydb: striking out a key: %w", err)
		}
	}
	return nil
}

// NoteErased notes whom an erasure took away. Who is noted already stays so.
func (s *Store) NoteErased(ctx context.Context, event ident.ID, subjects []ident.ID, at time.Time) error {
	for _, subject := range subjects {
		_, err := db.From(ctx).Exec(ctx, "INSERT INTO erased_subject (subject, event, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", subject, event, at.UnixMilli())
		if err != nil {
			return fmt.Errorf("registrydb: noting who is erased: %w", err)
		}
	}
	return nil
}

// Erased returns those who are noted.
func (s *Store) Erased(ctx context.Context) ([]seal.Erased, error) {
	var all []seal.Erased
	err := each(ctx, "SELECT subject, event FROM erased_subject ORDER BY at, subject", nil, func(rows *sql.Rows) error {
		var subject, event ident.ID
		err := rows.Scan(&subject, &event)
		all = append(all, seal.Erased{Subject: subject, Event: event})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: who is erased: %w", err)
	}
	return all, nil
}

// ToldErased strikes out those whom the tree of keys remembers.
func (s *Store) ToldErased(ctx context.Context, erased []seal.Erased) error {
	for _, e := range erased {
		if _, err := db.From(ctx).Exec(ctx, "DELETE FROM erased_subject WHERE subject = $1", ident.ID(e.Subject)); err != nil {
			return fmt.Errorf("registrydb: striking out who is erased: %w", err)
		}
	}
	return nil
}
