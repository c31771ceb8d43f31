package registrytest

import (
	"context"
	"testing"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/clock"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/seal"
	"gotong/internal/work"
	policyfiles "gotong/policy"
)

// Backend is a database with its stores. The database test of a slice makes
// one; this package knows no database.
type Backend struct {
	Unit  work.Unit
	Store registry.Store
	Audit audit.Store
}

// Bench is a service on a backend, with what tests look at beside it.
type Bench struct {
	*registry.Service
	Backend
	Keys  *seal.Keyring
	Clock *clock.Stepping
	IDs   *ident.Maker
}

// Start is the time at which a bench's clock stands.
var Start = time.Date(2025, 6, 1, 3, 0, 0, 0, time.UTC)

// NewBench returns a service on a backend, with keys in a temporary folder
// and a clock that moves by a millisecond at each reading.
func NewBench(t testing.TB, b Backend) *Bench {
	t.Helper()
	keys, err := seal.Load(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewStepping(Start, time.Millisecond)
	bench := &Bench{Backend: b, Keys: keys, Clock: c, IDs: ident.NewMaker(c, seeded{})}
	bench.Service = bench.with(b.Audit)
	return bench
}

// with returns a service whose looks and changes go into another log.
func (b *Bench) with(log audit.Store) *registry.Service {
	return registry.NewService(registry.Deps{Unit: b.Unit, Store: b.Store, Log: audit.NewLog(log, b.Clock), Keys: b.Keys,
		IDs: b.IDs, Clock: b.Clock, Catalogue: indicator.Default(), Atlas: region.Default(), Rules: rules()})
}

// rules are those that an office begins with.
func rules() registry.Rules {
	r, err := registry.LoadRules(policyfiles.Files)
	if err != nil {
		panic(err)
	}
	return r
}

// seeded is a source of bytes that are always the same: ids differ by their
// time and counter.
type seeded struct{}

func (seeded) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(i)
	}
	return len(b), nil
}

// As returns a context in which somebody with a role acts in some areas.
func As(role access.Role, areas ...string) context.Context {
	return access.With(context.Background(), access.Actor{Login: string(role), Name: string(role),
		Roles: []access.Role{role}, Scope: access.Areas(areas...)})
}

// Officer returns a context in which a social officer of the nation acts.
func Officer() context.Context {
	return access.With(context.Background(), access.Actor{Login: "officer", Name: "Officer",
		Roles: []access.Role{access.Officer}, Scope: access.Nation()})
}
