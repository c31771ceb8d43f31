// Package conditiondb keeps duties and what follows from them in the database.
package conditiondb

import (
	"database/sql"
	"time"

	"gotong/internal/condition"
)

// Store is condition.Store on the database of the context's transaction.
type Store struct{}

// New returns a Store.
func New() Store { return Store{} }

var _ condition.Store = Store{}

// text is NULL for "".
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// millis is NULL for the zero instant.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func instant(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMilli(n.Int64).UTC()
}

// number is NULL for nil.
func number(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

func numberOf(n sql.NullInt64) *int64 {
	if !n.Valid {
		return nil
	}
	return &n.Int64
}
