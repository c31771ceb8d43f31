package accessweb

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/web"
)

// pageLength is how many accounts a page of the list shows.
const pageLength = 100

type listView struct {
	web.Base
	List   web.List[access.Staff]
	Roles  []web.Option
	States []web.Option
}

func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	all, err := h.service.List(ctx)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(all, func(a access.Staff) bool { return !fits(a, q) })
	columns := h.columns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "petugas", columns, web.Rows(found)), nil
	}
	return web.Page(listPage(listView{
		Base: r.Base(r.T("access.users")),
		List: web.PagedBy(r, pageLength, func(a access.Staff) string { return a.Login }, web.List[access.Staff]{
			Caption: r.T("access.users"), Columns: columns, Rows: found, Query: q,
			Href:  func(a access.Staff) string { return StaffPath + "/" + a.ID.String() },
			Empty: r.T("access.users_none"),
		}),
		Roles: roleOptions(r), States: stateOptions(r),
	})), nil
}

// fits reports whether an account is one that the list's address asks for.
func fits(a access.Staff, q web.Query) bool {
	if text := strings.ToLower(q.Text("cari")); text != "" &&
		!strings.Contains(a.Login, text) && !strings.Contains(strings.ToLower(a.Name), text) {
		return false
	}
	if role := q.Text("peran"); role != "" && !slices.Contains(a.Roles, access.Role(role)) {
		return false
	}
	switch q.Text("status") {
	case "aktif":
		return a.Active
	case "tutup":
		return !a.Active
	}
	return true
}

func (h *Handlers) columns(r *web.Request) []web.Column[access.Staff] {
	return []web.Column[access.Staff]{
		{Name: "login", Label: r.T("access.login"), Value: func(a access.Staff) any { return a.Login }},
		{Name: "nama", Label: r.T("access.name"), Value: func(a access.Staff) any { return a.Name }},
		{Name: "peran", Label: r.T("access.roles"), Value: func(a access.Staff) any { return roleNames(r, a.Roles) }},
		{Name: "wilayah", Label: r.T("access.areas"), Value: func(a access.Staff) any { return areaNames(h.atlas, r.T("access.nation"), a.Scope) }},
		{Name: "unit", Label: r.T("access.unit"), Value: func(a access.Staff) any { return a.Unit }},
		{Name: "status", Label: r.T("access.status"), Value: func(a access.Staff) any { return stateName(r, a.Active) },
			Show: func(a access.Staff) templ.Component {
				if a.Active {
					return web.Badge(web.Good, stateName(r, true))
				}
				return web.Badge(web.Quiet, stateName(r, false))
			}},
		{Name: "diubah", Label: r.T("access.changed_at"), Kind: web.Time, Hide: true, Value: func(a access.Staff) any { return a.ChangedAt }},
	}
}

func stateName(r *web.Request, active bool) string {
	if active {
		return r.T("access.active")
	}
	return r.T("access.closed")
}

func roleNames(r *web.Request, roles []access.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = r.T("access.role." + string(role))
	}
	return strings.Join(names, ", ")
}

func roleOptions(r *web.Request) []web.Option {
	options := make([]web.Option, len(access.Roles))
	for i, role := range access.Roles {
		options[i] = web.Option{Value: string(role), Label: r.T("access.role." + string(role))}
	}
	return options
}

func stateOptions(r *web.Request) []web.Option {
	return []web.Option{{Value: "aktif", Label: stateName(r, true)}, {Value: "tutup", Label: stateName(r, false)}}
}
