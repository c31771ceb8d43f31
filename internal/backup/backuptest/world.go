// Package backuptest has an office that went back to a copy, for the tests of
// what two people then say.
package backuptest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/audit/auditdb"
	"gotong/internal/backup"
	"gotong/internal/backup/backupdb"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// CopiedAt is when the copy was made that the office went back to.
var CopiedAt = time.Date(2026, 6, 1, 18, 0, 0, 0, time.UTC)

// World is the office.
type World struct {
	*backup.Service
	DB  *db.DB
	Out *Lists
	// Restoration is what the office went back by.
	Restoration backup.Restoration
}

// Lists remembers which lists were noted as gone out.
type Lists struct {
	Numbers []string
	Fails   error // what noting one ends in; nil for nothing
}

// GoneOut implements backup.Payments.
func (l *Lists) GoneOut(_ context.Context, number string) error {
	if l.Fails != nil {
		return l.Fails
	}
	l.Numbers = append(l.Numbers, number)
	return nil
}

// New returns an office that went back to a copy two days ago.
func New(t testing.TB, d *db.DB) *World {
	t.Helper()
	now := clock.NewStepping(CopiedAt.AddDate(0, 0, 2), time.Second)
	w := &World{DB: d, Out: &Lists{}, Restoration: backup.Restoration{CopiedAt: CopiedAt, Entries: 40, Known: 55, Erased: 3}}
	w.Service = backup.NewService(backup.Deps{Unit: d, Store: backupdb.Store{}, Log: audit.NewLog(auditdb.New(), now), Clock: now,
		IDs: ident.NewMaker(now, bytes.NewReader(bytes.Repeat([]byte{5, 1, 8, 2}, 1<<14))), Payments: w.Out})
	if err := w.NoteRestoration(access.With(t.Context(), access.System("restore")), &w.Restoration); err != nil {
		t.Fatal(err)
	}
	return w
}

// As returns a context in which somebody acts in areas: none is the nation.
func As(login string, role access.Role, areas ...string) context.Context {
	scope := access.Nation()
	if len(areas) > 0 {
		scope = access.Areas(areas...)
	}
	return access.With(context.Background(), access.Actor{Login: login, Name: login, Roles: []access.Role{role}, Scope: scope})
}

// Barred reports whether payments of an area stand still.
func (w *World) Barred(t testing.TB, area string) bool {
	t.Helper()
	_, err := w.Gone(t.Context(), area)
	if err != nil && !fault.Is(err, fault.KindConflict) {
		t.Fatal(err)
	}
	return err != nil
}
