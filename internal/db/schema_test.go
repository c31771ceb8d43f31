package db_test

import (
	"context"
	"database/sql"
	"flag"
	"os"
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
)

var update = flag.Bool("update", false, "write schema.sql anew")

// TestSchemaFile holds schema.sql, which is there to be read, to what the
// migrations make.
func TestSchemaFile(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := access.With(context.Background(), access.System("test"))
	var b strings.Builder
	b.WriteString("-- The embedded database's schema after all migrations, to read. Written by `make generate`.\n")
	err := d.Read(ctx, func(ctx context.Context) error {
		rows, err := db.From(ctx).Query(ctx, `SELECT sql FROM sqlite_schema
			WHERE sql IS NOT NULL AND name NOT LIKE 'river%' AND tbl_name NOT LIKE 'river%' AND name NOT LIKE 'sqlite%'
			ORDER BY tbl_name, type DESC, name`)
		return db.Each(rows, err, func(rows *sql.Rows) error {
			var s string
			err := rows.Scan(&s)
			b.WriteString("\n" + s + ";\n")
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("schema.sql", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile("schema.sql")
	if err != nil || string(kept) != b.String() {
		t.Errorf("schema.sql is not what the migrations make (%v): run make generate", err)
	}
}

// TestEveryAreaTableIsGuarded finds tables that hold an area but whose
// statements run without a scope.
func TestEveryAreaTableIsGuarded(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := access.With(context.Background(), access.System("test"))
	exempt := map[string]bool{
		"audit_entry":    true, // the log is seen by permission, not by area
		"notice_key":     true, // blind indexes, opened by a citizen's NIK and code together
		"insight_source": true, // says when figures were made, of nobody
		"survey_poverty": true, // a survey's figures of whole areas, of nobody
		"unmask_export":  true, // who may take a file once: asked by login, listed by permission
	}
	err := d.Read(ctx, func(ctx context.Context) error {
		rows, err := db.From(ctx).Query(ctx, `SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
			WHERE m.type = 'table' AND c.name IN ('area', 'family_id') GROUP BY m.name ORDER BY m.name`)
		return db.Each(rows, err, func(rows *sql.Rows) error {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			if !exempt[name] && !db.AreaOwned(name) {
				t.Errorf("table %s holds an area or a family but is not in areaOwned: statements on it run without a scope", name)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
