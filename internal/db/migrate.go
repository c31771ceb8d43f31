package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"time"

	"gotong/internal/fault"
)

//go:embed migrations
var migrations embed.FS

// migration is one folder of migrations: a step of the schema, forward only.
type migration struct {
	name   string // 0007_family_history
	script string
	digest string
}

func loadMigrations(files fs.FS, d Dialect) ([]migration, error) {
	entries, err := fs.ReadDir(files, "migrations")
	if err != nil {
		return nil, err
	}
	var all []migration
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		b, err := fs.ReadFile(files, path.Join("migrations", e.Name(), string(d)+".sql"))
		if err != nil {
			return nil, fmt.Errorf("db: migration %s: %w", e.Name(), err)
		}
		sum := sha256.Sum256(b)
		all = append(all, migration{e.Name(), string(b), hex.EncodeToString(sum[:])})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].name < all[j].name })
	for i := 1; i < len(all); i++ {
		if all[i].name[:4] == all[i-1].name[:4] {
			return nil, fmt.Errorf("db: migrations %s and %s share a number", all[i-1].name, all[i].name)
		}
	}
	return all, nil
}

const migrationTable = `CREATE TABLE IF NOT EXISTS schema_migration (
	name TEXT PRIMARY KEY,
	digest TEXT NOT NULL,
	applied_at BIGINT NOT NULL
)`

// migrate applies what is missing, each step in a transaction of its own
// that also records it, so that a kill between steps loses nothing.
func (d *DB) migrate(ctx context.Context) error {
	all, err := loadMigrations(migrations, d.dialect)
	if err != nil {
		return err
	}
	if _, err := d.write.ExecContext(ctx, migrationTable); err != nil {
		return fmt.Errorf("db: %w", err)
	}
	for _, m := range all {
		if err := d.apply(ctx, m); err != nil {
			return fmt.Errorf("db: migration %s: %w", m.name, err)
		}
	}
	return nil
}

func (d *DB) apply(ctx context.Context, m migration) error {
	return d.Write(ctx, func(ctx context.Context) error {
		tx := From(ctx).tx
		if d.dialect == Postgres {
			// Two servers may start at once.
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(7460913)"); err != nil {
				return err
			}
		}
		var digest string
		err := tx.QueryRowContext(ctx, "SELECT digest FROM schema_migration WHERE name = $1", m.name).Scan(&digest)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case digest != m.digest:
			return fault.Conflict("db.migration_changed", "name", m.name)
		default:
			return nil
		}
		for _, statement := range statements(m.script) {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%w in: %.120s", err, statement)
			}
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO schema_migration (name, digest, applied_at) VALUES ($1, $2, $3)",
			m.name, m.digest, time.Now().UnixMilli())
		return err
	})
}

// statements splits a script at lines that end in ";" outside a body: a
// trigger or function body is closed by a line "END;" or "$$ …;".
func statements(script string) []string {
	var all []string
	var current strings.Builder
	depth := ""
	for line := range strings.Lines(script) {
		trimmed := strings.TrimSpace(line)
		if current.Len() == 0 && (trimmed == "" || strings.HasPrefix(trimmed, "--")) {
			continue
		}
		current.WriteString(line)
		switch {
		case depth == "" && trimmed == "BEGIN":
			depth = "END;"
		case depth == "" && strings.HasSuffix(trimmed, "$$"):
			depth = "$$"
		case depth == "END;" && trimmed == "END;",
			depth == "$$" && strings.HasPrefix(trimmed, "$$"),
			depth == "" && strings.HasSuffix(trimmed, ";"):
			all = append(all, current.String())
			current.Reset()
			depth = ""
		}
	}
	if strings.TrimSpace(current.String()) != "" {
		all = append(all, current.String())
	}
	return all
}
