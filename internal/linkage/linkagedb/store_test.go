package linkagedb_test

import (
	"testing"

	"gotong/internal/audit/auditdb"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/linkage/linkagedb"
	"gotong/internal/linkage/linkagetest"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func backend(d *db.DB) linkagetest.Backend {
	return linkagetest.Backend{
		Backend: registrytest.Backend{Unit: d, Store: registrydb.New(), Audit: auditdb.New()},
		Pairs:   linkagedb.New(),
	}
}

func TestSuite(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		linkagetest.Suite(t, func(t *testing.T) linkagetest.Backend { return backend(dbtest.SQLite(t)) })
	})
	t.Run("postgres", func(t *testing.T) {
		linkagetest.Suite(t, func(t *testing.T) linkagetest.Backend { return backend(dbtest.Postgres(t)) })
	})
}
