package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
	sqlite3 "modernc.org/sqlite/lib"

	"gotong/internal/fault"
)

// What either engine says of a failure is told to people by what they can do
// about it, however deep it lies.
func TestFailuresOfBothEngines(t *testing.T) {
	type meaning struct {
		Unique, Constraint, Busy bool
		Says                     string // to people; "" for a failure of the program's own
	}
	busy := meaning{Busy: true, Says: "core.error.unavailable"}
	for name, c := range map[string]struct {
		err  error
		want meaning
	}{
		"none":                     {nil, meaning{}},
		"another":                  {io.ErrUnexpectedEOF, meaning{}},
		"embedded: unique":         {&engineError{sqlite3.SQLITE_CONSTRAINT_UNIQUE, ""}, meaning{Unique: true, Constraint: true}},
		"embedded: primary key":    {&engineError{sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, ""}, meaning{Unique: true, Constraint: true}},
		"embedded: check":          {&engineError{sqlite3.SQLITE_CONSTRAINT_CHECK, ""}, meaning{Constraint: true}},
		"embedded: trigger":        {&engineError{sqlite3.SQLITE_CONSTRAINT_TRIGGER, ""}, meaning{Constraint: true}},
		"embedded: busy":           {&engineError{sqlite3.SQLITE_BUSY, ""}, busy},
		"embedded: busy snapshot":  {&engineError{sqlite3.SQLITE_BUSY_SNAPSHOT, ""}, busy},
		"embedded: full":           {&engineError{sqlite3.SQLITE_FULL, ""}, meaning{Says: "core.error.disk_full"}},
		"embedded: read fails":     {&engineError{sqlite3.SQLITE_IOERR_READ, ""}, meaning{Says: "core.error.disk_failing"}},
		"embedded: cannot open":    {&engineError{sqlite3.SQLITE_CANTOPEN, ""}, meaning{Says: "core.error.disk_failing"}},
		"server: unique":           {&pgconn.PgError{Code: "23505"}, meaning{Unique: true, Constraint: true, Says: "core.error.conflict"}},
		"server: check":            {&pgconn.PgError{Code: "23514"}, meaning{Constraint: true}},
		"server: trigger":          {&pgconn.PgError{Code: "P0001"}, meaning{Constraint: true}},
		"server: serialization":    {&pgconn.PgError{Code: "40001"}, busy},
		"server: deadlock":         {&pgconn.PgError{Code: "40P01"}, busy},
		"server: ends":             {&pgconn.PgError{Code: "57P01"}, busy},
		"server: has too many":     {&pgconn.PgError{Code: "53300"}, busy},
		"server: does not answer":  {&pgconn.PgError{Code: "08006"}, busy},
		"server: not reached":      {&pgconn.ConnectError{}, busy},
		"server: starting":         {&pgconn.PgError{Code: "57P03"}, busy},
		"server: full":             {&pgconn.PgError{Code: "53100"}, meaning{Says: "core.error.disk_full"}},
		"server: disk fails":       {&pgconn.PgError{Code: "58030"}, meaning{Says: "core.error.disk_failing"}},
		"server: says no code":     {&pgconn.PgError{}, meaning{}},
		"patience ended":           {context.DeadlineExceeded, busy},
		"told already, of another": {fault.NotFound("core.error.not_found").Because(&engineError{sqlite3.SQLITE_FULL, ""}), meaning{Says: "core.error.not_found"}},
	} {
		err := c.err
		if err != nil {
			err = fmt.Errorf("somewhere: %w", err)
		}
		got := meaning{Unique: IsUnique(err), Constraint: IsConstraint(err), Busy: isBusy(err)}
		var told *fault.Error
		if err != nil && errors.As(unavailable(err), &told) {
			got.Says = told.Key
		}
		if inside := (*fault.Error)(nil); errors.As(disk(err), &inside) && inside.Key != got.Says { // as a statement of an act fails
			t.Errorf("%s says %q inside an act, %q around it", name, inside.Key, got.Says)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
