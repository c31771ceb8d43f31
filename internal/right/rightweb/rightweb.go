// Package rightweb has the pages of what people ask about their own data: the
// office's list with its days, one request with its answer, and the public
// page on which anybody asks.
package rightweb

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/right"
	"gotong/internal/web"
)

// The addresses of the pages.
const (
	Path    = "/hak"
	NewPath = "/hak/baru"
	AskPath = "/hak-saya"
)

// Suspended tells since when the data of a family are not processed.
type Suspended interface {
	SuspendedSince(ctx context.Context, family ident.ID) (time.Time, bool, error)
}

// Deps are what Handlers are made of.
type Deps struct {
	Service    *right.Service
	Register   Suspended
	Atlas      *region.Atlas
	Limit      *web.Limiter // of the public page
	FamilyPage func(ident.ID) string
	EventPage  func(ident.ID) string
}

// Handlers answers the requests.
type Handlers struct{ Deps }

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeService, Handle: h.list},
		{Method: "GET", Pattern: NewPath, Permission: access.EditFamilies, Handle: h.take},
		{Method: "POST", Pattern: NewPath, Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeService, Handle: h.take},
		{Method: "GET", Pattern: Path + "/{id}", Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeService, Handle: h.show},
		{Method: "POST", Pattern: Path + "/{id}", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeService, Handle: h.decide},
		{Method: "POST", Pattern: Path + "/{id}/akhiri", Permission: access.EditFamilies, Handle: h.end},
		{Method: "GET", Pattern: AskPath, Public: true, Handle: h.ask},
		{Method: "POST", Pattern: AskPath, Public: true, Limit: h.Limit, Handle: h.ask},
	}
}

// To returns the page of a request.
func To(id ident.ID) string { return Path + "/" + id.String() }

func idOf(r *web.Request) (ident.ID, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return id, fault.NotFound("right.not_found").Because(err)
	}
	return id, nil
}

// listMost is how many requests the list holds.
const listMost = 500

type listView struct {
	web.Base
	List     web.List[right.Request]
	Kinds    []web.Option
	Statuses []web.Option
}

func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	f := right.Filter{Status: right.Status(q.Text("status")), Kind: right.Kind(q.Text("jenis"))}
	if q.Text("terlambat") != "" {
		f.Status, f.DueBy = right.Open, h.Service.Clock.Now()
	}
	all, total, err := h.Service.List(ctx, f, listMost)
	if err != nil {
		return nil, err
	}
	columns := h.columns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "hak", columns, web.Rows(all)), nil
	}
	v := listView{Base: r.Base(r.T("right.title")), List: web.List[right.Request]{Caption: r.T("right.title"), Columns: columns, Rows: all, Query: q, Total: &total,
		Href: func(x right.Request) string { return To(x.ID) }, Empty: r.T("right.none"), Files: r.MayExport()}}
	v.Kinds = kinds(r)
	for _, s := range right.Statuses {
		v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: r.T("right.status." + string(s))})
	}
	return web.Page(listPage(v)), nil
}

func kinds(r *web.Request) []web.Option {
	var all []web.Option
	for _, k := range right.Kinds {
		all = append(all, web.Option{Value: string(k), Label: r.T("right.kind." + string(k))})
	}
	return all
}

// state says how a request stands, and whether its time is over.
func state(now time.Time, x right.Request) (key string, tone web.Tone) {
	switch {
	case x.Status == right.Open && x.Late(now):
		return "right.status.late", web.Bad
	case x.Waits && x.Late(now):
		return "right.status.waits_late", web.Bad
	case x.Waits:
		return "right.status.waits", web.Wait
	case x.Returned():
		return "right.status.returned", web.Warn
	case x.Status == right.Open:
		return "right.status.open", web.Wait
	case x.Status == right.Refused:
		return "right.status.refused", web.Quiet
	}
	return "right.status." + string(x.Status), web.Good
}

func (h *Handlers) columns(r *web.Request) []web.Column[right.Request] {
	now := h.Service.Clock.Now()
	return []web.Column[right.Request]{
		{Name: "jenis", Label: r.T("right.kind_label"), Value: func(x right.Request) any { return r.T("right.kind." + string(x.Kind)) }},
		{Name: "wilayah", Label: r.T("right.area"), Value: func(x right.Request) any { return h.Atlas.Name(x.Area) }},
		{Name: "masuk", Label: r.T("right.at"), Kind: web.Time, Value: func(x right.Request) any { return x.At }},
		{Name: "batas", Label: r.T("right.due"), Kind: web.Time, Value: func(x right.Request) any { return x.Due }},
		{Name: "status", Label: r.T("right.status_label"), Value: func(x right.Request) any { key, _ := state(now, x); return r.T(key) },
			Show: func(x right.Request) templ.Component {
				key, tone := state(now, x)
				return web.Badge(tone, r.T(key))
			}},
		{Name: "lewat", Label: r.T("right.came"), Value: func(x right.Request) any {
			if x.Public {
				return r.T("right.came_public")
			}
			return x.TakenBy
		}},
		{Name: "dijawab", Label: r.T("right.answered_at"), Kind: web.Time, Value: func(x right.Request) any {
			if x.DecidedAt.IsZero() {
				return nil
			}
			return x.DecidedAt
		}},
		{Name: "oleh", Label: r.T("right.answered_by"), Value: func(x right.Request) any { return x.DecidedBy }},
	}
}
