package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"

	"modernc.org/libc"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// openEngine opens a pool of the embedded engine's sessions.
func openEngine(dsn string) *sql.DB { return sql.OpenDB(connector{dsn}) }

type connector struct{ dsn string }

// engine is the driver beneath.
var engine = &sqlite.Driver{}

// Driver returns the driver beneath.
func (c connector) Driver() driver.Driver { return engine }

// Connect opens a session.
func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := engine.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	whole, ok := conn.(connection)
	handle, err := handleOf(conn)
	if err != nil || !ok {
		_ = conn.Close()
		return nil, fmt.Errorf("db: %T is not the connection that is known: %w", conn, err)
	}
	return &session{connection: whole, handle: handle, tls: libc.NewTLS(), kept: map[string]*statement{}, few: map[string]*asker{}, trees: map[string]tree{}}, nil
}

// connection is what the driver's connections offer database/sql.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// session is a connection of the embedded engine that remembers what it
// compiled: to compile a statement takes longer than most take to run.
type session struct {
	connection
	handle uintptr // of the engine
	tls    *libc.TLS
	kept   map[string]*statement
	few    map[string]*asker
	mapped bool // its file is read where it lies in memory
	broken bool // it fell while it read

	shielded bool // its statements run to their end, whoever leaves meanwhile

	schema int64           // that the view sees
	trees  map[string]tree // where indexes and tables begin that were asked after
}

// A session keeps so many statements, and none longer than this, since a
// long one is rarely asked twice.
const (
	keptMost    = 256
	keptLongest = 8 << 10
)

// statement is a compiled statement.
type statement struct {
	driver.Stmt
	busy bool // its rows are being read
}

// compiled returns a statement that is free, or nil for one that is not kept.
func (s *session) compiled(ctx context.Context, query string) (*statement, error) {
	if k, ok := s.kept[query]; ok {
		if k.busy {
			return nil, nil
		}
		return k, nil
	}
	if len(query) > keptLongest || !repeated(query) {
		return nil, nil
	}
	compiled, err := s.connection.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(s.kept) >= keptMost {
		s.forgetOne()
	}
	k := &statement{Stmt: compiled}
	s.kept[query] = k
	return k, nil
}

// repeated reports whether a statement is of a kind that is asked again.
func repeated(query string) bool {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	switch strings.ToUpper(verb) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return true
	}
	return false
}

// forgetOne makes room.
func (s *session) forgetOne() {
	for query, k := range s.kept {
		if !k.busy {
			_ = k.Close()
			delete(s.kept, query)
			return
		}
	}
}

// during returns the context to run a statement in.
func (s *session) during(ctx context.Context) (context.Context, error) {
	if !s.shielded {
		return ctx, nil
	}
	return context.WithoutCancel(ctx), ctx.Err()
}

// PrepareContext compiles a statement.
func (s *session) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	ctx, err := s.during(ctx)
	if err != nil {
		return nil, err
	}
	compiled, err := s.connection.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &prepared{compiled, s}, nil
}

// prepared is a statement that was compiled for somebody.
type prepared struct {
	driver.Stmt
	by *session
}

// ExecContext runs it.
func (p *prepared) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	ctx, err := p.by.during(ctx)
	if err != nil {
		return nil, err
	}
	return p.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

// QueryContext runs it.
func (p *prepared) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	ctx, err := p.by.during(ctx)
	if err != nil {
		return nil, err
	}
	return p.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// ExecContext runs a statement that returns no rows.
func (s *session) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	ctx, err := s.during(ctx)
	if err != nil {
		return nil, err
	}
	k, err := s.compiled(ctx, query)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return s.connection.ExecContext(ctx, query, args)
	}
	return k.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

// QueryContext runs a statement that returns rows.
func (s *session) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	ctx, err := s.during(ctx)
	if err != nil {
		return nil, err
	}
	k, err := s.compiled(ctx, query)
	if err != nil {
		return nil, err
	}
	ask := func() (driver.Rows, error) { return s.connection.QueryContext(ctx, query, args) }
	if k != nil {
		ask = func() (driver.Rows, error) { return k.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args) }
	}
	a := &answer{of: k, by: s}
	err = s.whole(func() error { a.Rows, err = ask(); return err })
	if err != nil {
		return nil, err
	}
	if k != nil {
		k.busy = true
	}
	return a, nil
}

// answer gives its statement free when it is closed.
type answer struct {
	driver.Rows
	of *statement // nil for one that is not kept
	by *session
}

// Next reads a row.
func (a *answer) Next(into []driver.Value) error {
	if !a.by.mapped {
		return a.Rows.Next(into)
	}
	return a.by.whole(func() error { return a.Rows.Next(into) })
}

// Close ends the reading.
func (a *answer) Close() error {
	if a.of != nil {
		a.of.busy = false
	}
	return a.Rows.Close()
}

// BeginTx begins a transaction, or joins the one that was begun by do and is
// ended by it.
func (s *session) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	if s.inTransaction() {
		return joined{}, nil
	}
	return s.connection.BeginTx(ctx, options)
}

// joined is a transaction that somebody else ends.
type joined struct{}

func (joined) Commit() error   { return nil }
func (joined) Rollback() error { return nil }

// do runs a statement without rows or values, such as one that begins a
// transaction, by the engine itself.
func (s *session) do(statement string) error {
	found := founds.Get().(*found)
	defer founds.Put(found)
	found.reset()
	return s.ask(statement, nil, found)
}

// seeSchema begins to read, which is what a view goes on seeing, and forgets
// what was known of another schema.
func (s *session) seeSchema() error {
	found := founds.Get().(*found)
	defer founds.Put(found)
	found.reset()
	if err := s.ask("PRAGMA schema_version", nil, found); err != nil {
		return err
	}
	var schema int64
	found.next()
	if err := found.scan(&schema); err != nil {
		return err
	}
	if schema != s.schema {
		s.schema = schema
		clear(s.trees)
	}
	return nil
}

// inTransaction reports whether a transaction is underway.
func (s *session) inTransaction() bool { return sqlite3.Xsqlite3_get_autocommit(s.tls, s.handle) == 0 }

// constraintsBroken reports whether the transaction has left a constraint
// broken that is looked at when it is committed.
func (s *session) constraintsBroken() bool {
	handle := (*sqlite3.Tsqlite3)(outside(s.handle))
	return handle.FnDeferredCons+handle.FnDeferredImmCons > 0
}

// Close ends the session.
func (s *session) Close() error {
	return s.whole(func() error {
		for _, k := range s.kept {
			_ = k.Close() // the connection's end frees what this did not
		}
		for _, a := range s.few {
			a.close()
		}
		s.kept, s.few = nil, nil
		s.tls.Close()
		return s.connection.Close()
	})
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
