package db

import (
	"context"
	"testing"

	"gotong/internal/access"
)

func TestClassify(t *testing.T) {
	for query, want := range map[string]statementKind{
		"SELECT 1":                                                             plain,
		"SELECT code FROM programme_file":                                      plain,
		"SELECT id FROM family":                                                unmarked,
		"SELECT id FROM Family f WHERE {scope f.area}":                         marked,
		"INSERT INTO family (id) VALUES ($1)":                                  plain,
		"INSERT INTO x SELECT id FROM person":                                  unmarked,
		"DELETE FROM person WHERE id = $1":                                     unmarked,
		"UPDATE family SET x = 1 WHERE id = $1":                                unmarked,
		"SELECT 'family' FROM x -- family":                                     plain,
		"SELECT count(*) FROM x JOIN observation o ON o.family_id=x.family_id": unmarked,
	} {
		if got := classify(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

func TestScopeSQL(t *testing.T) {
	for _, tc := range []struct {
		scope access.Scope
		want  string
	}{
		{access.Nation(), "1=1"},
		{access.Scope{}, "1=0"},
		{access.Areas("3674"), "((f.area >= '3674' AND f.area < '3675'))"},
		{access.Areas("3179"), "((f.area >= '3179' AND f.area < '317:'))"},
		{access.Areas("31", "3674"), "((f.area >= '31' AND f.area < '32') OR (f.area >= '3674' AND f.area < '3675'))"},
		{access.Areas("3' OR 1=1 --"), "1=0"},
	} {
		if got := scopeSQL(tc.scope, "f.area"); got != tc.want {
			t.Errorf("%v: %s, want %s", tc.scope, got, tc.want)
		}
	}
}

func TestAStatementWithoutScopeOrActorIsRefused(t *testing.T) {
	d := &DB{dialect: SQLite}
	if _, err := d.scoped(context.Background(), "SELECT id FROM family"); err == nil {
		t.Error("an unmarked statement passed")
	}
	if _, err := d.scoped(context.Background(), "SELECT id FROM family f WHERE {scope f.area}"); err == nil {
		t.Error("a statement passed although nobody acts")
	}
	ctx := access.With(context.Background(), access.Actor{})
	got, err := d.scoped(ctx, "SELECT id FROM family f WHERE {scope f.area}")
	if err != nil || got != "SELECT id FROM family f WHERE 1=0" {
		t.Errorf("an actor without areas: %q, %v", got, err)
	}
}

func TestSQLiteFloor(t *testing.T) {
	for version, ok := range map[string]bool{"3.51.2": false, "3.51.3": true, "3.54.1": true, "3.9.9": false, "4.0.0": true, "x": false} {
		if err := checkSQLiteVersion(version); (err == nil) != ok {
			t.Errorf("%s: %v", version, err)
		}
	}
}

func TestStatementsKeepBodiesWhole(t *testing.T) {
	script := "-- a comment\nCREATE TABLE a (\n\tx INT\n);\nCREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN\n\tSELECT RAISE(ABORT, 'no');\nEND;\n" +
		"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n\tRAISE EXCEPTION 'no';\nEND\n$$;\nSELECT 1;\n"
	if got := statements(script); len(got) != 4 {
		t.Errorf("%d statements: %q", len(got), got)
	}
}
