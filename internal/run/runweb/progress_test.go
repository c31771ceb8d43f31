package runweb

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/i18n"
	"gotong/internal/web"
)

func TestPace(t *testing.T) {
	for name, tc := range map[string]struct {
		done, total int64
		took        time.Duration
		rate        float64
		left        time.Duration
	}{
		"half way":      {500, 1000, 5 * time.Second, 100, 5 * time.Second},
		"nothing yet":   {0, 1000, time.Minute, 0, 0},
		"just begun":    {500, 1000, 10 * time.Millisecond, 0, 0},
		"total unknown": {500, 0, 5 * time.Second, 100, 0},
		"all done":      {1000, 1000, 5 * time.Second, 200, 0},
		"more than all": {1100, 1000, 5 * time.Second, 220, 0},
	} {
		if rate, left := pace(tc.done, tc.total, tc.took); rate != tc.rate || left != tc.left {
			t.Errorf("%s: %v a second, %v left", name, rate, left)
		}
	}
}

func TestPaceIsNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate, left := pace(rapid.Int64().Draw(t, "done"), rapid.Int64().Draw(t, "total"), time.Duration(rapid.Int64().Draw(t, "took")))
		if rate < 0 || left < 0 {
			t.Fatalf("%v, %v", rate, left)
		}
	})
}

func TestResult(t *testing.T) {
	ctx := web.WithLang(context.Background(), i18n.ID)
	pairs := func(terms ...string) []web.Pair {
		var all []web.Pair
		for i := 0; i+1 < len(terms); i += 2 {
			all = append(all, web.Pair{Term: terms[i], Value: terms[i+1]})
		}
		return all
	}
	for raw, want := range map[string]findings{
		``:     {},
		`null`: {},
		`{}`:   {},
		`7`:    {Rest: pairs("Result", "7")},
		`{"families":20000,"paid_rupiah":1250000,"digest":"ab12","ledger_balanced":true,"share":0.75,"note":null,"by":""}`: {
			Main: pairs("Keluarga", "20.000", "Sidik data", "ab12"),
			Rest: pairs("Paid rupiah", "Rp1.250.000", "Ledger balanced", "Ya", "Share", "0,75"),
		},
		`{"as_of":"2026-01-05","ProposedAt":"0001-01-01T00:00:00Z","CreatedAt":"2026-01-05T01:00:00.73Z","SnapshotID":"x"}`: {
			Main: pairs("Per tanggal", "5 Januari 2026"),
			Rest: pairs("Created at", "5 Januari 2026, 08.00 WIB", "Snapshot id", "x"),
		},
		`{"deciles":[1,2,3],"pkh":{"entitled":4,"deep":{"entitled":5}},"rows":[{"a":1},{"a":2}],"none":[]}`: {
			Main: pairs("Keluarga per desil", "1 · 2 · 3", "Berhak", "4", "Baris", "2"),
			Rest: pairs("Pkh deep entitled", "5"),
		},
		`{"Verified":false,"Problems":[{"Kind":1,"Key":"determination.recheck.digest","Args":null,"Err":{}},{"Kind":1,"Key":"determination.recheck.rows_many","Args":["have",3,"want",4]}]}`: {
			Main: pairs("Keluar sama saat dihitung ulang", "Tidak", "Yang tidak cocok",
				"Sidik jari penetapan tidak keluar sama saat dihitung ulang. · Basis data memuat 3 baris; berkas penetapan memuat 4."),
		},
	} {
		got, err := result(ctx, json.RawMessage(raw))
		if err != nil {
			t.Errorf("%s: %v", raw, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", raw, diff)
		}
	}
	for _, raw := range []string{`{`, `{"a":`, `1 2`, `[1,`, `]`} {
		if found, err := result(ctx, json.RawMessage(raw)); err == nil {
			t.Errorf("%s gives %v", raw, found)
		}
	}
}

func FuzzResult(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":2}],"C":"2026-01-05"}`, `[[[]]]`, `{"":{"":""}}`, `-0.0e9`} {
		f.Add(s)
	}
	ctx := context.Background()
	f.Fuzz(func(t *testing.T, raw string) {
		_, err := result(ctx, json.RawMessage(raw))
		if json.Valid([]byte(raw)) != (err == nil) && raw != "" {
			t.Fatalf("%q: valid %v, %v", raw, json.Valid([]byte(raw)), err)
		}
	})
}
