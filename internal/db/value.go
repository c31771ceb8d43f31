package db

import (
	"database/sql"
	"time"
)

// Flag returns how a yes or no is stored in both databases: 1 or 0.
func Flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Text returns how a text is stored that may be missing: "" is NULL.
func Text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Millis returns how an instant is stored that may be missing: the zero time
// is NULL.
func Millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// Instant reads what Millis stored.
func Instant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}
