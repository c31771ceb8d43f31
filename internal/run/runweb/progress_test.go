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
	for raw, want := range map[string][]web.Pair{
		``:     nil,
		`null`: nil,
		`{}`:   nil,
		`7`:    {{Term: "Result", Value: "7"}},
		`{"families":20000,"ordered_rupiah":1250000,"digest":"ab12","ledger_balanced":true,"share":0.75,"note":null}`: {
			{Term: "Keluarga", Value: "20.000"}, {Term: "Ordered rupiah", Value: "Rp1.250.000"}, {Term: "Sidik data", Value: "ab12"},
			{Term: "Ledger balanced", Value: "Ya"}, {Term: "Share", Value: "0,75"}, {Term: "Note", Value: ""},
		},
		`{"deciles":[1,2,3],"by":{"pkh":{"entitled":4}},"rows":[{"a":1},{"a":2}],"none":[]}`: {
			{Term: "Deciles", Value: "1 · 2 · 3"}, {Term: "By pkh entitled", Value: "4"}, {Term: "Baris", Value: "2"},
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
		if pairs, err := result(ctx, json.RawMessage(raw)); err == nil {
			t.Errorf("%s gives %v", raw, pairs)
		}
	}
}
