// Package breachweb has the pages of the register of breaches: the list with
// its clock, the form that reports one, and one with whom it touched.
package breachweb

import (
	"context"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/breach"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// The addresses of the pages.
const (
	Path    = "/pelanggaran"
	NewPath = "/pelanggaran/baru"
)

// Deps are what Handlers are made of.
type Deps struct {
	Service    *breach.Service
	Atlas      *region.Atlas
	FamilyPage func(ident.ID) string
}

// Handlers answers the requests.
type Handlers struct{ Deps }

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: access.HandleBreaches, Handle: h.list},
		{Method: "GET", Pattern: NewPath, Permission: access.HandleBreaches, Handle: h.report},
		{Method: "POST", Pattern: NewPath, Permission: access.HandleBreaches, Handle: h.report},
		{Method: "GET", Pattern: Path + "/{id}", Permission: access.HandleBreaches, PersonalData: true, Purpose: access.PurposeSystem, Handle: h.show},
		{Method: "POST", Pattern: Path + "/{id}", Permission: access.HandleBreaches, PersonalData: true, Purpose: access.PurposeSystem, Handle: h.act},
	}
}

// To returns the page of a breach.
func To(id ident.ID) string { return Path + "/" + id.String() }

// most is how many breaches, and families of one, a list holds.
const most = 1000

func col[R any](r *web.Request, name string, kind web.Kind, value func(R) any) web.Column[R] {
	return page.Col(r, "breach.column.", name, kind, value)
}

func state(now time.Time, b *breach.Breach) (string, web.Tone) {
	switch {
	case !b.Closed.IsZero() && b.Late(now):
		return "breach.state.closed_late", web.Warn
	case !b.Closed.IsZero():
		return "breach.state.closed", web.Good
	case b.Late(now):
		return "breach.state.late", web.Bad
	}
	return "breach.state.open", web.Wait
}

func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Breaches(ctx, r.List().Text("status") == "open", most)
	if err != nil {
		return nil, err
	}
	now := h.Service.Clock.Now()
	s := page.Sheet{Base: r.Base(r.T("breach.title")), Lead: r.T("breach.lead")}
	s.MainAct(true, NewPath, r.T("breach.report"))
	type row = breach.Breach
	return page.Rows[row]{Name: "pelanggaran", Caption: r.T("breach.title"), All: all, Empty: r.T("breach.none"), Href: func(b row) string { return To(b.ID) },
		Columns: []web.Column[row]{
			col(r, "diketahui", web.Time, func(b row) any { return b.At }),
			col(r, "batas", web.Time, func(b row) any { return b.Due }),
			page.Badged(col(r, "status", web.Words, func(b row) any { key, _ := state(now, &b); return r.T(key) }), func(b row) web.Tone { _, tone := state(now, &b); return tone }),
			col(r, "akun", web.Words, func(b row) any { return b.Account }),
			col(r, "keluarga", web.Count, func(b row) any { return b.Families }),
			col(r, "diberi_tahu", web.Count, func(b row) any { return b.Told }),
			col(r, "lembaga", web.Time, func(b row) any { return page.At(b.Agency) }),
			col(r, "oleh", web.Words, func(b row) any { return b.By }),
		}}.Page(r, s, page.Ask(r, "breach.column.", "status", page.Optional, page.Of([]web.Option{{Value: "open", Label: r.T("breach.state.open")}})))
}

func (h *Handlers) report(ctx context.Context, r *web.Request) (web.Response, error) {
	s := page.Sheet{Base: r.Base(r.T("breach.report")).At(web.Crumb{Label: r.T("breach.title"), Href: Path}), Lead: r.T("breach.report_lead")}
	ask := func(name string, with ...page.With) page.Field {
		return page.Ask(r, "breach.column.", name, append(with, page.Hint(r.T("breach.hint."+name)))...)
	}
	f := page.Form{Action: NewPath, Submit: r.T("breach.report"), Cancel: Path, Fields: []page.Field{ask("apa", page.Lines), ask("tindakan", page.Lines),
		ask("akun", page.Optional, page.Medium), ask("dari", page.Day, page.Optional), ask("sampai", page.Day, page.Optional)}}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	b := breach.Breach{What: r.Text("apa"), Measure: r.Text("tindakan"), Account: r.Text("akun")}
	for _, d := range []struct {
		field string
		more  int // days: the whole of the last one
		into  *time.Time
	}{{"dari", 0, &b.From}, {"sampai", 1, &b.Until}} {
		if r.Text(d.field) == "" {
			continue
		}
		day, err := r.Day(d.field)
		if err != nil {
			if !s.Errors.Take(r.Lang, d.field, err) {
				return nil, err
			}
			continue
		}
		*d.into = day.AddDays(d.more).Time()
	}
	if s.Errors.Any() {
		return f.Again(s), nil
	}
	made, err := h.Service.Report(ctx, b)
	next := Path
	if err == nil {
		next = To(made.ID)
	}
	field := "apa"
	switch {
	case b.What != "" && b.Measure == "":
		field = "tindakan"
	case b.What != "":
		field = "dari"
	}
	return f.Answer(r, s, field, err, next, "breach.reported")
}

func (h *Handlers) sheet(ctx context.Context, r *web.Request) (*breach.Breach, page.Sheet, page.Rows[breach.Family], error) {
	var rows page.Rows[breach.Family]
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return nil, page.Sheet{}, rows, fault.NotFound("breach.not_found").Because(err)
	}
	b, all, err := h.Service.Breach(ctx, id, most)
	if err != nil {
		return nil, page.Sheet{}, rows, err
	}
	key, tone := state(h.Service.Clock.Now(), b)
	s := page.Sheet{Base: r.Base(r.T("breach.one")).At(web.Crumb{Label: r.T("breach.title"), Href: Path}), Badge: web.Badge(tone, r.T(key))}
	about := []web.Pair{{Term: r.T("breach.column.diketahui"), Value: web.Moment(ctx, b.At), Note: b.By}, {Term: r.T("breach.column.batas"), Value: web.Moment(ctx, b.Due)},
		{Term: r.T("breach.column.apa"), Value: b.What}, {Term: r.T("breach.column.tindakan"), Value: b.Measure}}
	if b.Account != "" {
		about = append(about, web.Pair{Term: r.T("breach.column.akun"), Value: b.Account, Note: web.Moment(ctx, b.From) + " – " + web.Moment(ctx, b.Until)})
	}
	if !b.Agency.IsZero() {
		about = append(about, web.Pair{Term: r.T("breach.column.lembaga"), Value: web.Moment(ctx, b.Agency), Note: b.Receipt})
	}
	about = append(about, web.Pair{Term: r.T("breach.column.keluarga"), Value: web.Number(ctx, b.Families)}, web.Pair{Term: r.T("breach.column.diberi_tahu"), Value: web.Number(ctx, b.Told)})
	s.Add("", web.Pairs(about))
	lists, err := h.Service.Lists(ctx, b)
	if err != nil {
		return nil, page.Sheet{}, rows, err
	}
	if len(lists) > 0 {
		s.Add("", page.Notice(web.Warn, r.T("breach.lists_many"), r.T("breach.lists_lead")), h.lists(r, lists).Show(r))
	}
	rows = page.Rows[breach.Family]{Name: "terdampak", Caption: r.T("breach.families"), All: all, Empty: r.T("breach.no_families"), Columns: []web.Column[breach.Family]{
		col(r, "wilayah", web.Words, func(f breach.Family) any { return h.Atlas.Name(f.Area) }),
		col(r, "nomor", web.Code, func(f breach.Family) any { return f.Family.String() }),
		col(r, "diberi_tahu", web.Time, func(f breach.Family) any { return page.At(f.ToldAt) }),
	}}
	if r.Actor.Can(access.SeeFamilies) {
		rows.Href = func(f breach.Family) string { return h.FamilyPage(f.Family) }
	}
	return b, s, rows, nil
}

// lists are what the account opened that holds many at once.
func (h *Handlers) lists(r *web.Request, all []breach.List) page.Rows[breach.List] {
	return page.Rows[breach.List]{ID: "daftar", Caption: r.T("breach.lists"), All: all, Columns: []web.Column[breach.List]{
		col(r, "daftar", web.Words, func(l breach.List) any { return audit.SayAction(r.Lang, l.Action) }),
		col(r, "wilayah", web.Words, func(l breach.List) any { return h.areas(r, l.Area) }),
		col(r, "data", web.Words, func(l breach.List) any { return audit.SayFields(r.Lang, l.Fields) }),
		col(r, "kali", web.Count, func(l breach.List) any { return l.Times }),
		col(r, "terbanyak", web.Count, func(l breach.List) any { return l.Most }),
		col(r, "terakhir", web.Time, func(l breach.List) any { return l.Last }),
	}}
}

// areas names what the log calls an area: one, several, the nation, or none.
func (h *Handlers) areas(r *web.Request, area string) string {
	scope := access.ParseScope(area)
	if scope.IsNation() {
		return r.T("access.nation")
	}
	var names []string
	for _, code := range scope.Prefixes() {
		names = append(names, h.Atlas.Name(code))
	}
	return strings.Join(names, ", ")
}

// forms are what can be done with an open breach now.
func forms(r *web.Request, b *breach.Breach, s *page.Sheet) {
	if !b.Closed.IsZero() {
		return
	}
	form := func(act, title, submit string, fields ...page.Field) {
		s.Add(title, page.FormPart(page.Form{Action: To(b.ID), Hidden: []web.Pair{{Term: "tindak", Value: act}}, Fields: fields, Submit: submit}, s.Errors))
	}
	if b.Agency.IsZero() {
		form("lembaga", r.T("breach.tell_agency"), r.T("breach.note_agency"), page.Ask(r, "breach.column.", "nomor_surat", page.Medium))
	}
	if b.Told < b.Families {
		form("surat", r.T("breach.tell_families"), r.T("breach.issue"))
	}
	form("tambah", r.T("breach.add"), r.T("breach.add"), page.Ask(r, "breach.column.", "nomor", page.Medium, page.Hint(r.T("retention.family_hint"))))
	if b.Whole() {
		form("tutup", "", r.T("breach.close"))
	}
}

func (h *Handlers) show(ctx context.Context, r *web.Request) (web.Response, error) {
	b, s, rows, err := h.sheet(ctx, r)
	if err != nil {
		return nil, err
	}
	forms(r, b, &s)
	return rows.Page(r, s)
}

// act tells the agency or the families, or closes a breach.
func (h *Handlers) act(ctx context.Context, r *web.Request) (web.Response, error) {
	b, s, rows, err := h.sheet(ctx, r)
	if err != nil {
		return nil, err
	}
	field := "nomor_surat"
	switch r.Text("tindak") {
	case "lembaga":
		err = h.Service.TellAgency(ctx, b.ID, r.Text("nomor_surat"))
	case "surat":
		_, err = h.Service.TellFamilies(ctx, b.ID)
	case "tambah":
		var family ident.ID
		if family, err = ident.Parse(r.Text("nomor")); err != nil {
			err, field = fault.Invalid("retention.bad_family").Because(err), "nomor"
		} else {
			err = h.Service.Affect(ctx, b.ID, family)
		}
	case "tutup":
		err = h.Service.Close(ctx, b.ID)
	default:
		err = fault.Invalid("breach.choose")
	}
	if err == nil {
		return web.SeeOther(To(b.ID), web.Done("breach.done")), nil
	}
	if !s.Errors.Take(r.Lang, field, err) {
		return nil, err
	}
	forms(r, b, &s)
	s.Add("", rows.Show(r))
	return web.Invalid(page.View(s)), nil
}
