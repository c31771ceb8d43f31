package registryweb

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit/auditdb"
	"gotong/internal/db/dbtest"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/registry/registrydb"
	"gotong/internal/registry/registrytest"
	"gotong/internal/web"
)

// benchFamilies is how many families the benchmarks' register holds: few by
// default, 500,000 for the figure that is promised (make bench).
func benchFamilies() int {
	if n, err := strconv.Atoi(os.Getenv("GOTONG_BENCH_FAMILIES")); err == nil {
		return n
	}
	return 5_000
}

// BenchmarkPages measures the pages of a register in the time at the server:
// reading, the entry in the audit log with its fsync, and rendering.
func BenchmarkPages(b *testing.B) {
	bench := registrytest.NewBench(b, registrytest.Backend{Unit: dbtest.SQLite(b), Store: registrydb.New(), Audit: auditdb.New()})
	const each = 5_000
	for i := range max(1, benchFamilies()/each) {
		o := registrytest.NewOffice(each, uint64(i+1), "3674")
		for _, row := range append(o.Families, o.Members...) {
			row["id_keluarga"] = fmt.Sprintf("%d-%s", i, row["id_keluarga"])
			row["no_kk"], row["nik"] = "", ""
		}
		registrytest.Bring(b, bench, o)
	}
	var ids []ident.ID
	err := bench.Scan(registrytest.Officer(), access.PurposeSystem, func(r *registry.Record) error {
		ids = append(ids, r.Family.ID)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	router := web.NewRouter(web.Config{Sessions: sessions{}, SignIn: "/masuk", Nav: []web.NavGroup{{Items: Nav}}})
	router.Add(New(Deps{Service: bench.Service}).Routes()...)
	random := rand.New(rand.NewPCG(1, 1))
	for name, path := range map[string]func() string{
		"family":  func() string { return To(ids[random.IntN(len(ids))]) },
		"list":    func() string { return Path },
		"village": func() string { return Path + "?wilayah=3674011001" },
		"name":    func() string { return Path + "?nama=siti+am" },
	} {
		b.Run(name, func(b *testing.B) { measure(b, router, path) })
	}
}

func measure(b *testing.B, h http.Handler, path func() string) {
	var took []time.Duration
	for b.Loop() {
		r := httptest.NewRequest("GET", path(), nil)
		r.AddCookie(&http.Cookie{Name: "gotong_sesi", Value: officer})
		w := httptest.NewRecorder()
		began := time.Now()
		h.ServeHTTP(w, r)
		took = append(took, time.Since(began))
		if w.Code != http.StatusOK {
			b.Fatalf("status %d", w.Code)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
