// Package documentweb is the pages of issued papers: the register for staff,
// and the page where anybody asks whether a paper is genuine.
package documentweb

import (
	"time"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/web"
)

// Addresses of the pages. ShortPath is what a QR holds, in capitals.
const (
	Path       = "/dokumen"
	VerifyPath = "/verifikasi"
	KeyPath    = "/verifikasi/kunci"
	shortPath  = "/V/{kode}"
)

// Deps is what the pages need.
type Deps struct {
	Service *document.Service
	Keys    document.Keys
	Atlas   *region.Atlas
	Clock   clock.Clock
}

// Handlers are the pages.
type Handlers struct {
	Deps
	limiter *web.Limiter
}

// New returns the pages.
func New(d Deps) *Handlers { return &Handlers{Deps: d, limiter: limiter(d)} }

// limiter holds the public page to the rule in force.
func limiter(d Deps) *web.Limiter {
	rate := func(p document.Pace) web.Rate { return web.Rate{Burst: p.AtOnce, PerMinute: p.PerMinute} }
	return web.NewLimiter(d.Clock, func(now time.Time) web.Limits {
		rule, err := d.Service.Rules.On(civil.OfTime(now))
		if err != nil {
			rule = &d.Service.Rules[0] // before the first rule that one holds, rather than none
		}
		return web.Limits{Client: rate(rule.Check.Client), All: rate(rule.Check.All)}
	})
}

// mostUpload is the largest PDF that the public page takes, in bytes: a list
// of 100,000 names is about half of it.
const mostUpload = 20 << 20

// Routes are the pages' addresses.
func (h *Handlers) Routes() []web.Route {
	staff := access.SeeDocuments
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: staff, Handle: h.list},
		{Method: "POST", Pattern: Path, Permission: staff, PersonalData: true, Purpose: access.PurposeService, Handle: h.issue},
		{Method: "GET", Pattern: Path + "/{id}", Permission: staff, Handle: h.show},
		{Method: "GET", Pattern: Path + "/{id}/pdf", Permission: staff, PersonalData: true, Purpose: access.PurposeService, Handle: h.pdf},
		{Method: "GET", Pattern: Path + "/{id}/xlsx", Permission: access.Export, PersonalData: true, Purpose: access.PurposeService, Handle: h.sheets},
		{Method: "POST", Pattern: Path + "/{id}/tarik", Permission: staff, Handle: h.withdraw},
		{Method: "GET", Pattern: VerifyPath, Public: true, Handle: h.form},
		{Method: "POST", Pattern: VerifyPath, Public: true, Limit: h.limiter, MaxBody: mostUpload + 1<<20, Handle: h.verify},
		{Method: "GET", Pattern: shortPath, Public: true, Limit: h.limiter, Handle: h.scanned},
		{Method: "GET", Pattern: KeyPath, Public: true, Handle: h.key},
	}
}

// To returns the address of a paper's page.
func To(id ident.ID) string { return Path + "/" + id.String() }

func idOf(r *web.Request) (ident.ID, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return id, fault.NotFound("document.none_such")
	}
	return id, nil
}

func tone(s document.State) web.Tone {
	switch s {
	case document.Valid:
		return web.Good
	case document.Superseded:
		return web.Wait
	}
	return web.Bad
}
