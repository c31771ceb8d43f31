package db

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Tx is a transaction. Its statements pass the area scope of the acting
// member of staff; see scope.go.
//
// A view of the embedded database begins when it is first asked something,
// and by what kind of question that is, a connection is chosen for it. One
// goroutine at a time asks a view.
type Tx struct {
	db       *DB
	conn     *sql.Conn
	tx       querier // SQLite: conn
	raw      *sql.Tx // SQLite: the transaction as database/sql knows it, once that was asked for
	lent     *reader // SQLite, where the transaction is a view that has begun
	of       *readers
	writable bool
	asked    bool // through database/sql, which may have left something open
	well     bool // it came to a good end
	after    []func()
	ends     []func() // give back what the transaction used, whatever its end
}

// querier runs statements in a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

type txKey struct{}

// From returns the transaction of ctx. It panics outside Write and Read,
// which is a mistake in the program.
func From(ctx context.Context) *Tx {
	tx, ok := ctx.Value(txKey{}).(*Tx)
	if !ok {
		panic("db: no transaction in this context")
	}
	return tx
}

// Write runs fn in one transaction, committed when fn returns nil and rolled
// back otherwise. Inside another Write it joins that one.
func (d *DB) Write(ctx context.Context, fn func(ctx context.Context) error) error {
	switch tx := d.underway(ctx); {
	case tx != nil && !tx.writable:
		return errors.New("db: Write inside Read: begin with Write")
	case tx != nil:
		return fn(ctx)
	case d.dialect == SQLite:
		return d.act(ctx, fn)
	}
	return d.run(ctx, d.write, &sql.TxOptions{}, fn)
}

// Read runs fn on one consistent view of the database. Inside a Write or
// another Read it joins that one.
func (d *DB) Read(ctx context.Context, fn func(ctx context.Context) error) error {
	switch {
	case d.underway(ctx) != nil:
		return fn(ctx)
	case d.dialect == SQLite:
		return d.view(ctx, fn)
	}
	return d.run(ctx, d.read, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

// underway returns the transaction of this database that ctx is in, or nil.
func (d *DB) underway(ctx context.Context) *Tx {
	if tx, ok := ctx.Value(txKey{}).(*Tx); ok && tx.db == d {
		return tx
	}
	return nil
}

// run runs fn in a transaction on a connection of a pool. It is PostgreSQL's
// way; those of the embedded database are act, view and scratching.
//
// Whoever leaves ends the statement that runs for them, and nothing is
// committed; but the transaction itself is not theirs to cut off. The driver
// gives a connection up whose end it could not tell the server, and a commit
// cut off may have been done.
func (d *DB) run(ctx context.Context, pool *sql.DB, options *sql.TxOptions, fn func(ctx context.Context) error) error {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	begun := context.AfterFunc(ctx, end)
	conn, stx, err := begin(ctx, life, pool, options)
	if err != nil {
		return err
	}
	defer conn.Close()
	begun()
	tx := &Tx{db: d, conn: conn, tx: stx, writable: !options.ReadOnly}
	defer tx.giveBack()
	done := false
	defer func() {
		if !done { // fn failed or panicked
			_ = stx.Rollback()
		}
	}()
	if err := disk(fn(context.WithValue(ctx, txKey{}, tx))); err != nil {
		if ctx.Err() == nil && lost(conn) {
			return cutOff(err)
		}
		return err
	}
	if err := ctx.Err(); err != nil { // whoever wanted it has gone
		return unavailable(err)
	}
	done = true
	defer time.AfterFunc(commitLongest, end).Stop()
	if err := stx.Commit(); err != nil {
		if lost(conn) {
			return unsure(err)
		}
		return unavailable(err)
	}
	tx.committed()
	return nil
}

// commitLongest is how long a server may take to commit, such as one whose
// standby does not answer, before whoever waits is told that nobody knows
// whether it did.
const commitLongest = time.Minute

// giveBack gives back what the transaction used, at its end.
func (tx *Tx) giveBack() {
	for _, end := range tx.ends {
		end()
	}
}

// committed does what was to wait for a good end.
func (tx *Tx) committed() {
	for _, f := range tx.after {
		f()
	}
}

// Dialect returns the engine in use.
func (tx *Tx) Dialect() Dialect { return tx.db.dialect }

// Raw returns the transaction beneath, for the job queue's InsertTx. Only a
// Write has one; it is not ended by whoever asks for it.
func (tx *Tx) Raw(ctx context.Context) (*sql.Tx, error) {
	if stx, ok := tx.tx.(*sql.Tx); ok {
		return stx, nil
	}
	if !tx.writable {
		return nil, errors.New("db: a view has no transaction to write in")
	}
	if tx.raw == nil {
		stx, err := tx.conn.BeginTx(context.WithoutCancel(ctx), nil) // joins; see session.BeginTx
		if err != nil {
			return nil, unavailable(err)
		}
		tx.raw = stx
	}
	return tx.raw, nil
}

// AfterCommit has f run once the transaction is committed, and not at all
// when it is rolled back.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }
