package db

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"gotong/internal/fault"
)

// begin begins a transaction on a connection of the server's pool. Of the
// connections that wait in it some may be dead, or all, as when the server was
// started anew: nothing was done on them, and another is taken. ctx is whose
// it is, and life the transaction's own.
func begin(ctx, life context.Context, pool *sql.DB, options *sql.TxOptions) (*sql.Conn, *sql.Tx, error) {
	for dead := 0; ; dead++ {
		conn, err := turn(ctx, pool)
		if err != nil {
			return nil, nil, err
		}
		tx, err := conn.BeginTx(life, options)
		if err == nil {
			return conn, tx, nil
		}
		gone := lost(conn)
		_ = conn.Close()
		if !gone || life.Err() != nil || dead > pool.Stats().MaxOpenConnections {
			return nil, nil, unavailable(err)
		}
	}
}

// lost reports whether a connection to the server came to its end.
func lost(conn *sql.Conn) (gone bool) {
	err := conn.Raw(func(driverConn any) error {
		gone = driverConn.(*stdlib.Conn).Conn().IsClosed()
		return nil
	})
	return gone || err != nil
}

// cutOff is told to whoever was in the middle of something when the server
// went away: nothing of theirs was changed.
func cutOff(err error) error {
	var told *fault.Error
	if errors.As(err, &told) {
		return err
	}
	return fault.Unavailable("core.error.unavailable").Because(err)
}

// unsure is told to whoever was about to end when the server went away: nobody
// knows whether it is on record.
func unsure(err error) error { return fault.Unavailable("db.unsure").Because(err) }

// unreachable reports whether the server could not be reached, or is ending.
func unreachable(err error) bool {
	var failed *pgconn.ConnectError
	if errors.As(err, &failed) {
		return true
	}
	switch code := serverCode(err); code {
	case "53300", "57P01", "57P02", "57P03": // too_many_connections, admin_shutdown, crash_shutdown, cannot_connect_now
		return true
	default:
		return len(code) == 5 && code[:2] == "08" // connection_exception
	}
}
