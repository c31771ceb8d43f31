package registrydb

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/db"
	"gotong/internal/registry"
)

// Stopped calls fn for families and persons of an area that do not count.
func (s *Store) Stopped(ctx context.Context, area string, fn func(registry.Stop) error) error {
	rows, err := db.From(ctx).Query(ctx, `SELECT f.id, f.status FROM family f
		WHERE {scope f.area} AND f.status <> 'active' AND f.area >= $1 AND f.area < $2 ORDER BY f.id`, area, area+":")
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var stop registry.Stop
		if err := rows.Scan(&stop.FamilyID, &stop.Family); err != nil {
			return err
		}
		return fn(stop)
	})
	if err != nil {
		return fmt.Errorf("registrydb: stopped families: %w", err)
	}
	rows, err = db.From(ctx).Query(ctx, `SELECT p.family_id, p.id, p.status FROM family f JOIN person p ON p.family_id = f.id
		WHERE {scope f.area} AND p.status <> 'active' AND f.area >= $1 AND f.area < $2 ORDER BY p.family_id, p.id`, area, area+":")
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var stop registry.Stop
		if err := rows.Scan(&stop.FamilyID, &stop.PersonID, &stop.Person); err != nil {
			return err
		}
		return fn(stop)
	})
	if err != nil {
		return fmt.Errorf("registrydb: stopped persons: %w", err)
	}
	return nil
}
