package registrydb

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// Dismissals returns the dismissed warnings of a family.
func (s *Store) Dismissals(ctx context.Context, family ident.ID) (map[string]registry.Dismissal, error) {
	found := map[string]registry.Dismissal{}
	query := `SELECT d.mark, d.subject, d.dismissed_by, d.at, d.reason FROM identity_dismissal d JOIN family f ON f.id = d.family_id
		WHERE {scope f.area} AND d.family_id = $1`
	err := each(ctx, query, []any{family}, func(rows *sql.Rows) error {
		var d registry.Dismissal
		var at int64
		err := rows.Scan(&d.Mark, &d.Subject, &d.By, &at, &d.Reason)
		d.At = instant(at)
		found[d.Mark] = d
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: dismissals: %w", err)
	}
	return found, nil
}

// DismissedMarks returns the marks of all dismissed warnings.
func (s *Store) DismissedMarks(ctx context.Context) (map[string]bool, error) {
	marks := map[string]bool{}
	err := each(ctx, "SELECT d.mark FROM identity_dismissal d JOIN family f ON f.id = d.family_id WHERE {scope f.area}", nil, func(rows *sql.Rows) error {
		var mark string
		err := rows.Scan(&mark)
		marks[mark] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: dismissed warnings: %w", err)
	}
	return marks, nil
}

// Dismiss records a dismissal.
func (s *Store) Dismiss(ctx context.Context, family ident.ID, d *registry.Dismissal) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO identity_dismissal (family_id, mark, subject, dismissed_by, at, reason)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (family_id, mark) DO UPDATE SET dismissed_by = excluded.dismissed_by, at = excluded.at, reason = excluded.reason`,
		family, d.Mark, d.Subject, d.By, d.At.UnixMilli(), d.Reason)
	if err != nil {
		return fmt.Errorf("registrydb: dismissing: %w", err)
	}
	return nil
}

const notSameColumns = "n.a, n.b, n.a_family, n.b_family, n.said_by, n.at, n.reason"

func notSames(ctx context.Context, where string, args ...any) ([]registry.NotSame, error) {
	var found []registry.NotSame
	query := "SELECT " + notSameColumns + ` FROM not_same n
		WHERE EXISTS (SELECT 1 FROM family f WHERE {scope f.area} AND f.id IN (n.a_family, n.b_family)) AND ` + where + " ORDER BY n.a, n.b"
	err := each(ctx, query, args, func(rows *sql.Rows) error {
		var n registry.NotSame
		var at int64
		err := rows.Scan(&n.A, &n.B, &n.AFamily, &n.BFamily, &n.By, &at, &n.Reason)
		n.At = instant(at)
		found = append(found, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: not the same: %w", err)
	}
	return found, nil
}

// NotSame returns what was said of a pair, or nil.
func (s *Store) NotSame(ctx context.Context, a, b ident.ID) (*registry.NotSame, error) {
	found, err := notSames(ctx, "n.a = $1 AND n.b = $2", a, b)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// NotSames returns what was said of the records of a family.
func (s *Store) NotSames(ctx context.Context, family ident.ID) ([]registry.NotSame, error) {
	return notSames(ctx, "(n.a_family = $1 OR n.b_family = $1)", family)
}

// AllNotSame returns what was said of all records of the actor's area.
func (s *Store) AllNotSame(ctx context.Context) ([]registry.NotSame, error) {
	return notSames(ctx, "1 = 1")
}

// KeepNotSame remembers a pair.
func (s *Store) KeepNotSame(ctx context.Context, n *registry.NotSame) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO not_same (a, b, a_family, b_family, said_by, at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (a, b) DO UPDATE SET said_by = excluded.said_by, at = excluded.at, reason = excluded.reason`,
		n.A, n.B, n.AFamily, n.BFamily, n.By, n.At.UnixMilli(), n.Reason)
	if err != nil {
		return fmt.Errorf("registrydb: remembering a pair: %w", err)
	}
	return nil
}

// DropNotSame forgets a pair.
func (s *Store) DropNotSame(ctx context.Context, a, b ident.ID) error {
	_, err := db.From(ctx).Exec(ctx, `DELETE FROM not_same WHERE a = $1 AND b = $2
		AND a_family IN (SELECT f.id FROM family f WHERE {scope f.area})`, a, b)
	if err != nil {
		return fmt.Errorf("registrydb: forgetting a pair: %w", err)
	}
	return nil
}

// unnumbered are the active members without a NIK.
const unnumbered = ` FROM family f JOIN person p ON p.family_id = f.id
	WHERE {scope f.area} AND p.nik_blind IS NULL AND p.status = 'active' AND f.status IN ('active', 'dormant')`

// WithoutNIK returns active members without a NIK.
func (s *Store) WithoutNIK(ctx context.Context, area string, after registry.PersonPlace, limit int) ([]registry.Unnumbered, error) {
	c := &conditions{}
	where := " AND " + c.within("f.area", area)
	if !after.Person.IsZero() {
		where += " AND (f.area, f.id, p.id) > (" + c.arg(after.Area) + ", " + c.arg(after.Family) + ", " + c.arg(after.Person) + ")"
	}
	query := `SELECT p.family_id, p.id, p.area, p.name, p.born, p.female, p.relation, f.head_name, p.observed_on` + unnumbered + where +
		" ORDER BY f.area, f.id, p.id LIMIT " + c.arg(limit)
	var found []registry.Unnumbered
	err := each(ctx, query, c.args, func(rows *sql.Rows) error {
		var u registry.Unnumbered
		var born sql.Null[civil.Date]
		err := rows.Scan(&u.Family, &u.Person, &u.Area, &u.Name, &born, &u.Female, &u.Relation, &u.HeadName, &u.ObservedOn)
		if born.Valid {
			u.Born = &born.V
		}
		found = append(found, u)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: without NIK: %w", err)
	}
	return found, nil
}

// CountWithoutNIK counts them.
func (s *Store) CountWithoutNIK(ctx context.Context, area string) (int64, error) {
	c := &conditions{}
	where := " AND " + c.within("f.area", area)
	var n int64
	if err := db.From(ctx).QueryRow(ctx, "SELECT count(*)"+unnumbered+where, c.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("registrydb: counting who has no NIK: %w", err)
	}
	return n, nil
}
