// Package qualityweb has the pages on the quality of the register: the
// figures of an area, from nation to village, and the families behind each
// figure.
package qualityweb

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/quality"
	"gotong/internal/region"
	"gotong/internal/run"
	"gotong/internal/web"
)

// The addresses of the pages.
const (
	Path       = "/mutu"
	FamilyPath = "/mutu/keluarga"
	StartPath  = "/mutu/hitung"
)

// Runs starts long work.
type Runs interface {
	Start(ctx context.Context, kind run.Kind, args any, dry bool) (run.Run, error)
}

// Deps are what Handlers are made of.
type Deps struct {
	Service    *quality.Service
	Atlas      *region.Atlas
	Runs       Runs
	Kind       run.Kind // of the run that measures
	RunPage    func(run.Run) string
	FamilyPage func(ident.ID) string
	Programme  func(code string) i18n.Text
}

// Handlers answers the requests.
type Handlers struct{ Deps }

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

// Routes says who may open what. Figures name nobody; lists do.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: access.SeeDashboard, Handle: h.show},
		{Method: "GET", Pattern: FamilyPath, Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.families},
		{Method: "POST", Pattern: StartPath, Permission: access.StartRuns, Handle: h.start},
	}
}

// areaOf reads the area in the address. One that does not exist is not found.
func (h *Handlers) areaOf(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	area, err := h.Atlas.Parse(text)
	if err != nil {
		return "", fault.NotFound("core.error.not_found").Because(err)
	}
	return area, nil
}

// start has the register measured anew.
func (h *Handlers) start(ctx context.Context, _ *web.Request) (web.Response, error) {
	r, err := h.Runs.Start(ctx, h.Kind, struct{}{}, false)
	if err != nil {
		return nil, err
	}
	return web.SeeOther(h.RunPage(r)), nil
}

// areaHref is the page of an area.
func areaHref(area string) string { return Path + "?wilayah=" + area }

// listHref is the list of the families of an area with an issue.
func listHref(area, name, value string) string {
	to := FamilyPath + "?" + name + "=" + value
	if area != "" {
		to += "&wilayah=" + area
	}
	return to
}

// defined is the key of the term that a definition explains.
func defined(name string) string {
	if name == "facts" {
		return "quality.facts"
	}
	return "quality.issue." + name
}

// subjectOf is what a paper on an area is about: its code, or a word for all.
func subjectOf(area string) string {
	if area == "" {
		return "*"
	}
	return area
}
