package registryweb

import (
	"context"

	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// Fields of the time machine's address.
const (
	fieldAt    = "pada"
	fieldKnown = "diketahui"
)

type pastView struct {
	web.Base
	Errors      web.Errors
	ID          ident.ID
	At, Known   string
	Today       string
	Missing     string // says that nothing was on record then
	Said        string // what day is shown, as known when
	Family      registry.Family
	Place       string
	About       []web.Pair
	Members     web.List[registry.Person]
	MemberFacts []factsOf
	FamilyFacts []group
	History     []web.Event
}

// past is the family's page as it was on the day of the address, as it is
// known now or as it was known on another day.
func (h *Handlers) past(ctx context.Context, r *web.Request, now *registry.Dossier) (web.Response, error) {
	f := now.Family
	v := pastView{Base: r.Base(r.T("registry.past.title", "name", f.HeadName)).At(familyCrumbs(r, now)...), ID: f.ID,
		At: r.Text(fieldAt), Known: r.Text(fieldKnown), Today: h.Service.Today().String()}
	at, err := h.Service.ParseMoment(v.At, v.Known)
	if err != nil {
		if !v.Errors.Take(r.Lang, fieldAt, err) {
			return nil, err
		}
		return web.Invalid(pastPage(v)), nil
	}
	d, err := h.Service.FamilyAt(ctx, f.ID, at, r.Route.Purpose)
	if err != nil {
		if v.Missing = h.missing(r, err); v.Missing == "" {
			return nil, err
		}
		return web.Page(pastPage(v)), nil
	}
	v.Said = r.T("registry.past.now_known", "on", web.Day(ctx, at.On))
	if v.Known != "" {
		v.Said = r.T("registry.past.then_known", "on", web.Day(ctx, at.On), "known", web.Day(ctx, civil.MustParse(v.Known)))
	}
	v.Family, v.Place = d.Family, h.Service.Atlas().Path(d.Family.Area, ", ")
	v.About = h.about(ctx, d)
	v.Members = h.members(ctx, r, d)
	v.FamilyFacts, v.MemberFacts = h.factsOf(ctx, d)
	v.History = h.history(ctx, d)
	return web.Page(pastPage(v)), nil
}

// factsOf says what is known of a family and of each of its members.
func (h *Handlers) factsOf(ctx context.Context, d *registry.Dossier) ([]group, []factsOf) {
	standing := d.Standing()
	var members []factsOf
	for i := range d.Members {
		m := &d.Members[i]
		if groups := h.groups(ctx, indicator.Person, registry.Of(standing, m.ID)); len(groups) > 0 {
			members = append(members, factsOf{Anchor: anchor(m.ID), Name: m.Name, Groups: groups})
		}
	}
	return h.groups(ctx, indicator.Family, registry.Of(standing, ident.ID{})), members
}

// missing says that a family was not on record, or "" for another error.
func (h *Handlers) missing(r *web.Request, err error) string {
	if !fault.Is(err, fault.KindNotFound) {
		return ""
	}
	return i18n.Error(r.Lang, err)
}
