// Package outcomeweb has the pages of what became of families: how many left
// poverty and by which road, whom the programmes together miss, and the end
// of a programme from what its rules find to what two people decide.
package outcomeweb

import (
	"context"
	"strings"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/outcome"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/web"
)

// The addresses of the pages.
const (
	Path           = "/hasil"
	ListPath       = Path + "/daftar"
	GraduationPath = Path + "/penghentian"
	measurePath    = Path + "/ukur"
	proposePath    = GraduationPath + "/usulkan"
	decidePath     = GraduationPath + "/{id}/putuskan"
)

// Work starts runs and returns the path of the page that shows each.
type Work interface {
	Measure(ctx context.Context, a outcome.Args) (page string, err error)
}

// Deps is what the pages are given.
type Deps struct {
	Service    *outcome.Service
	Atlas      *region.Atlas
	Work       Work
	Clock      clock.Clock
	FamilyPage func(ident.ID) string
	Programme  func(code string) i18n.Text
}

// Handlers answers the requests.
type Handlers struct{ Deps }

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	see := access.SeeDeterminations
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: access.SeeDashboard, Handle: h.overview},
		{Method: "POST", Pattern: measurePath, Permission: access.RunDetermination, Handle: h.measure},
		{Method: "GET", Pattern: ListPath, Permission: see, PersonalData: true, Purpose: access.PurposeDetermination, Handle: h.list},
		{Method: "GET", Pattern: GraduationPath, Permission: see, PersonalData: true, Purpose: access.PurposeDetermination, Handle: h.graduations},
		{Method: "GET", Pattern: proposePath, Permission: access.RunDetermination, PersonalData: true, Purpose: access.PurposeDetermination, Handle: h.proposal},
		{Method: "POST", Pattern: proposePath, Permission: access.RunDetermination, PersonalData: true, Purpose: access.PurposeDetermination, Handle: h.propose},
		{Method: "POST", Pattern: decidePath, Permission: access.EnactDetermination, PersonalData: true, Purpose: access.PurposeDetermination, Handle: h.decide},
	}
}

// To returns the page of an area, for other slices' links.
func To(area string) string {
	if area == "" {
		return Path
	}
	return Path + "?wilayah=" + area
}

// area reads the area in the address; what is none is the whole.
func (h *Handlers) area(q web.Query) string {
	code, err := h.Atlas.Parse(q.Text("wilayah"))
	if err != nil {
		return ""
	}
	return code
}

// village names a village with its district.
func (h *Handlers) village(code string) string {
	name := h.Atlas.Name(code)
	if parent := region.ParentOf(code); parent != "" && len(code) > 4 {
		name += ", " + h.Atlas.Name(parent)
	}
	return name
}

// names lists programmes by name.
func (h *Handlers) names(l i18n.Lang, codes []string) string {
	all := make([]string, len(codes))
	for i, code := range codes {
		all[i] = h.Programme(code).In(l)
	}
	return strings.Join(all, "; ")
}

// listName names a list: one of ours, or a gap of the policy.
func listName(l i18n.Lang, p outcome.Policy, list outcome.List) string {
	if g, ok := p.Gap(list); ok {
		return g.Name.In(l)
	}
	return i18n.T(l, "outcome.list."+string(list))
}

// exitName says in plain words which exit of a programme is meant.
func exitName(l i18n.Lang, all []*programme.Programme, code, exit string) string {
	for _, p := range all {
		if p.Code != code {
			continue
		}
		for _, x := range p.Exits {
			if x.ID == exit {
				return x.Because.Plain(l)
			}
		}
	}
	return exit
}

// policy is the policy of a measure.
func (h *Handlers) policy(m outcome.Measure) outcome.Policy { return h.Service.Policies.On(m.AsOf) }

func (h *Handlers) today() civil.Date { return civil.OfTime(h.Clock.Now()) }

// idOf reads an id; what is none is not found.
func idOf(text string) (ident.ID, error) {
	id, err := ident.Parse(text)
	if err != nil {
		return id, fault.NotFound("core.error.not_found").Because(err)
	}
	return id, nil
}
