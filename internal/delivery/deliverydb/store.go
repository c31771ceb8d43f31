// Package deliverydb keeps pay lists, order and return files and exceptions
// in the database. What moves many lines is one statement on the set, never a
// statement a line.
package deliverydb

import (
	"database/sql"

	"gotong/internal/fault"
)

// Store implements delivery.Store.
type Store struct{}

// New returns a Store that works in the transaction of its context.
func New() *Store { return &Store{} }

// digest stores 32 bytes, NULL for the zero digest.
func digest(d [32]byte) any {
	if d == [32]byte{} {
		return nil
	}
	return d[:]
}

// number stores a number, NULL for zero.
func number(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// one turns a statement that must touch one row into an error otherwise.
func one(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n != 1 {
		return fault.NotFound("delivery.no_list")
	}
	return err
}
