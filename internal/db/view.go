package db

import "context"

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
	tx.committed()
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
	tx.giveBack()
	if tx.lent != nil {
		tx.of.back(tx.lent, tx.well && !tx.asked)
		tx.lent = nil
	}
}
