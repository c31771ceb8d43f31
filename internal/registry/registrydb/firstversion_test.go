package registrydb_test

import (
	"strings"
	"testing"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/registry"
	"gotong/internal/registry/registrytest"
)

// What an import brought tells its own history, so the database lets nobody
// alter it before that is written out.
func TestFirstVersionStaysAsItWasBrought(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := registrytest.NewBench(t, backend(d))
		registrytest.Bring(t, b, registrytest.NewOffice(3, 1, "3674011001"))
		count := func(table string) (n int) {
			t.Helper()
			if err := d.Pool().QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := count("family_change") + count("observation"); n != 0 {
			t.Errorf("an import wrote %d rows of history", n)
		}
		shut := []string{
			"UPDATE family SET address = 'x'", "UPDATE family SET origin = NULL", "DELETE FROM family",
			"UPDATE person SET name = 'x'", "DELETE FROM person",
		}
		for _, statement := range shut {
			_, err := d.Pool().ExecContext(t.Context(), statement)
			if err == nil || !strings.Contains(err.Error(), "written out before it changes") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		all := registrytest.Everything(t, b)
		basis := registrytest.By("2025-05-30", "")
		basis.Version = 1
		out, err := b.Observe(registrytest.Officer(), all[0].Family.ID, []registry.Answer{{Code: "floor", Value: "earth"}}, basis)
		if err != nil || !out.Written {
			t.Fatal(out, err)
		}
		if n := count("family_change"); n != 2 {
			t.Errorf("after the first change %d versions are written out", n)
		}
		if _, err := d.Pool().ExecContext(t.Context(), "DELETE FROM family_change"); err == nil {
			t.Error("what was written out can be removed")
		}
		if n := count("family WHERE origin IS NOT NULL"); n != 2 {
			t.Errorf("%d families still tell their first version", n)
		}
		if _, err := b.Family(registrytest.As(access.Officer, "3172"), all[1].Family.ID, access.PurposeAudit); err == nil {
			t.Error("a first version is told outside its area")
		}
	})
}
