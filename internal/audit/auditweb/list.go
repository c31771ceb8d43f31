package auditweb

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/i18n"
	"gotong/internal/region"
	"gotong/internal/web"
)

// pageLength is how many entries a page of the log shows.
const pageLength = 100

type listView struct {
	web.Base
	Errors   web.Errors
	List     web.List[audit.Entry]
	Purposes []web.Option
}

func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	v := listView{Base: r.Base(r.T("audit.title")), Purposes: purposeOptions(r)}
	f := h.filter(r, q, &v.Errors)
	columns := h.columns(r, q)
	v.List = web.List[audit.Entry]{Caption: r.T("audit.title"), Columns: columns, Query: q, Empty: r.T("audit.none"), Files: r.MayExport()}
	if v.Errors.Any() {
		v.List.Empty = v.Errors[0].Message // where htmx replaces the list alone
		return web.Invalid(listPage(v)), nil
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "audit", columns, h.service.All(ctx, f)), nil
	}
	place := placeOf(q)
	entries, err := h.service.Find(ctx, f, place, pageLength+1)
	if err != nil {
		return nil, err
	}
	v.List.Rows, v.List.Prev, v.List.Next = page(entries, place)
	return web.Page(listPage(v)), nil
}

// filter reads what the list's address asks for.
func (h *Handlers) filter(r *web.Request, q web.Query, errs *web.Errors) audit.Filter {
	f := audit.Filter{
		Actor: strings.ToLower(q.Text("petugas")), Action: q.Text("tindakan"), Subject: q.Text("objek"),
		Purpose: access.Purpose(q.Text("tujuan")),
	}
	if text := q.Text("wilayah"); text != "" {
		area, err := h.atlas.Parse(text)
		errs.Take(r.Lang, "wilayah", err)
		f.Area = area
	}
	if d, ok := day(r, errs, "dari"); ok {
		f.From = web.DayStart(d)
	}
	if d, ok := day(r, errs, "sampai"); ok {
		f.Until = web.DayStart(d.AddDays(1))
	}
	return f
}

// day reads a day that may be left empty.
func day(r *web.Request, errs *web.Errors, name string) (civil.Date, bool) {
	if r.Text(name) == "" {
		return 0, false
	}
	d, err := r.Day(name)
	errs.Take(r.Lang, name, err)
	return d, err == nil
}

// placeOf reads which page the address asks for. A cursor is the number of
// the entry at the page's edge; anything else leads to the newest page.
func placeOf(q web.Query) audit.Place {
	if n, err := strconv.ParseInt(q.After, 10, 64); err == nil && n > 0 {
		return audit.Place{Below: n}
	}
	if n, err := strconv.ParseInt(q.Before, 10, 64); err == nil && n >= 0 {
		return audit.Place{AtLeast: n + 1}
	}
	return audit.Place{}
}

// page cuts the one entry too many that was asked for, which says that there
// is more on that side, and returns the cursors of the neighbours.
func page(entries []audit.Entry, place audit.Place) (rows []audit.Entry, prev, next string) {
	more := len(entries) > pageLength
	back := place.AtLeast > 0
	rows = entries
	if more && back {
		rows = entries[1:]
	} else if more {
		rows = entries[:pageLength]
	}
	if len(rows) == 0 {
		return nil, "", ""
	}
	if place.Below > 0 || back && more {
		prev = strconv.FormatInt(rows[0].Seq, 10)
	}
	if back || more {
		next = strconv.FormatInt(rows[len(rows)-1].Seq, 10)
	}
	return rows, prev, next
}

func (h *Handlers) columns(r *web.Request, q web.Query) []web.Column[audit.Entry] {
	return []web.Column[audit.Entry]{
		{Name: "waktu", Label: r.T("audit.at"), Kind: web.Time, Value: func(e audit.Entry) any { return e.At }},
		{Name: "petugas", Label: r.T("audit.actor"), Value: func(e audit.Entry) any { return e.Actor }},
		{Name: "peran", Label: r.T("audit.roles"), Hide: true, Value: func(e audit.Entry) any { return roles(e.Roles) }},
		{Name: "tindakan", Label: r.T("audit.action_label"), Value: func(e audit.Entry) any { return e.Action },
			Show: actionCell},
		{Name: "tujuan", Label: r.T("audit.purpose"), Hide: true, Value: func(e audit.Entry) any { return purposeName(r.Lang, e.Purpose) }},
		{Name: "objek", Label: r.T("audit.subject"), Value: func(e audit.Entry) any { return e.Subject },
			Show: func(e audit.Entry) templ.Component { return subjectCell(e, q.With("objek", e.Subject)) }},
		{Name: "wilayah", Label: r.T("audit.area"), Kind: web.Code, Value: func(e audit.Entry) any { return region.Dotted(e.Area) }},
		{Name: "data", Label: r.T("audit.fields"), Hide: true, Value: func(e audit.Entry) any { return strings.Join(e.Fields, " ") }},
		{Name: "jumlah", Label: r.T("audit.count"), Kind: web.Count, Value: func(e audit.Entry) any { return e.Count }},
		{Name: "rincian", Label: r.T("audit.detail"), Value: func(e audit.Entry) any { return e.Detail }},
		{Name: "nomor", Label: r.T("audit.seq"), Hide: true, Kind: web.Count, Value: func(e audit.Entry) any { return e.Seq }},
	}
}

func roles(all []access.Role) string {
	names := make([]string, len(all))
	for i, role := range all {
		names[i] = string(role)
	}
	return strings.Join(names, " ")
}

// shortSubject is the end of a long id, where ids of one time differ.
func shortSubject(s string) string {
	const letters = 12
	if len(s) < 2*letters {
		return s
	}
	return "…" + s[len(s)-letters:]
}

// actionName says in words what was done, or "" for an act without a sentence.
func actionName(l i18n.Lang, action string) string {
	if key := "audit.action." + action; i18n.Has(l, key) {
		return i18n.T(l, key)
	}
	return ""
}

func purposeName(l i18n.Lang, p access.Purpose) string {
	if !p.Valid() {
		return string(p)
	}
	return i18n.T(l, "access.purpose."+string(p))
}

func purposeOptions(r *web.Request) []web.Option {
	options := make([]web.Option, len(access.Purposes))
	for i, p := range access.Purposes {
		options[i] = web.Option{Value: string(p), Label: purposeName(r.Lang, p)}
	}
	return options
}
