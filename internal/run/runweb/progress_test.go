package runweb

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gotong/internal/i18n"
	"gotong/internal/web"
)

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
