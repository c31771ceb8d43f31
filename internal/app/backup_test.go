package app_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"gotong/internal/access"
	"gotong/internal/app"
	"gotong/internal/backup"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
)

// homestead is an installation of a test.
type homestead struct {
	dir, url string
	config   app.Config
}

func newHomestead(t *testing.T, url string) homestead {
	t.Helper()
	o := homestead{dir: filepath.Join(t.TempDir(), "data"), url: url}
	var err error
	if o.config, err = app.LoadConfig("", nil, map[string]string{"data": o.dir, "db": url}); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o homestead) open(t *testing.T) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Options{Config: o.config, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (o homestead) restore(t *testing.T, from, keys, heads string, oldTree bool) (*app.Restored, error) {
	return app.Restore(t.Context(), app.RestoreOptions{Config: o.config, Log: slog.New(slog.DiscardHandler), From: from, Keys: keys, Heads: heads, OldTree: oldTree, Progress: run.Silent{}})
}

func system(t *testing.T) context.Context {
	return access.With(t.Context(), access.System("cli"))
}

// TestGoingBackToACopy makes a copy of an office at work, erases a family
// after it, and goes back: no number is in the copy, and nothing of the family
// in what was restored; what is wrong with copy or keys is named, and leaves
// nothing behind; and nothing is paid before it was said what went out.
func TestGoingBackToACopy(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { goingBack(t, newHomestead(t, ""), newHomestead(t, "")) })
	t.Run("postgres", func(t *testing.T) {
		empty := dbtest.PostgresURL(t)
		if err := db.Emptied(t.Context(), empty); err != nil {
			t.Fatal(err)
		}
		goingBack(t, newHomestead(t, dbtest.PostgresURL(t)), newHomestead(t, empty))
	})
}

func goingBack(t *testing.T, lost, back homestead) {
	a := lost.open(t)
	family := canaryFamily(t, a)
	out := filepath.Join(t.TempDir(), "copy")
	if _, err := a.Backup(system(t), out, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	if found := search(t, a, out, "", canaries[5:]); len(found) > 0 {
		t.Errorf("numbers stand in the copy: %v", found)
	}
	oldKeys := keysOf(t, lost.dir)
	approved(t, a, registry.Request{Kind: registry.Erasure, Family: family, Basis: registry.Basis{On: "2025-05-21", Source: registry.SourceOffice, Document: "request", Evidence: "no. 1"}})
	if _, err := a.Audit.Checkpoint(system(t)); err != nil {
		t.Fatal(err)
	}
	second := filepath.Join(t.TempDir(), "second") // after the erasure
	if _, err := a.Backup(system(t), second, run.Silent{}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	other := newHomestead(t, "")
	if err := other.open(t).Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ from, keys, key string }{
		"keys of another": {out, filepath.Join(other.dir, "keys"), "seal.wrong_master"},
		"no keys":         {out, t.TempDir(), "backup.key_missing"},
		"an older tree":   {second, oldKeys, "backup.old_tree"},
		"no copy":         {t.TempDir(), oldKeys, "backup.no_manifest"},
	} {
		_, err := back.restore(t, c.from, c.keys, "", false)
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := os.ReadDir(back.dir); len(left) > 0 {
			t.Errorf("%s: left behind %v", name, left)
		}
	}
	r, err := back.restore(t, out, filepath.Join(lost.dir, "keys"), filepath.Join(lost.dir, "audit", "checkpoints.jsonl"), false)
	if err != nil {
		t.Fatal(err)
	}
	if r.Erased != 1 || r.Lacks() == 0 {
		t.Errorf("%d erased again, %d entries lost", r.Erased, r.Lacks())
	}
	b := back.open(t)
	defer b.Close()
	if found := search(t, b, back.dir, back.url, canaries); len(found) > 0 {
		t.Errorf("of the erased family there is again %v", found)
	}
	d, err := b.Registry.Family(officer("first"), family, access.PurposeAudit)
	if err != nil || d.Family.HeadName != "" {
		t.Errorf("%+v, %v", d, err)
	}
	if report, err := b.Audit.Verify(t.Context()); err != nil || !report.Verified() {
		t.Errorf("the log: %+v, %v", report, err)
	}
	barredUntilSaid(t, b)
	if _, err := back.restore(t, out, filepath.Join(lost.dir, "keys"), "", false); !fault.Is(err, fault.KindConflict) {
		t.Errorf("over an installation: %v", err)
	}
}

// barredUntilSaid holds that payments stand still until two people have said
// what went out, each in their role and area.
func barredUntilSaid(t *testing.T, a *app.App) {
	t.Helper()
	as := func(login string, role access.Role, areas ...string) context.Context {
		scope := access.Nation()
		if len(areas) > 0 {
			scope = access.Areas(areas...)
		}
		return access.With(t.Context(), access.Actor{Login: login, Name: login, Roles: []access.Role{role}, Scope: scope})
	}
	barred := func(area string) bool {
		_, err := a.Backups.Gone(t.Context(), area)
		if err != nil && !fault.Is(err, fault.KindConflict) {
			t.Fatal(err)
		}
		return err != nil
	}
	all, err := a.Backups.Restorations(as("bendahara", access.Treasurer))
	if err != nil || len(all) != 1 || !barred("3674") {
		t.Fatalf("%+v, %v", all, err)
	}
	x := backup.Statement{Restoration: all[0].ID, Area: "3674", Gone: []string{"pkh-2026-01-02, PKH-2026-01-01"}, Reason: "rekening koran"}
	for name, wrong := range map[string]func(*backup.Statement){
		"no reason":      func(s *backup.Statement) { s.Reason = " " },
		"no number":      func(s *backup.Statement) { s.Gone = []string{"pkh"} },
		"no restoration": func(s *backup.Statement) { s.Restoration = ident.ID{1} },
	} {
		y := x
		wrong(&y)
		if _, err := a.Backups.Say(as("bendahara", access.Treasurer), y); err == nil {
			t.Errorf("%s goes through", name)
		}
	}
	if _, err := a.Backups.Say(as("bendahara", access.Treasurer, "3172"), x); err == nil {
		t.Error("of another's area")
	}
	said, err := a.Backups.Say(as("bendahara", access.Treasurer), x)
	if err != nil || len(said.Gone) != 2 || said.Gone[0] != "PKH-2026-01-01" {
		t.Fatalf("%+v, %v", said, err)
	}
	for name, who := range map[string]context.Context{"who said it": as("bendahara", access.Releaser), "a treasurer": as("second", access.Treasurer), "of another area": as("kpa", access.Releaser, "3172")} {
		if _, err := a.Backups.Approve(who, said.ID); err == nil || !barred("3674") {
			t.Errorf("%s approves", name)
		}
	}
	if _, err := a.Backups.Approve(as("kpa", access.Releaser), said.ID); err != nil {
		t.Fatal(err)
	}
	if barred("3674011002") || !barred("3172") {
		t.Error("it is for its own area")
	}
	if _, err := a.Backups.Reject(as("kpa", access.Releaser), said.ID); !fault.Is(err, fault.KindConflict) {
		t.Errorf("decided twice: %v", err)
	}
	for _, statement := range []string{"UPDATE restoration_statement SET gone = ''", "DELETE FROM restoration_statement", "DELETE FROM restoration"} {
		if _, err := a.DB.Pool().ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s: went through", statement)
		}
	}
}

// canaryFamily brings a family of words that occur nowhere else.
func canaryFamily(t *testing.T, a *app.App) ident.ID {
	t.Helper()
	id := a.Registry.NewID()
	members := []registry.MemberEntry{{Name: "Qwyzafrin Head", Sex: "female", Relation: "head", Born: "1980-02-01", NIK: "3674014102800013", MotherName: "Zefkanti Mother"}}
	entry := registry.FamilyEntry{Area: "3674011002", Address: "Gang Xovrentha", RT: "1", RW: "2", KK: "3674010101200029"}
	written(t, func(b registry.Basis) (registry.Outcome, error) {
		return a.Registry.Register(officer("first"), id, entry, members, b)
	}, registry.Basis{On: "2025-05-20", Source: registry.SourceOffice, Evidence: "Surat RT Vrusqipat", Note: "kata Vrusqipat"})
	return id
}

// keysOf keeps what lies in the safe on a day.
func keysOf(t *testing.T, dir string) string {
	t.Helper()
	safe := filepath.Join(t.TempDir(), "safe")
	if err := os.CopyFS(safe, os.DirFS(filepath.Join(dir, "keys"))); err != nil {
		t.Fatal(err)
	}
	return safe
}

// meanwhile does something once while the database is copied.
type meanwhile struct {
	run.Silent
	stage string
	do    func()
}

func (m *meanwhile) Stage(name string, _ int64) { m.stage = name }

func (m *meanwhile) Add(string, int64) {
	if do := m.do; do != nil && m.stage == "backup_database" {
		m.do = nil
		do()
	}
}

// TestAnErasureDuringACopyIsDone erases a family while a copy reads it: it is
// erased, it says that the last traces go later, and they go with the copy's
// end.
func TestAnErasureDuringACopyIsDone(t *testing.T) {
	o := newHomestead(t, "")
	a := o.open(t)
	defer a.Close()
	family := canaryFamily(t, a)
	traces := func() bool {
		for _, f := range a.Doctor(system(t)) {
			if f.Name == "traces" {
				return !f.OK
			}
		}
		t.Fatal("the doctor does not look at traces")
		return false
	}
	erased := false
	progress := &meanwhile{do: func() {
		out := approved(t, a, registry.Request{Kind: registry.Erasure, Family: family, Basis: registry.Basis{On: "2025-05-21", Source: registry.SourceOffice, Document: "request", Evidence: "no. 1"}})
		erased = true
		if !out.Traces || !traces() {
			t.Errorf("it does not say that traces stay: %v, %v", out.Traces, traces())
		}
	}}
	if _, err := a.Backup(system(t), filepath.Join(t.TempDir(), "copy"), progress); err != nil || !erased {
		t.Fatal(erased, err)
	}
	if traces() {
		t.Error("the copy has ended, and traces are still owed")
	}
	if found := search(t, a, o.dir, "", canaries); len(found) > 0 {
		t.Errorf("of the erased family there is %v", found)
	}
}
