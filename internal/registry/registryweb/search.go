package registryweb

import (
	"context"

	"gotong/internal/registry"
	"gotong/internal/web"
)

type searchView struct {
	web.Base
	Errors web.Errors
	Kind   string
	Asked  bool
	List   web.List[registry.Row]
}

func (h *Handlers) searchForm(_ context.Context, r *web.Request) (web.Response, error) {
	return web.Page(searchPage(h.searchView(r))), nil
}

func (h *Handlers) searchView(r *web.Request) searchView {
	return searchView{Base: r.Base(r.T("registry.lookup.title")).At(web.Crumb{Label: r.T("registry.families.title"), Href: Path}),
		Kind: string(registry.KindNIK)}
}

// search looks a family up by a number. It is a POST, so that the number
// stands in no address, no history and no log.
func (h *Handlers) search(ctx context.Context, r *web.Request) (web.Response, error) {
	v := h.searchView(r)
	v.Kind = r.Text("jenis")
	rows, err := h.Service.Lookup(ctx, registry.IdentifierKind(v.Kind), r.Text("nomor"), r.Route.Purpose)
	switch {
	case err != nil && v.Errors.Take(r.Lang, "nomor", err):
		return web.Invalid(searchPage(v)), nil
	case err != nil:
		return nil, err
	case len(rows) == 1:
		return web.SeeOther(To(rows[0].ID)), nil
	}
	v.Asked = true
	v.List = web.List[registry.Row]{Caption: r.T("registry.lookup.found"), Columns: h.columns(ctx, r), Rows: rows,
		Query: r.List(), Href: func(f registry.Row) string { return To(f.ID) }, Empty: r.T("registry.lookup.none")}
	return web.Page(searchPage(v)), nil
}
