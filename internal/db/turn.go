package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"gotong/internal/fault"
)

type turnKey struct{}

// WithPatience has transactions of a context wait for their turn for d and no
// longer: the embedded database has one writer at a time, and while a
// register of some millions comes in, whoever stands at a counter should be
// told so rather than look at a page that does not answer. Without it they
// wait as long as their context lasts, as runs do.
func WithPatience(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, turnKey{}, d)
}

// turn waits for a connection of a pool. It returns fault.Unavailable when
// patience ends first; nothing was begun then.
func turn(ctx context.Context, pool *sql.DB) (*sql.Conn, error) {
	patience, ok := ctx.Value(turnKey{}).(time.Duration)
	if !ok {
		conn, err := pool.Conn(ctx)
		if err != nil {
			return nil, unavailable(err)
		}
		return conn, nil
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := pool.Conn(waiting)
	switch {
	case err == nil:
		return conn, nil
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		return nil, fault.Unavailable("db.others_write").Because(err)
	default:
		return nil, unavailable(err)
	}
}
