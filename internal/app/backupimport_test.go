package app_test

import (
	"path/filepath"
	"testing"

	"gotong/internal/access"
	"gotong/internal/backup"
	"gotong/internal/db"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
)

// TestACopyBegunDuringAnImportIsWhole begins a copy while an import is being
// written: both come to their end, and the copy holds all of the import or
// nothing of it.
func TestACopyBegunDuringAnImportIsWhole(t *testing.T) {
	o := openOffice(t, "")
	o.clock.Advance(registrytest.Start.Sub(o.clock.Now())) // the files are of that time
	rukmini := access.With(t.Context(), access.Actor{Login: "rukmini", Name: "Rukmini", Roles: []access.Role{access.Officer}, Scope: access.Nation()})
	upload, err := o.Registry.Upload(rukmini, registrytest.NewOffice(20, 1, "3674011001").Files())
	if err != nil {
		t.Fatal(err)
	}
	families := func(d *db.DB) (n int) {
		t.Helper()
		if err := d.Pool().QueryRowContext(t.Context(), "SELECT count(*) FROM family").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	at, imported := o.importing(rukmini, t, upload)
	copied := make(chan error, 1)
	out := filepath.Join(t.TempDir(), "copy")
	a := o.App
	ctx := system(t)
	go func() {
		_, err := a.Backup(ctx, out, run.Silent{})
		copied <- err
	}()
	close(at.goOn)
	for name, ended := range map[string]<-chan error{"the import": imported, "the copy": copied} {
		if err := <-ended; err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	m, err := backup.Read(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Compare(out); err != nil {
		t.Error(err)
	}
	d, err := db.Open(t.Context(), db.Config{Dir: out, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	whole := families(o.DB)
	if n := families(d); whole == 0 || n != 0 && n != whole {
		t.Errorf("the copy holds %d families of %d", n, whole)
	}
}
