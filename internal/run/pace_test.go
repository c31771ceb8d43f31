package run_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"gotong/internal/run"
)

// paced is the pace of a stage that has counted so many of so many in so long.
func paced(done, total int64, took time.Duration) (rate float64, left time.Duration) {
	began := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	return run.Stage{Total: total, Began: began, Counts: map[string]int64{"": done}}.Pace(began.Add(took))
}

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
		if rate, left := paced(tc.done, tc.total, tc.took); rate != tc.rate || left != tc.left {
			t.Errorf("%s: %v a second, %v left", name, rate, left)
		}
	}
}

func TestPaceIsNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate, left := paced(rapid.Int64().Draw(t, "done"), rapid.Int64().Draw(t, "total"), time.Duration(rapid.Int64().Draw(t, "took")))
		if rate < 0 || left < 0 {
			t.Fatalf("%v, %v", rate, left)
		}
	})
}
