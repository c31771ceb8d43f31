package registrydb_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
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
// fast a dry run goes over them, and how fast they are imported into the
// embedded database. A dry run begins with the SHA-256 of the files, which is
// measured by itself too: without it, what is left is to read and to check
// every row. The ratios are of rows a second; on a machine with other work,
// those of processor time (of COPY, the server's process) say more.
func BenchmarkAgainstCopy(b *testing.B) {
	files := registrytest.NewOffice(30_000, 1, "3674").Files()
	pg := dbtest.Postgres(b)
	var copied, digested, checked, imported, rows float64
	var ofCopy, ofDigest, ofCheck, ofImport time.Duration // of processors
	for b.Loop() {
		timed := func(processor *time.Duration, do func() error) float64 {
			b.Helper()
			runtime.GC() // what went before is not part of it
			began, before := time.Now(), ownProcessor(b)
			if err := do(); err != nil {
				b.Fatal(err)
			}
			*processor += ownProcessor(b) - before
			return time.Since(began).Seconds()
		}
		var client time.Duration // of COPY, beside the server's
		copied += timed(&client, func() error {
			for _, f := range []registry.File{files.Family, files.Member} {
				n, took, err := copyText(b.Context(), pg, registrytest.Content(f))
				if err != nil {
					return err
				}
				rows += float64(n)
				ofCopy += took
			}
			return nil
		})
		bench := registrytest.NewBench(b, backend(dbtest.SQLite(b)))
		bring := func(o registry.Options) func() error {
			return func() error {
				_, err := bench.Import(registrytest.Officer(), files, o, run.Silent{})
				return err
			}
		}
		digested += timed(&ofDigest, func() error { _, err := files.Digest(nil); return err })
		checked += timed(&ofCheck, bring(registry.Options{DryRun: true}))
		imported += timed(&ofImport, bring(registry.Options{}))
	}
	b.ReportMetric(rows/copied, "copied-rows/s")
	b.ReportMetric(rows/checked, "checked-rows/s")
	b.ReportMetric(rows/imported, "imported-rows/s")
	b.ReportMetric(copied/(checked-digested), "validate/copy")
	b.ReportMetric(copied/checked, "dry-run/copy")
	b.ReportMetric(copied/imported, "import/copy")
	b.ReportMetric(rows/(ofCheck-ofDigest).Seconds(), "validated-rows/cpu-s")
	b.ReportMetric(ofCopy.Seconds()/(ofCheck-ofDigest).Seconds(), "validate/copy-cpu")
	b.ReportMetric(ofCopy.Seconds()/ofCheck.Seconds(), "dry-run/copy-cpu")
	b.ReportMetric(ofCopy.Seconds()/ofImport.Seconds(), "import/copy-cpu")
}

// ownProcessor returns the processors' time that this process took.
func ownProcessor(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// processorOf returns the processors' time that another process took, in
// Linux; elsewhere nothing.
func processorOf(pid uint32) time.Duration {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, after, _ := bytes.Cut(b, []byte(") "))
	fields := bytes.Fields(after)
	const user, system, tick = 11, 12, 10 * time.Millisecond
	if len(fields) <= system {
		return 0
	}
	u, _ := strconv.Atoi(string(fields[user]))
	s, _ := strconv.Atoi(string(fields[system]))
	return time.Duration(u+s) * tick
}

// copyText copies a CSV text into a new table of text columns, and returns
// the processors' time that the server's process took.
func copyText(ctx context.Context, d *db.DB, text []byte) (rows int64, took time.Duration, err error) {
	heading, _, _ := strings.Cut(string(text), "\n")
	columns := strings.ReplaceAll(strings.TrimSpace(heading), ",", " TEXT, ") + " TEXT"
	conn, err := d.Pool().Conn(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "DROP TABLE IF EXISTS copied; CREATE TABLE copied ("+columns+")"); err != nil {
		return 0, 0, err
	}
	err = conn.Raw(func(driverConn any) error {
		server := driverConn.(*stdlib.Conn).Conn().PgConn()
		before := processorOf(server.PID())
		tag, err := server.CopyFrom(ctx, bytes.NewReader(text), "COPY copied FROM STDIN WITH (FORMAT csv, HEADER)")
		rows, took = tag.RowsAffected(), processorOf(server.PID())-before
		return err
	})
	return rows, took, err
}
