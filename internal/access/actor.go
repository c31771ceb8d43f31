// Package access holds staff identity: who acts, in which roles, in which
// areas and for which purpose. A person of the register is never an actor
// here; their identity belongs to package registry.
package access

import (
	"context"
	"slices"

	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Actor is who acts: a member of staff, or the system itself in a run.
type Actor struct {
	ID    ident.ID
	Login string
	Name  string
	Roles []Role
	Scope Scope
	Unit  string // code of the office the actor belongs to, such as kemensos/linjamsos
}

// Can reports whether one of the actor's roles grants p.
func (a Actor) Can(p Permission) bool {
	return slices.ContainsFunc(a.Roles, func(r Role) bool { return r.grants(p) })
}

// Has reports whether the actor holds role r.
func (a Actor) Has(r Role) bool { return slices.Contains(a.Roles, r) }

type actorKey struct{}

// With returns a context in which a acts.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// From returns who acts in ctx.
func From(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	return a, ok
}

// Require returns who acts in ctx, or fault.Forbidden when nobody does or
// none of the actor's roles grants p.
func Require(ctx context.Context, p Permission) (Actor, error) {
	a, ok := From(ctx)
	if !ok || !a.Can(p) {
		return Actor{}, fault.Forbidden("core.error.forbidden", "permission", string(p))
	}
	return a, nil
}

// RequireArea is Require for an act on one area: fault.NotFound when the
// area lies outside the actor's scope, so that nothing leaks about it.
func RequireArea(ctx context.Context, p Permission, area string) (Actor, error) {
	a, err := Require(ctx, p)
	if err == nil && !a.Scope.Covers(area) {
		return Actor{}, fault.NotFound("core.error.not_found")
	}
	return a, err
}

// System returns the actor of the program itself: nationwide, with every
// permission that no human has to give, named by what it is doing.
func System(doing string) Actor {
	return Actor{Login: "system:" + doing, Name: "Gotong", Roles: []Role{roleSystem}, Scope: Nation()}
}

// IsSystem reports whether the program itself acts.
func (a Actor) IsSystem() bool { return a.Has(roleSystem) }
