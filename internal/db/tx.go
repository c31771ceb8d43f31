package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	sqlite3 "modernc.org/sqlite/lib"

	"gotong/internal/fault"
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
	if tx, ok := ctx.Value(txKey{}).(*Tx); ok && tx.db == d {
		if !tx.writable {
			return errors.New("db: Write inside Read: begin with Write")
		}
		return fn(ctx)
	}
	if d.dialect == SQLite {
		return d.act(ctx, fn)
	}
	return d.run(ctx, d.write, true, &sql.TxOptions{}, fn)
}

// Read runs fn on one consistent view of the database. Inside a Write or
// another Read it joins that one.
func (d *DB) Read(ctx context.Context, fn func(ctx context.Context) error) error {
	if tx, ok := ctx.Value(txKey{}).(*Tx); ok && tx.db == d {
		return fn(ctx)
	}
	if d.dialect == SQLite {
		return d.view(ctx, fn)
	}
	return d.run(ctx, d.read, false, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

// view runs fn on one view of the embedded database. The engine itself begins
// and ends it: database/sql would watch over it with a goroutine, for longer
// than a short look takes.
func (d *DB) view(ctx context.Context, fn func(ctx context.Context) error) error {
	in := &viewing{Context: ctx, tx: Tx{db: d}}
	tx := &in.tx
	defer tx.leave()
	if err := fn(in); err != nil {
		return disk(err)
	}
	tx.well = true
	for _, f := range tx.after {
		f()
	}
	return nil
}

// viewing is the context of a view, made together with it: a short look takes
// as long as a few pieces of memory do.
type viewing struct {
	context.Context
	tx Tx
}

// Value returns the view for its key.
func (v *viewing) Value(key any) any {
	if key == (txKey{}) {
		return &v.tx
	}
	return v.Context.Value(key)
}

// see begins a view that has not begun, on a connection of rs.
func (tx *Tx) see(ctx context.Context, rs *readers) error {
	if tx.tx != nil {
		return nil
	}
	r, err := rs.lend(ctx)
	if err != nil {
		return unavailable(err)
	}
	tx.lent, tx.of, tx.conn, tx.tx = r, rs, r.conn, r.conn
	return nil
}

// leave ends a view.
func (tx *Tx) leave() {
	for _, end := range tx.ends {
		end()
	}
	if tx.lent != nil {
		tx.of.back(tx.lent, tx.well && !tx.asked)
		tx.lent = nil
	}
}

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
		err = d.run(ctx, d.scratch, true, &sql.TxOptions{}, forgetting)
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
		for _, end := range tx.ends {
			end()
		}
	}()
	return disk(fn(context.WithValue(ctx, txKey{}, tx)))
}

// takeBack ends a transaction that the engine has not ended by itself, as it
// does where the disk is full.
func takeBack(driverConn any) error {
	s := driverConn.(*session)
	if s.inTransaction() && s.do("ROLLBACK") != nil {
		return driver.ErrBadConn
	}
	return nil
}

func (d *DB) run(ctx context.Context, pool *sql.DB, writable bool, options *sql.TxOptions, fn func(ctx context.Context) error) (err error) {
	conn, err := turn(ctx, pool)
	if err != nil {
		return err
	}
	defer conn.Close()
	stx, err := conn.BeginTx(ctx, options)
	if err != nil {
		return unavailable(err)
	}
	tx := &Tx{db: d, conn: conn, tx: stx, writable: writable}
	defer func() {
		for _, end := range tx.ends {
			end()
		}
	}()
	done := false
	defer func() {
		if !done { // fn failed or panicked
			_ = stx.Rollback()
		}
	}()
	if err := fn(context.WithValue(ctx, txKey{}, tx)); err != nil {
		return disk(err)
	}
	done = true
	if err := stx.Commit(); err != nil {
		return unavailable(err)
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// unavailable gives the failures that pass by themselves their kind.
func unavailable(err error) error {
	if isBusy(err) {
		return fault.Unavailable("core.error.unavailable").Because(err)
	}
	return disk(fmt.Errorf("db: %w", err))
}

// disk gives the failures of a disk their kind: what was to be written is
// rolled back, and whoever looks after the machine must make room.
func disk(err error) error {
	var told *fault.Error
	if errors.As(err, &told) {
		return err
	}
	if code, ok := codeOf(err); ok {
		switch code & 0xff {
		case sqlite3.SQLITE_FULL:
			return fault.FullDisk().Because(err)
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
			return fault.FailingDisk().Because(err)
		}
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) && (pe.Code == "53100" || pe.Code == "58030") {
		return fault.FullDisk().Because(err)
	}
	return fault.Disk(err)
}

func isBusy(err error) bool {
	if code, ok := codeOf(err); ok {
		return code&0xff == sqlite3.SQLITE_BUSY
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code == "40001" || pe.Code == "40P01" || pe.Code == "57P03"
	}
	return errors.Is(err, context.DeadlineExceeded)
}

// IsUnique reports whether err is a broken unique constraint.
func IsUnique(err error) bool {
	if code, ok := codeOf(err); ok {
		return code == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	var pe *pgconn.PgError
	return errors.As(err, &pe) && pe.Code == "23505"
}

// IsConstraint reports whether err is any broken constraint, such as a CHECK
// or a trigger that guards an invariant.
func IsConstraint(err error) bool {
	if code, ok := codeOf(err); ok {
		return code&0xff == sqlite3.SQLITE_CONSTRAINT
	}
	var pe *pgconn.PgError
	return errors.As(err, &pe) && (pe.Code[:2] == "23" || pe.Code == "P0001")
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

// Exec runs a statement that returns no rows.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	q, err := tx.db.scoped(ctx, query)
	if err == nil {
		err = tx.see(ctx, tx.db.views)
	}
	if err != nil {
		return nil, err
	}
	tx.asked = true
	return tx.tx.ExecContext(ctx, q, args...)
}

// Query runs a statement that returns rows.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	q, err := tx.db.scoped(ctx, query)
	if err == nil {
		err = tx.see(ctx, tx.db.views)
	}
	if err != nil {
		return nil, err
	}
	tx.asked = true
	return tx.tx.QueryContext(ctx, q, args...)
}

// Row is the one row that QueryRow asked for.
type Row struct {
	row *sql.Row
	err error
}

// Scan copies the row's columns; sql.ErrNoRows when there is none.
func (r *Row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.row.Scan(into...)
}

// QueryRow runs a statement that returns one row.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	q, err := tx.db.scoped(ctx, query)
	if err == nil {
		err = tx.see(ctx, tx.db.views)
	}
	if err != nil {
		return &Row{err: err}
	}
	tx.asked = true
	return &Row{row: tx.tx.QueryRowContext(ctx, q, args...)}
}

// Prepare prepares a statement for repeated use in this transaction, which
// closes it at its end.
func (tx *Tx) Prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	q, err := tx.db.scoped(ctx, query)
	if err == nil {
		err = tx.see(ctx, tx.db.views)
	}
	if err != nil {
		return nil, err
	}
	tx.asked = true
	return tx.tx.PrepareContext(ctx, q)
}

// NoRows turns the absence of a row into fault.NotFound with the given
// message, and leaves other errors as they are.
func NoRows(err error, key string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.NotFound(key, args...)
	}
	return err
}

// Each scans every row with scan and closes rows. It returns the first error.
func Each(rows *sql.Rows, err error, scan func(rows *sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// copyFrom sends rows by PostgreSQL's COPY within the transaction.
func (tx *Tx) copyFrom(ctx context.Context, table string, columns []string, rows [][]any) error {
	return tx.conn.Raw(func(driverConn any) error {
		_, err := driverConn.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		return err
	})
}
