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
	"maps"
	"path"
	"slices"
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
// that also records it, so that a kill between steps loses nothing. A database
// that a newer program has changed is left as it is, with fault.Conflict: this
// one would write what that one takes for wrong.
func (d *DB) migrate(ctx context.Context) error {
	all, err := loadMigrations(migrations, d.dialect)
	if err != nil {
		return err
	}
	if err := d.makeList(ctx); err != nil {
		return fmt.Errorf("db: %w", err)
	}
	there, err := d.applied(ctx)
	if err != nil {
		return err
	}
	for name := range there {
		if !among(all, name) {
			return fault.Conflict("db.newer_schema", "name", newest(there))
		}
	}
	for _, m := range all {
		switch digest, ok := there[m.name]; {
		case ok && digest == m.digest:
			continue
		case ok:
			return fault.Conflict("db.migration_changed", "name", m.name)
		}
		if err := d.apply(ctx, m); err != nil {
			return fmt.Errorf("db: migration %s: %w", m.name, err)
		}
	}
	return nil
}

// among reports whether a step is among those that this program has.
func among(all []migration, name string) bool {
	return slices.ContainsFunc(all, func(m migration) bool { return m.name == name })
}

// newest returns the last of the steps that a database has.
func newest(there map[string]string) string {
	return slices.Max(slices.Collect(maps.Keys(there)))
}

// makeList makes the list of steps where there is none.
func (d *DB) makeList(ctx context.Context) error {
	if d.dialect == SQLite { // which takes no lock to find that it is there
		_, err := d.write.ExecContext(ctx, migrationTable)
		return err
	}
	return d.Write(ctx, func(ctx context.Context) error {
		tx := From(ctx).tx
		if err := alone(ctx, tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, migrationTable)
		return err
	})
}

// alone has other servers that start at once on one database wait.
func alone(ctx context.Context, tx querier) error {
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(7460913)")
	return err
}

// applied returns the digests of the steps that the database has, by name. It
// only looks, so that whoever opens an installation waits for nobody who
// writes in it.
func (d *DB) applied(ctx context.Context) (map[string]string, error) {
	there := map[string]string{}
	rows, err := d.write.QueryContext(ctx, "SELECT name, digest FROM schema_migration")
	err = Each(rows, err, func(rows *sql.Rows) error {
		var name, digest string
		err := rows.Scan(&name, &digest)
		there[name] = digest
		return err
	})
	if err != nil {
		return nil, unavailable(err)
	}
	return there, nil
}

func (d *DB) apply(ctx context.Context, m migration) error {
	return d.Write(ctx, func(ctx context.Context) error {
		tx := From(ctx).tx
		if d.dialect == Postgres {
			if err := alone(ctx, tx); err != nil {
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
