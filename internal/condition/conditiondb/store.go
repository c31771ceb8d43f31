// Package conditiondb keeps duties and what follows from them in the database.
package conditiondb

import (
	"database/sql"

	"gotong/internal/condition"
)

// Store is condition.Store on the database of the context's transaction.
type Store struct{}

// New returns a Store.
func New() Store { return Store{} }

var _ condition.Store = Store{}

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
