package registrydb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/registry"
)

// Mappings returns the saved mappings, by name.
func (s *Store) Mappings(ctx context.Context) ([]registry.SavedMapping, error) {
	var all []registry.SavedMapping
	err := each(ctx, "SELECT name, body, saved_by, saved_at FROM import_mapping ORDER BY name", nil, func(rows *sql.Rows) error {
		var m registry.SavedMapping
		var body sql.RawBytes
		var at int64
		if err := rows.Scan(&m.Name, &body, &m.By, &at); err != nil {
			return err
		}
		m.At = instant(at)
		if err := json.Unmarshal(body, &m.Mapping); err != nil {
			return err
		}
		all = append(all, m)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: mappings: %w", err)
	}
	return all, nil
}

// KeepMapping saves a mapping in place of one of the same name.
func (s *Store) KeepMapping(ctx context.Context, m *registry.SavedMapping) error {
	body, err := json.Marshal(m.Mapping)
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, `INSERT INTO import_mapping (name, body, saved_by, saved_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET body = excluded.body, saved_by = excluded.saved_by, saved_at = excluded.saved_at`,
		m.Name, string(body), m.By, m.At.UnixMilli())
	if err != nil {
		return fmt.Errorf("registrydb: saving a mapping: %w", err)
	}
	return nil
}

// DropMapping removes a mapping.
func (s *Store) DropMapping(ctx context.Context, name string) error {
	result, err := db.From(ctx).Exec(ctx, "DELETE FROM import_mapping WHERE name = $1", name)
	if err != nil {
		return fmt.Errorf("registrydb: removing a mapping: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fault.NotFound("registry.mapping.not_found", "name", name).Because(err)
	}
	return nil
}
