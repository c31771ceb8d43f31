package registry_test

import (
	"syscall"
	"testing"
	"time"

	"gotong/internal/registry/registrytest"
)

// BenchmarkValidate measures how fast the rows of two CSV files of 89 and 69
// columns are read, and checked each by itself and against the others.
func BenchmarkValidate(b *testing.B) {
	files := registrytest.NewOffice(30_000, 1, "3674").Files()
	bench := registrytest.NewBench(b, registrytest.Backend{})
	rows, began := int64(0), processor(b)
	for b.Loop() {
		r, err := bench.Validate(registrytest.Officer(), files)
		if err != nil || r.Counts.Errors > 0 {
			b.Fatal(err, r)
		}
		rows += r.Counts.FamilyRows + r.Counts.MemberRows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(rows)/(processor(b)-began).Seconds(), "rows/cpu-s")
	b.SetBytes(files.Family.Size + files.Member.Size)
}

// processor returns the processors' time that this process took.
func processor(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
