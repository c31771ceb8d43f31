package registryweb

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// Look is a line of the answer to "who saw my data": one look at, or change
// of, one family; or, with Many, all looks of one kind in which it was one of
// many of its area.
type Look struct {
	At      time.Time // of Many: the last
	Who     string    // role, not name: the office answers for its staff
	Purpose access.Purpose
	Action  string
	Fields  []string
	Many    bool
	Times   int64
}

type trailView struct {
	web.Base
	Family   string
	MayIssue bool
	List     web.List[Look]
}

// trail is the whole answer for a family, as a page and as a file.
func (h *Handlers) trail(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	d, err := h.Service.Family(ctx, id, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	seen, err := h.Looks.Seen(ctx, id.String(), d.Family.Area)
	if err != nil {
		return nil, err
	}
	columns := trailColumns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "jejak", columns, web.Rows(seen)), nil
	}
	return web.Page(trailPage(trailView{Base: r.Base(r.T("registry.trail.title")).At(familyCrumbs(r, d)...),
		Family: id.String(), MayIssue: r.Actor.Can(access.EditFamilies) && r.Actor.Can(access.SeeDocuments),
		List: web.Paged(r, pageLength, web.List[Look]{Caption: r.T("registry.trail.title"), Columns: columns, Rows: seen, Query: r.List(), Empty: r.T("registry.trail.none")})})), nil
}

func trailColumns(r *web.Request) []web.Column[Look] {
	return []web.Column[Look]{
		{Name: "waktu", Label: r.T("registry.trail.at"), Kind: web.Time, Value: func(l Look) any { return l.At }},
		{Name: "siapa", Label: r.T("registry.trail.who"), Value: func(l Look) any { return l.Who }},
		{Name: "tindakan", Label: r.T("registry.trail.action"), Value: func(l Look) any { return audit.SayAction(r.Lang, l.Action) }},
		{Name: "tujuan", Label: r.T("registry.trail.purpose"), Value: func(l Look) any {
			return r.T("access.purpose." + string(l.Purpose))
		}},
		{Name: "data", Label: r.T("registry.trail.fields"), Value: func(l Look) any { return audit.SayFields(r.Lang, l.Fields) }},
		{Name: "cara", Label: r.T("registry.trail.how"), Value: func(l Look) any {
			if l.Many {
				return r.T("registry.trail.many")
			}
			return r.T("registry.trail.own")
		}},
		{Name: "kali", Label: r.T("registry.trail.times"), Kind: web.Count, Value: func(l Look) any { return l.Times }},
	}
}

type liftView struct {
	web.Base
	Errors web.Errors
	Login  string
	Reason string

	Exports web.Errors // of the second form, which allows an export
	Export  struct{ Login, Area, Reason string }
}

// lift raises a colleague's limit of opening numbers.
func (h *Handlers) lift(ctx context.Context, r *web.Request) (web.Response, error) {
	v := liftView{Base: r.Base(r.T("registry.unmask.lift_title")).At(web.Crumb{Label: r.T("registry.families.title"), Href: Path}),
		Login: r.Text("akun"), Reason: r.Text("alasan")}
	if r.Method == "GET" {
		return web.Page(liftPage(v)), nil
	}
	l, err := h.Service.LiftQuota(ctx, v.Login, v.Reason)
	if err == nil {
		return web.SeeOther(LiftPath, web.Done("registry.unmask.lifted", "login", l.Login, "n", strconv.Itoa(l.Extra))), nil
	}
	field := "alasan"
	if v.Login == "" {
		field = "akun"
	}
	if !v.Errors.Take(r.Lang, field, err) {
		return nil, err
	}
	return web.Invalid(liftPage(v)), nil
}

// allowExport allows a colleague to take one file with numbers in clear.
func (h *Handlers) allowExport(ctx context.Context, r *web.Request) (web.Response, error) {
	v := liftView{Base: r.Base(r.T("registry.unmask.lift_title")).At(web.Crumb{Label: r.T("registry.families.title"), Href: Path})}
	v.Export.Login, v.Export.Area, v.Export.Reason = r.Text("rekan"), r.Text("wilayah"), r.Text("sebab")
	a, err := h.Service.AllowExport(ctx, v.Export.Login, v.Export.Area, v.Export.Reason)
	if err == nil {
		return web.SeeOther(LiftPath, web.Done("registry.unmask.allow_done", "login", a.Login)), nil
	}
	field := "sebab"
	switch {
	case v.Export.Login == "":
		field = "rekan"
	case v.Export.Reason != "":
		field = "wilayah"
	}
	if !v.Exports.Take(r.Lang, field, err) {
		return nil, err
	}
	return web.Invalid(liftPage(v)), nil
}

type watchView struct {
	web.Base
	List  web.List[registry.OddUnmasking]
	Lifts web.List[registry.Lift]

	Allowances web.List[registry.Allowance]
}

// watchDays is how far back the auditor's list of opened numbers goes.
const watchDays = 30

// watch shows the auditor who opened which numbers, and what is odd.
func (h *Handlers) watch(ctx context.Context, r *web.Request) (web.Response, error) {
	all, lifts, exports, err := h.Service.Unmaskings(ctx, watchDays)
	if err != nil {
		return nil, err
	}
	q := r.List("ganjil")
	if q.Text("ganjil") != "" {
		all = slices.DeleteFunc(all, func(u registry.OddUnmasking) bool { return len(u.Odd) == 0 })
	}
	columns := watchColumns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "nomor-dibuka", columns, web.Rows(all)), nil
	}
	n, m := int64(len(lifts)), int64(len(exports))
	return web.Page(watchPage(watchView{Base: r.Base(r.T("registry.unmask.watch_title")),
		List:       web.Paged(r, pageLength, web.List[registry.OddUnmasking]{Caption: r.T("registry.unmask.watch_title"), Columns: columns, Rows: all, Query: q, Empty: r.T("registry.unmask.watch_none")}),
		Lifts:      web.List[registry.Lift]{Caption: r.T("registry.unmask.lifts"), Columns: liftColumns(r), Rows: lifts, Total: &n, Empty: r.T("registry.unmask.lifts_none")},
		Allowances: web.List[registry.Allowance]{ID: "izin", Caption: r.T("registry.unmask.allowances"), Columns: allowanceColumns(r), Rows: exports, Total: &m, Empty: r.T("registry.unmask.allowances_none")}})), nil
}

func watchColumns(r *web.Request) []web.Column[registry.OddUnmasking] {
	return []web.Column[registry.OddUnmasking]{
		{Name: "waktu", Label: r.T("registry.unmask.watch_at"), Kind: web.Time, Value: func(u registry.OddUnmasking) any { return u.At }},
		{Name: "petugas", Label: r.T("registry.unmask.watch_who"), Value: func(u registry.OddUnmasking) any { return u.Login }},
		{Name: "nomor", Label: r.T("registry.unmask.watch_kind"), Value: func(u registry.OddUnmasking) any { return strings.ToUpper(string(u.Kind)) }},
		{Name: "keluarga", Label: r.T("registry.unmask.watch_family"), Kind: web.Code, Value: func(u registry.OddUnmasking) any { return u.Family.String() }},
		{Name: "tujuan", Label: r.T("registry.unmask.purpose"), Value: func(u registry.OddUnmasking) any { return r.T("registry.purpose." + string(u.Purpose)) }},
		{Name: "alasan", Label: r.T("registry.unmask.reason"), Value: func(u registry.OddUnmasking) any { return u.Reason }},
		{Name: "ganjil", Label: r.T("registry.unmask.watch_odd"), Value: func(u registry.OddUnmasking) any {
			words := make([]string, len(u.Odd))
			for i, o := range u.Odd {
				words[i] = r.T("registry.unmask.odd." + string(o))
			}
			return strings.Join(words, "; ")
		}},
	}
}

func allowanceColumns(r *web.Request) []web.Column[registry.Allowance] {
	return []web.Column[registry.Allowance]{
		{Name: "waktu", Label: r.T("registry.unmask.watch_at"), Kind: web.Time, Value: func(a registry.Allowance) any { return a.At }},
		{Name: "petugas", Label: r.T("registry.unmask.watch_who"), Value: func(a registry.Allowance) any { return a.Login }},
		{Name: "wilayah", Label: r.T("registry.unmask.allow_area"), Kind: web.Code, Value: func(a registry.Allowance) any { return region.Dotted(a.Area) }},
		{Name: "sampai", Label: r.T("registry.unmask.until"), Kind: web.Time, Value: func(a registry.Allowance) any { return a.Until }},
		{Name: "dipakai", Label: r.T("registry.unmask.used"), Kind: web.Time, Value: func(a registry.Allowance) any {
			if a.UsedAt.IsZero() {
				return nil
			}
			return a.UsedAt
		}},
		{Name: "oleh", Label: r.T("registry.unmask.given_by"), Value: func(a registry.Allowance) any { return a.GivenBy }},
		{Name: "alasan", Label: r.T("registry.unmask.reason"), Value: func(a registry.Allowance) any { return a.Reason }},
	}
}

func liftColumns(r *web.Request) []web.Column[registry.Lift] {
	return []web.Column[registry.Lift]{
		{Name: "waktu", Label: r.T("registry.unmask.watch_at"), Kind: web.Time, Value: func(l registry.Lift) any { return l.At }},
		{Name: "petugas", Label: r.T("registry.unmask.watch_who"), Value: func(l registry.Lift) any { return l.Login }},
		{Name: "tambahan", Label: r.T("registry.unmask.extra"), Kind: web.Count, Value: func(l registry.Lift) any { return int64(l.Extra) }},
		{Name: "sampai", Label: r.T("registry.unmask.until"), Kind: web.Time, Value: func(l registry.Lift) any { return l.Until }},
		{Name: "oleh", Label: r.T("registry.unmask.given_by"), Value: func(l registry.Lift) any { return l.GivenBy }},
		{Name: "alasan", Label: r.T("registry.unmask.reason"), Value: func(l registry.Lift) any { return l.Reason }},
	}
}
