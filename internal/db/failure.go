package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"gotong/internal/fault"
)

// IsUnique reports whether err is a broken unique constraint.
func IsUnique(err error) bool {
	if code, ok := codeOf(err); ok {
		return code == sqlite3.SQLITE_CONSTRAINT_UNIQUE || code == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return serverCode(err) == "23505"
}

// IsConstraint reports whether err is any broken constraint, such as a CHECK
// or a trigger that guards an invariant.
func IsConstraint(err error) bool {
	if code, ok := codeOf(err); ok {
		return code&0xff == sqlite3.SQLITE_CONSTRAINT
	}
	code := serverCode(err)
	return strings.HasPrefix(code, "23") || code == "P0001"
}

// NoRows turns the absence of a row into fault.NotFound with the given
// message, and leaves other errors as they are.
func NoRows(err error, key string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.NotFound(key, args...)
	}
	return err
}

// unavailable gives the failures that pass by themselves their kind.
func unavailable(err error) error {
	if isBusy(err) {
		return fault.Unavailable("core.error.unavailable").Because(err)
	}
	return disk(fmt.Errorf("db: %w", err))
}

// disk gives the failures of a disk their kind: what was to be written is
// rolled back, and whoever looks after the machine must make room. Those who
// stood in each other's way can try again.
func disk(err error) error {
	var told *fault.Error
	if errors.As(err, &told) {
		return err
	}
	if code, ok := codeOf(err); ok {
		switch code & 0xff {
		case sqlite3.SQLITE_BUSY: // another program wrote for longer than is waited for
			return fault.Unavailable("core.error.unavailable").Because(err)
		case sqlite3.SQLITE_FULL:
			return fault.FullDisk().Because(err)
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
			return fault.FailingDisk().Because(err)
		}
	}
	switch serverCode(err) {
	case "23505": // unique_violation that no store foresaw: two did the same at the same moment
		return fault.Conflict("core.error.conflict").Because(err)
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return fault.Unavailable("core.error.unavailable").Because(err)
	case "53100": // disk_full
		return fault.FullDisk().Because(err)
	case "58030": // io_error
		return fault.FailingDisk().Because(err)
	}
	return fault.Disk(err)
}

// isBusy reports whether err passes by itself: somebody else writes, or the
// server is starting or cannot be reached.
func isBusy(err error) bool {
	if code, ok := codeOf(err); ok {
		return code&0xff == sqlite3.SQLITE_BUSY
	}
	switch serverCode(err) {
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return true
	case "":
		return errors.Is(err, context.DeadlineExceeded) || unreachable(err)
	}
	return unreachable(err)
}

// engineError is what the embedded engine says of what it does not do.
type engineError struct {
	code int32
	text string
}

func (e *engineError) Error() string { return fmt.Sprintf("%s (%d)", e.text, e.code) }

// codeOf returns the embedded engine's extended result code that an error carries.
func codeOf(err error) (int, bool) {
	var e *engineError
	if errors.As(err, &e) {
		return int(e.code), true
	}
	var s *sqlite.Error
	if errors.As(err, &s) {
		return s.Code(), true
	}
	return 0, false
}

// serverCode returns PostgreSQL's code of an error, or "".
func serverCode(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
