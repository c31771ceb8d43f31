package registrydb

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/ident"
	"gotong/internal/registry"
)

// firstVersions returns the histories of those of the families whose rows are
// as an import brought them, and therefore tell their history.
func (s *Store) firstVersions(ctx context.Context, families []ident.ID) (map[ident.ID]*registry.History, error) {
	told := map[ident.ID]*registry.History{}
	origins, err := s.origins(ctx, families)
	if err != nil || len(origins) == 0 {
		return told, err
	}
	ids := make([]ident.ID, 0, len(origins))
	for _, id := range families {
		if _, ok := origins[id]; ok {
			ids = append(ids, id)
		}
	}
	records, err := s.Records(ctx, ids)
	if err != nil {
		return nil, err
	}
	imports := map[ident.ID]*registry.ImportFile{}
	for _, r := range records {
		origin := origins[r.Family.ID]
		if imports[origin] == nil {
			if imports[origin], err = s.Import(ctx, origin); err != nil {
				return nil, fmt.Errorf("registrydb: the import that brought a family: %w", err)
			}
		}
		c, observations := registry.FirstVersion(r, imports[origin])
		told[r.Family.ID] = &registry.History{Changes: []registry.Change{c}, Observations: observations}
	}
	return told, nil
}

// origins returns the imports that brought families which have not changed
// since, by family.
func (s *Store) origins(ctx context.Context, families []ident.ID) (map[ident.ID]ident.ID, error) {
	origins := map[ident.ID]ident.ID{}
	err := chunks(families, func(part []ident.ID) error {
		places, args := in(1, part)
		query := "SELECT f.id, f.origin FROM family f WHERE {scope f.area} AND f.origin IS NOT NULL AND f.id IN (" + places + ")"
		return each(ctx, query, args, func(rows *sql.Rows) error {
			var family, origin ident.ID
			err := rows.Scan(&family, &origin)
			origins[family] = origin
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: origins of families: %w", err)
	}
	return origins, nil
}
