// Package linkageweb has the pages of the duplicate desk: the pairs of people
// who may be on record twice, two records side by side with the score
// explained piece by piece, and the confirmation of many sure pairs at once.
package linkageweb

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/region"
	"gotong/internal/run"
	"gotong/internal/web"
)

// The addresses of the pages.
const (
	Path     = "/data-ganda"
	BulkPath = Path + "/sekaligus"
	FindPath = Path + "/cari"
)

// Runs starts long work.
type Runs interface {
	Start(ctx context.Context, kind run.Kind, args any, dry bool) (run.Run, error)
}

// Deps is what the pages are given.
type Deps struct {
	Service    *linkage.Service
	Atlas      *region.Atlas
	Runs       Runs
	RunPage    func(run.Run) string         // path of a run's page
	FamilyPage func(family ident.ID) string // path of a family's page
}

// Handlers answers the requests.
type Handlers struct {
	Deps
}

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	route := func(method, pattern string, p access.Permission, personal bool, handle func(context.Context, *web.Request) (web.Response, error)) web.Route {
		r := web.Route{Method: method, Pattern: pattern, Permission: p, Handle: handle}
		if personal {
			r.PersonalData, r.Purpose = true, access.PurposeVerification
		}
		return r
	}
	return []web.Route{
		route("GET", Path, access.SeeDuplicates, true, h.list),
		route("POST", FindPath, access.ResolveDuplicates, false, h.find),
		route("GET", BulkPath, access.ResolveDuplicates, true, h.plan),
		route("POST", BulkPath, access.ResolveDuplicates, true, h.confirmAll),
		route("GET", Path+"/{id}", access.SeeDuplicates, true, h.show),
		route("POST", Path+"/{id}", access.ResolveDuplicates, true, h.decide),
		route("POST", Path+"/{id}/batal", access.ResolveDuplicates, true, h.undo),
	}
}

// Nav is this slice's part of the staff menu.
var Nav = []web.NavItem{
	{Key: "linkage.nav", Href: Path, Permission: access.SeeDuplicates},
	{Key: "linkage.authority.nav", Href: AuthorityPath, Permission: access.SeeDuplicates},
}

// To returns the page of a pair.
func To(pair ident.ID) string { return Path + "/" + pair.String() }

// idOf reads the id in the address.
func idOf(r *web.Request) (ident.ID, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return id, fault.NotFound("linkage.error.not_found").Because(err)
	}
	return id, nil
}
