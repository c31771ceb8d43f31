package registryweb

import (
	"context"
	"iter"
	"strings"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/registry"
	"gotong/internal/web"
)

type unnumberedView struct {
	web.Base
	List  web.List[registry.Unnumbered]
	Areas []web.Option
}

// unnumbered lists the members without a NIK.
func (h *Handlers) unnumbered(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	area := q.Text("wilayah")
	columns := h.unnumberedColumns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "tanpa-nik", columns, h.allUnnumbered(ctx, r, area)), nil
	}
	rows, n, err := h.Service.WithoutNIK(ctx, area, personPlace(q.After), pageLength+1, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(rows) > pageLength {
		rows = rows[:pageLength]
		next = writtenPerson(rows[pageLength-1])
	}
	return web.Page(unnumberedPage(unnumberedView{
		Base:  r.Base(r.T("event.no_nik_title")).At(web.Crumb{Label: r.T("registry.families.title"), Href: Path}),
		Areas: areaOptions(h.Service.Atlas(), r.Actor.Scope, area),
		List: web.List[registry.Unnumbered]{Caption: r.T("event.no_nik_title"), Columns: columns, Rows: rows, Query: q, Total: &n, Next: next,
			Href: h.unnumberedHref(r), Empty: r.T("event.no_nik_none"), Files: r.MayExport()},
	})), nil
}

// unnumberedHref leads to where the NIK is filled in, or to the family.
func (h *Handlers) unnumberedHref(r *web.Request) func(registry.Unnumbered) string {
	if r.Actor.Can(access.EditFamilies) {
		return func(u registry.Unnumbered) string { return toMember(u.Family, u.Person) + "/nik" }
	}
	return func(u registry.Unnumbered) string { return To(u.Family) }
}

func (h *Handlers) unnumberedColumns(r *web.Request) []web.Column[registry.Unnumbered] {
	relation, _ := h.Service.Catalogue().Lookup(indicator.Person, "relation")
	atlas := h.Service.Atlas()
	return []web.Column[registry.Unnumbered]{
		{Name: "nama", Label: r.T("registry.name"), Value: func(u registry.Unnumbered) any { return u.Name }},
		{Name: "tanggal_lahir", Label: r.T("registry.born"), Kind: web.Date, Value: func(u registry.Unnumbered) any {
			if u.Born == nil {
				return nil
			}
			return *u.Born
		}},
		{Name: "jenis_kelamin", Label: r.T("registry.sex"), Value: func(u registry.Unnumbered) any { return r.T(sexKey(registry.Person{Female: u.Female})) }},
		{Name: "hubungan", Label: r.T("registry.relation"), Value: func(u registry.Unnumbered) any { return relation.Format(u.Relation, r.Lang) }},
		{Name: "kepala_keluarga", Label: r.T("registry.head"), Value: func(u registry.Unnumbered) any { return u.HeadName }},
		{Name: "wilayah", Label: r.T("registry.area"), Value: func(u registry.Unnumbered) any { return village(atlas, u.Area) }},
		{Name: "tanggal_data", Label: r.T("registry.observed_on"), Kind: web.Date, Value: func(u registry.Unnumbered) any { return u.ObservedOn }},
	}
}

// allUnnumbered goes through all of them, page by page.
func (h *Handlers) allUnnumbered(ctx context.Context, r *web.Request, area string) iter.Seq2[registry.Unnumbered, error] {
	const most = 500
	return func(yield func(registry.Unnumbered, error) bool) {
		var place registry.PersonPlace
		for {
			rows, _, err := h.Service.WithoutNIK(ctx, area, place, most, r.Route.Purpose)
			if err != nil {
				yield(registry.Unnumbered{}, err)
				return
			}
			for _, u := range rows {
				if !yield(u, nil) {
					return
				}
				place = registry.PersonPlace{Area: u.Area, Family: u.Family, Person: u.Person}
			}
			if len(rows) < most {
				return
			}
		}
	}
}

func writtenPerson(u registry.Unnumbered) string {
	return u.Area + "_" + u.Family.String() + "_" + u.Person.String()
}

// personPlace reads what writtenPerson wrote; what is no place is the first.
func personPlace(text string) registry.PersonPlace {
	parts := strings.Split(text, "_")
	if len(parts) != 3 {
		return registry.PersonPlace{}
	}
	family, err := ident.Parse(parts[1])
	person, err2 := ident.Parse(parts[2])
	if err != nil || err2 != nil {
		return registry.PersonPlace{}
	}
	return registry.PersonPlace{Area: parts[0], Family: family, Person: person}
}

type nikView struct {
	entryView
	Action string
	NIK    string
}

// giveNIK is the page on which a member without a NIK gets one.
func (h *Handlers) giveNIK(ctx context.Context, r *web.Request) (web.Response, error) {
	d, err := h.dossier(ctx, r)
	if err != nil {
		return nil, err
	}
	p, err := memberOf(r, d)
	if err != nil {
		return nil, err
	}
	if p.NIKMasked != "" {
		return web.SeeOther(toMember(d.Family.ID, p.ID), web.Warned("event.refused.has_nik")), nil
	}
	v := nikView{entryView: h.entryView(r, r.T("event.give_nik", "name", p.Name)), Action: r.URL.Path, NIK: r.Text(registry.FieldNIK)}
	v.Base, v.Back = v.At(familyCrumbs(r, d)...), To(d.Family.ID)
	if !sent(r) {
		v.begin(d.Family)
		return web.Page(nikPage(v)), nil
	}
	out, err := h.Service.GiveNIK(ctx, d.Family.ID, p.ID, v.NIK, v.Basis)
	done, err := v.entered(ctx, r, d, out, err)
	switch {
	case err != nil:
		return nil, err
	case done:
		return web.SeeOther(To(d.Family.ID), web.Done("event.give_nik_done")), nil
	}
	v.Errors = last(v.Errors)
	return web.Invalid(nikPage(v)), nil
}

// identityLine is a warning of a number as the family's page shows it.
type identityLine struct{ Text, Dismissed string }

func identityLines(ctx context.Context, d *registry.Dossier) []identityLine {
	var lines []identityLine
	for _, w := range d.Warnings {
		l := identityLine{Text: web.T(ctx, "event.identity."+w.Code, w.Args...)}
		if w.Dismissed != nil {
			l.Dismissed = web.T(ctx, "event.dismissed", "who", w.Dismissed.By, "on", web.Moment(ctx, w.Dismissed.At), "reason", w.Dismissed.Reason)
		}
		lines = append(lines, l)
	}
	return lines
}

type dismissView struct {
	web.Base
	Errors  web.Errors
	ID      ident.ID
	Options []web.Option
	Choice  string
	Reason  string
}

// dismiss is the page on which somebody says that a warning was looked into.
func (h *Handlers) dismiss(ctx context.Context, r *web.Request) (web.Response, error) {
	d, err := h.dossier(ctx, r)
	if err != nil {
		return nil, err
	}
	v := dismissView{Base: r.Base(r.T("event.dismiss_title")).At(familyCrumbs(r, d)...), ID: d.Family.ID, Choice: r.Text("peringatan"), Reason: r.Text("alasan")}
	for _, w := range d.Warnings {
		if w.Dismissed == nil {
			v.Options = append(v.Options, web.Option{Value: w.Mark, Label: i18n.T(r.Lang, "event.identity."+w.Code, w.Args...)})
		}
	}
	if !sent(r) {
		return web.Page(dismissPage(v)), nil
	}
	if !chosen(v.Options, v.Choice) {
		v.Errors.Add("peringatan", r.T("event.identity.gone"))
		return web.Invalid(dismissPage(v)), nil
	}
	err = h.Service.DismissWarning(ctx, d.Family.ID, v.Choice, v.Reason)
	if fault.Is(err, fault.KindInvalid) && v.Errors.Take(r.Lang, "alasan", err) {
		return web.Invalid(dismissPage(v)), nil
	}
	if err != nil {
		return nil, err
	}
	return web.SeeOther(To(d.Family.ID), web.Done("event.dismiss_done")), nil
}
