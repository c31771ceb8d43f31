package registrydb_test

import (
	"testing"

	"gotong/internal/audit/auditdb"
	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/run"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func backend(d *db.DB) registrytest.Backend {
	return registrytest.Backend{Unit: d, Store: registrydb.New(), Audit: auditdb.New()}
}

func TestSuite(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		registrytest.Suite(t, func(t *testing.T) registrytest.Backend { return backend(dbtest.SQLite(t)) })
	})
	t.Run("postgres", func(t *testing.T) {
		registrytest.Suite(t, func(t *testing.T) registrytest.Backend { return backend(dbtest.Postgres(t)) })
	})
}

// BenchmarkImport measures an import from bytes to commit: reading, checking,
// sealing, blind indexes, history and audit entry.
func BenchmarkImport(b *testing.B) {
	files := registrytest.NewOffice(20_000, 1, "3674").Files()
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(name, func(b *testing.B) {
			persons := int64(0)
			for b.Loop() {
				b.StopTimer()
				bench := registrytest.NewBench(b, backend(open(b)))
				b.StartTimer()
				r, err := bench.Import(registrytest.Officer(), files, registry.Options{}, run.Silent{})
				if err != nil {
					b.Fatal(err)
				}
				persons += r.Counts.Persons
			}
			b.ReportMetric(float64(persons)/b.Elapsed().Seconds(), "persons/s")
		})
	}
}
