package db_test

import (
	"database/sql"
	"testing"
	"time"

	"gotong/internal/db"
)

func TestWhatMayBeMissingIsNull(t *testing.T) {
	if db.Text("") != nil || db.Millis(time.Time{}) != nil || !db.Instant(sql.NullInt64{}).IsZero() {
		t.Error("what is missing is stored as something")
	}
	at := time.Date(2026, 2, 3, 4, 5, 6, 7_000_000, time.FixedZone("WIB", 7*60*60))
	n, ok := db.Millis(at).(int64)
	if got := db.Instant(sql.NullInt64{Int64: n, Valid: ok}); !got.Equal(at) || got.Location() != time.UTC || db.Text("a") != "a" {
		t.Errorf("%s comes back as %s", at, got)
	}
}
