package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/registry"
	"gotong/internal/seal"
)

// canaries are words that nothing but one family brings.
var canaries = []string{"Qwyzafrin", "Xovrentha", "Jlkumbra", "Zefkanti", "Vrusqipat", "3674014102800013", "3674010101200029"}

// Officers of one office, of whom the second approves.
func officer(login string) context.Context {
	return access.With(context.Background(), access.Actor{Login: login, Name: login, Roles: []access.Role{access.Officer}, Scope: access.Nation()})
}

// TestAfterAnErasureNothingIsFound brings a family with words that occur
// nowhere else, changes it so that they enter the history, erases first a
// member and then the family, and looks for the words in every file of the
// installation and every row of the database.
func TestAfterAnErasureNothingIsFound(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { erasure(t, "") })
	t.Run("postgres", func(t *testing.T) { erasure(t, dbtest.PostgresURL(t)) })
}

func erasure(t *testing.T, url string) {
	dir := t.TempDir()
	config, err := app.LoadConfig("", nil, map[string]string{"data": dir, "db": url})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), app.Options{Config: config, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	id := a.Registry.NewID()
	basis := registry.Basis{On: "2025-05-20", Source: registry.SourceOffice, Evidence: "Surat RT Vrusqipat", Note: "kata Vrusqipat"}
	members := []registry.MemberEntry{
		{Name: "Qwyzafrin Head", Sex: "female", Relation: "head", Born: "1980-02-01", NIK: "3674014102800013", MotherName: "Zefkanti Mother"},
		{Name: "Jlkumbra Child", Sex: "male", Relation: "child", Born: "2010-02-03"}}
	entry := registry.FamilyEntry{Area: "3674011002", Address: "Gang Xovrentha", RT: "1", RW: "2", KK: "3674010101200029"}
	written(t, func(b registry.Basis) (registry.Outcome, error) {
		return a.Registry.Register(officer("first"), id, entry, members, b)
	}, basis)
	rec, err := a.Registry.Family(officer("first"), id, access.PurposeVerification)
	if err != nil {
		t.Fatal(err)
	}
	basis.Version = 1
	entry.Address = "Lorong Xovrentha 2"
	written(t, func(b registry.Basis) (registry.Outcome, error) {
		return a.Registry.CorrectFamily(officer("first"), id, entry, b)
	}, basis)
	if found := search(t, a, dir, url, canaries); len(found) < len(canaries)-2 { // numbers are sealed from the first
		t.Fatalf("the search itself finds too little: %v", found)
	}

	backup := sealedNIK(t, a)
	if number, err := a.Keys.Open(registry.LabelNIK, backup); err != nil || number != canaries[5] {
		t.Fatalf("opens as %q, %v", number, err)
	}
	child := rec.Members[len(rec.Members)-1]
	erase := registry.Request{Kind: registry.Erasure, Family: id, Person: child.ID,
		Basis: registry.Basis{On: "2025-05-21", Source: registry.SourceOffice, Document: "request", Evidence: "no. 1", Note: "Jlkumbra asks"}}
	approved(t, a, erase)
	if found := search(t, a, dir, url, []string{"Jlkumbra", "Vrusqipat"}); len(found) > 0 {
		t.Errorf("of the child there is still %v", found)
	}
	if found := search(t, a, dir, url, []string{"Qwyzafrin"}); len(found) == 0 {
		t.Error("the mother was erased with the child")
	}
	erase.Person, erase.Basis.Note = erase.Other, "Qwyzafrin asks"
	approved(t, a, erase)
	if found := search(t, a, dir, url, canaries); len(found) > 0 {
		t.Errorf("of the family there is still %v", found)
	}
	if number, err := a.Keys.Open(registry.LabelNIK, backup); !seal.IsShredded(err) {
		t.Errorf("a copy of the sealed number still opens: %q, %v", number, err)
	}
	left, err := a.Registry.Family(officer("first"), id, access.PurposeAudit)
	if err != nil {
		t.Fatal(err)
	}
	if len(left.Changes) != 4 || left.Changes[0].ProposedBy != "first" || left.Changes[3].Evidence == "" {
		t.Errorf("the skeleton is not whole: %+v", left.Changes)
	}
	for _, c := range left.Changes[:2] {
		if c.Evidence != "" || c.Reason != "" {
			t.Errorf("version %d still says %q %q", c.Version, c.Evidence, c.Reason)
		}
	}
	report, err := a.Audit.Verify(t.Context())
	if err != nil || !report.Verified() {
		t.Errorf("the audit log no longer holds: %v %v", report, err)
	}
	historyStaysShut(t, a)
}

// sealedNIK returns the sealed number as a backup would hold it.
func sealedNIK(t *testing.T, a *app.App) []byte {
	t.Helper()
	var b []byte
	if err := a.DB.Pool().QueryRowContext(t.Context(), "SELECT nik_sealed FROM person WHERE nik_sealed IS NOT NULL").Scan(&b); err != nil {
		t.Fatal(err)
	}
	return b
}

// historyStaysShut tries to change a history without an erasure.
func historyStaysShut(t *testing.T, a *app.App) {
	t.Helper()
	for _, statement := range []string{"UPDATE family_change SET reason = 'x'", "DELETE FROM family_change", "UPDATE observation SET withdrawn = '1'"} {
		if _, err := a.DB.Pool().ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s: went through", statement)
		}
	}
}

func written(t *testing.T, do func(registry.Basis) (registry.Outcome, error), b registry.Basis) {
	t.Helper()
	out, err := do(b)
	if err == nil && !out.Written {
		b.Read = out.Mark()
		out, err = do(b)
	}
	if err != nil || !out.Written {
		t.Fatalf("%+v, %v", out, err)
	}
}

func approved(t *testing.T, a *app.App, req registry.Request) registry.Outcome {
	t.Helper()
	out, err := a.Registry.Do(officer("first"), req)
	if req.Basis.Read = out.Mark(); err == nil && req.Basis.Read != "" {
		out, err = a.Registry.Do(officer("first"), req)
	}
	if err != nil || out.Proposed.IsZero() {
		t.Fatalf("%+v, %v", out, err)
	}
	if out, err = a.Registry.Approve(officer("second"), out.Proposed, ""); err != nil || !out.Written {
		t.Fatalf("%+v, %v", out, err)
	}
	return out
}

// search returns which of the words stand anywhere, plain, as hex or base64.
func search(t *testing.T, a *app.App, dir, url string, words []string) []string {
	t.Helper()
	var places [][]byte
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		places = append(places, b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if url != "" {
		places = append(places, rowsOf(t, a.DB))
	}
	var found []string
	for _, w := range words {
		for _, form := range []string{w, hex.EncodeToString([]byte(w)), base64.StdEncoding.EncodeToString([]byte(w))[:len(w)*8/6]} {
			for _, b := range places {
				if bytes.Contains(bytes.ToLower(b), bytes.ToLower([]byte(form))) {
					found = append(found, w)
				}
			}
		}
	}
	return found
}

// rowsOf returns every row of every table as text.
func rowsOf(t *testing.T, d *db.DB) []byte {
	t.Helper()
	rows, err := d.Pool().QueryContext(t.Context(), `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	rows.Close()
	var all bytes.Buffer
	for _, table := range tables {
		rows, err := d.Pool().QueryContext(t.Context(), fmt.Sprintf(`SELECT x::text FROM %q x`, table))
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var row string
			if err := rows.Scan(&row); err != nil {
				t.Fatal(err)
			}
			all.WriteString(row + "\n")
		}
		rows.Close()
	}
	return all.Bytes()
}
