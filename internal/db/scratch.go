package db

import (
	"context"
	"database/sql"
	"errors"
)

// Scratch runs fn in a transaction of its own that keeps nothing: temporary
// tables may be made in it, and are gone at its end. With SQLite it can change
// nothing else, and holds up no writer.
func (d *DB) Scratch(ctx context.Context, fn func(ctx context.Context) error) error {
	forgetting := func(ctx context.Context) error {
		if err := fn(ctx); err != nil {
			return err
		}
		return errForgotten
	}
	var err error
	if d.dialect == SQLite {
		err = d.scratching(ctx, forgetting)
	} else {
		err = d.run(ctx, d.scratch, &sql.TxOptions{}, forgetting)
	}
	if errors.Is(err, errForgotten) {
		return nil
	}
	return err
}

// errForgotten has a transaction rolled back that went well.
var errForgotten = errors.New("db: kept nothing")

// scratching runs fn in a transaction of the embedded database whose end is to
// be forgotten.
func (d *DB) scratching(ctx context.Context, fn func(ctx context.Context) error) error {
	conn, err := turn(ctx, d.scratch)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.Raw(func(driverConn any) error { return driverConn.(*session).do("BEGIN") }); err != nil {
		return unavailable(err)
	}
	tx := &Tx{db: d, conn: conn, tx: conn, writable: true}
	defer func() {
		if tx.raw != nil {
			_ = tx.raw.Rollback() // it only lets go of the connection
		}
		_ = conn.Raw(takeBack)
		tx.giveBack()
	}()
	return disk(fn(context.WithValue(ctx, txKey{}, tx)))
}
