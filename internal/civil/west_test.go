package civil

import (
	"testing"
	"time"
)

func TestInTheWestItIsTomorrowSooner(t *testing.T) {
	for at, want := range map[string]string{"2025-12-31T16:59:59Z": "2025-12-31", "2025-12-31T17:00:00Z": "2026-01-01", "2026-01-01T00:30:00+09:00": "2025-12-31"} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := InWest(instant).String(); got != want {
			t.Errorf("at %s it is %s, want %s", at, got, want)
		}
	}
}
