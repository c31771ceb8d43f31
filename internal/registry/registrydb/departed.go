package registrydb

import (
	"context"

	"gotong/internal/db"
	"gotong/internal/registry"
)

// Departed returns the records of an area that count no more and still hold a
// name: whole families first, then members of the others.
func (s *Store) Departed(ctx context.Context, area string) ([]registry.Departed, error) {
	all, err := db.All(ctx, "registrydb: departed families", `SELECT f.id, f.area FROM family f
		WHERE {scope f.area} AND f.status IN ('moved', 'duplicate', 'dissolved') AND f.area >= $1 AND f.area < $2
			AND EXISTS (SELECT 1 FROM person p WHERE p.family_id = f.id AND p.name <> '') ORDER BY f.id`,
		func(scan db.Scanner, d *registry.Departed) error { return scan(&d.Family, &d.Area) }, area, area+":")
	if err != nil {
		return nil, err
	}
	members, err := db.All(ctx, "registrydb: departed members", `SELECT p.family_id, p.id, f.area FROM family f JOIN person p ON p.family_id = f.id
		WHERE {scope f.area} AND f.status IN ('active', 'dormant') AND p.status IN ('dead', 'moved', 'duplicate') AND p.name <> ''
			AND f.area >= $1 AND f.area < $2 ORDER BY p.family_id, p.id`,
		func(scan db.Scanner, d *registry.Departed) error { return scan(&d.Family, &d.Person, &d.Area) }, area, area+":")
	return append(all, members...), err
}
