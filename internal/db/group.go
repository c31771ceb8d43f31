package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"gotong/internal/fault"
)

// group is a transaction of the embedded database that short acts of several
// people are committed in together: to write pages that many change, such as
// the end of the log, and to wait until they are on the disk takes longer than
// to change them. An act that has ended well hands the transaction on to
// whoever waits, and is answered when it is committed. The last to act commits.
//
// Each act after the first is in a savepoint of its own, which is taken back
// when it fails: nothing else is. What would take back the whole transaction
// does not happen to it: whoever leaves meanwhile does not interrupt its
// statements, and a broken constraint that would show at the end is looked for
// at its own. Where the engine takes back all by itself, as when the disk is
// full, all are told so.
type group struct {
	conn  *sql.Conn // nil until it begins
	looks *readers
	acts  int // that ended well
	began time.Time
	until time.Duration // after it began: nobody is let in any more
	done  chan struct{} // closed at the end
	err   error         // why nothing of it was kept; read after done
}

// A group has so many acts at the most, and lets no more in once it is so old.
const (
	groupMost    = 64
	groupLongest = 10 * time.Millisecond
)

func newGroup(until time.Duration) *group { return &group{until: until, done: make(chan struct{})} }

// goesOn reports whether another act may join: there is one to share the end with.
func (g *group) goesOn() bool {
	return g.acts > 0 && g.acts < groupMost && g.err == nil && time.Since(g.began) < g.until
}

// act runs fn in a transaction of the embedded database. The engine itself
// begins and ends it: database/sql would set a goroutine to watch over it, and
// another over each end.
func (d *DB) act(ctx context.Context, fn func(ctx context.Context) error) error {
	g, err := d.turns.take(ctx)
	if err != nil {
		return err
	}
	_, short := patienceOf(ctx)
	tx, err := d.enter(ctx, g)
	if err != nil {
		d.turns.leave(g, short)
		return err
	}
	if err := g.member(ctx, tx, fn, func() { d.turns.leave(g, short) }); err != nil {
		return disk(err)
	}
	<-g.done // by this act, or by whoever was handed the turn
	if g.err != nil {
		return g.err
	}
	tx.committed()
	return nil
}

// enter begins the group's transaction, or a savepoint in it.
func (d *DB) enter(ctx context.Context, g *group) (*Tx, error) {
	if g.conn == nil {
		conn, err := turn(ctx, d.write)
		if err != nil {
			return nil, err
		}
		g.conn, g.looks, g.began = conn, d.looks, time.Now()
		if err := g.tell("BEGIN IMMEDIATE"); err != nil {
			if isBusy(err) { // another program writes
				return nil, fault.Unavailable("db.others_write").Because(err)
			}
			return nil, unavailable(err)
		}
	}
	if g.acts > 0 {
		if err := g.tell("SAVEPOINT act"); err != nil {
			return nil, unavailable(err)
		}
	}
	return &Tx{db: d, conn: g.conn, tx: g.conn, writable: true}, nil
}

// member runs fn as one act of the group, takes it back where it fails or
// panics, and hands the turn on.
func (g *group) member(ctx context.Context, tx *Tx, fn func(ctx context.Context) error, leave func()) (err error) {
	err = errors.New("db: the act fell") // unless it returns
	shares := g.acts > 0
	g.shield(shares)
	defer leave()
	defer func() {
		if tx.raw != nil {
			_ = tx.raw.Rollback() // it only lets go of the connection
		}
		tx.giveBack()
		g.shield(false)
		if err == nil {
			err = g.keep(shares)
		}
		if err != nil {
			g.takeBack(shares, err)
		} else {
			g.acts++
		}
	}()
	if err = fn(context.WithValue(ctx, txKey{}, tx)); err != nil {
		return err
	}
	if gone := ctx.Err(); gone != nil { // whoever wanted it has gone
		err = unavailable(gone)
	}
	return err
}

// keep ends an act that went well. One that leaves a constraint broken which
// is looked at when all is committed ends badly.
func (g *group) keep(shares bool) error {
	there, broken := false, false
	_ = g.conn.Raw(func(driverConn any) error {
		s := driverConn.(*session)
		there, broken = s.inTransaction(), s.constraintsBroken()
		return nil
	})
	switch {
	case !there: // the engine took it back, and whoever was told so did not say
		return fault.Unavailable("core.error.unavailable").Because(errTakenBack)
	case broken:
		return &engineError{sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, "a reference leads nowhere"}
	case !shares:
		return nil
	}
	return g.tell("RELEASE act")
}

// takeBack takes an act back, and none of those before it. Where that cannot
// be, because the engine has taken back all, none is kept.
func (g *group) takeBack(shares bool, why error) {
	if !shares {
		return // end does
	}
	err := g.tell("ROLLBACK TO act")
	if err == nil {
		err = g.tell("RELEASE act")
	}
	if err == nil {
		return
	}
	if why = disk(why); !fault.Is(why, fault.KindUnavailable) {
		why = fault.Unavailable("core.error.unavailable").Because(errors.Join(errTakenBack, why, err))
	}
	g.err = why
}

var errTakenBack = errors.New("db: what was to be committed together was taken back")

// end commits what ended well and takes back what else there is.
func (g *group) end() {
	defer close(g.done)
	if g.conn == nil {
		return
	}
	defer g.conn.Close()
	if g.acts > 0 && g.err == nil {
		g.looks.rest()
		defer g.looks.resume()
		if err := g.tell("COMMIT"); err != nil {
			g.err = unavailable(err)
		}
	}
	if g.acts == 0 || g.err != nil {
		_ = g.conn.Raw(takeBack)
	}
}

// tell has the engine run a statement.
func (g *group) tell(statement string) error {
	return g.conn.Raw(func(driverConn any) error { return driverConn.(*session).do(statement) })
}

// shield has statements run to their end, whoever leaves meanwhile.
func (g *group) shield(on bool) {
	_ = g.conn.Raw(func(driverConn any) error {
		driverConn.(*session).shielded = on
		return nil
	})
}
