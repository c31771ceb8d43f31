package registrydb_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

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

// BenchmarkAgainstCopy measures, on the same two files, how fast PostgreSQL
// takes their rows as they are (COPY into columns of text, committed), how
// fast they are read and checked, and how fast they are imported into the
// embedded database. The ratios are of rows a second.
func BenchmarkAgainstCopy(b *testing.B) {
	files := registrytest.NewOffice(30_000, 1, "3674").Files()
	bench := registrytest.NewBench(b, backend(dbtest.SQLite(b)))
	pg := dbtest.Postgres(b)
	for b.Loop() {
		timed := func(do func() error) float64 {
			b.Helper()
			began := time.Now()
			if err := do(); err != nil {
				b.Fatal(err)
			}
			return time.Since(began).Seconds()
		}
		rows := 0.0
		copied := timed(func() error {
			for _, f := range []registry.File{files.Family, files.Member} {
				n, err := copyText(b.Context(), pg, registrytest.Content(f))
				if err != nil {
					return err
				}
				rows += float64(n)
			}
			return nil
		})
		bring := func(o registry.Options) func() error {
			return func() error {
				_, err := bench.Import(registrytest.Officer(), files, o, run.Silent{})
				return err
			}
		}
		checked := timed(bring(registry.Options{DryRun: true}))
		imported := timed(bring(registry.Options{}))
		b.ReportMetric(rows/copied, "copied-rows/s")
		b.ReportMetric(rows/checked, "checked-rows/s")
		b.ReportMetric(rows/imported, "imported-rows/s")
		b.ReportMetric(copied/checked, "check/copy")
		b.ReportMetric(copied/imported, "import/copy")
	}
}

// copyText copies a CSV text into a new table of text columns.
func copyText(ctx context.Context, d *db.DB, text []byte) (rows int64, err error) {
	heading, _, _ := strings.Cut(string(text), "\n")
	columns := strings.ReplaceAll(strings.TrimSpace(heading), ",", " TEXT, ") + " TEXT"
	conn, err := d.Pool().Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "DROP TABLE IF EXISTS copied; CREATE TABLE copied ("+columns+")"); err != nil {
		return 0, err
	}
	err = conn.Raw(func(driverConn any) error {
		tag, err := driverConn.(*stdlib.Conn).Conn().PgConn().CopyFrom(ctx, bytes.NewReader(text), "COPY copied FROM STDIN WITH (FORMAT csv, HEADER)")
		rows = tag.RowsAffected()
		return err
	})
	return rows, err
}
