package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"
	"sync"
	"time"

	"gotong/internal/fault"
)

type turnKey struct{}

// WithPatience has transactions of a context wait for their turn for d and no
// longer: the embedded database has one writer at a time, and while a
// register of some millions comes in, whoever stands at a counter should be
// told so rather than look at a page that does not answer. Without it they
// wait as long as their context lasts, as runs do.
//
// What waits with patience is short, too: acts of several people that wait for
// their turn at the same time are committed together; see group.
func WithPatience(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, turnKey{}, d)
}

// patienceOf returns for how long whoever acts waits.
func patienceOf(ctx context.Context) (d time.Duration, limited bool) {
	d, limited = ctx.Value(turnKey{}).(time.Duration)
	return d, limited
}

// turn waits for a connection of a pool. It returns fault.Unavailable when
// patience ends first; nothing was begun then.
func turn(ctx context.Context, pool *sql.DB) (*sql.Conn, error) {
	patience, limited := patienceOf(ctx)
	if !limited {
		conn, err := sound(ctx, pool)
		if err != nil {
			return nil, unavailable(err)
		}
		return conn, nil
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := sound(waiting, pool)
	switch {
	case err == nil:
		return conn, nil
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return nil, fault.Unavailable("db.others_write").Because(err)
	default:
		return nil, unavailable(err)
	}
}

// sound takes a connection of a pool that is not broken. The pool itself looks
// no further than three: where many leave in the middle of a statement at once,
// more than that are waiting to be thrown away.
func sound(ctx context.Context, pool *sql.DB) (*sql.Conn, error) {
	for {
		conn, err := pool.Conn(ctx)
		if !errors.Is(err, driver.ErrBadConn) {
			return conn, err
		}
	}
}

// turns gives the embedded database's writer to one act after another, in the
// order in which they came.
type turns struct {
	mu      sync.Mutex
	taken   bool
	queue   []*waiter
	longest time.Duration // that a group lets others in
}

// waiter waits for its turn.
type waiter struct {
	turn  chan *group // that it goes on in
	short bool
}

// take waits for the turn, and returns the group to act in.
func (t *turns) take(ctx context.Context) (*group, error) {
	if err := ctx.Err(); err != nil {
		return nil, unavailable(err)
	}
	patience, short := patienceOf(ctx)
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return newGroup(t.longest), nil
	}
	w := &waiter{turn: make(chan *group, 1), short: short}
	t.queue = append(t.queue, w)
	t.mu.Unlock()
	var over <-chan time.Time
	if short {
		alarm := time.NewTimer(patience)
		defer alarm.Stop()
		over = alarm.C
	}
	select {
	case g := <-w.turn:
		return g, nil
	case <-ctx.Done():
		t.giveUp(w)
		return nil, unavailable(ctx.Err())
	case <-over:
		t.giveUp(w)
		return nil, fault.Unavailable("db.others_write").Because(context.DeadlineExceeded)
	}
}

// giveUp stops waiting, and gives a turn that came just then to whoever is next.
func (t *turns) giveUp(w *waiter) {
	t.mu.Lock()
	i := slices.Index(t.queue, w)
	if i >= 0 {
		t.queue = slices.Delete(t.queue, i, i+1)
	}
	t.mu.Unlock()
	if i < 0 {
		t.leave(<-w.turn, w.short)
	}
}

// leave gives the turn to whoever is next: in the same group, where that goes
// on, and otherwise in one of their own, once the group is committed.
func (t *turns) leave(g *group, short bool) {
	t.mu.Lock()
	if short && len(t.queue) > 0 && t.queue[0].short && g.goesOn() {
		t.next(g)
		t.mu.Unlock()
		return
	}
	t.mu.Unlock()
	g.end()
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.queue) > 0 {
		t.next(newGroup(t.longest))
		return
	}
	t.taken = false
}

// next gives the first of the queue its turn.
func (t *turns) next(g *group) {
	t.queue[0].turn <- g
	t.queue = slices.Delete(t.queue, 0, 1)
}
