package conditionweb

import (
	"context"
	"errors"

	"gotong/internal/condition"
	"gotong/internal/i18n"
	"gotong/internal/programme"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// facilities are the schools and places of health with what they are asked.
func (h *Handlers) facilities(ctx context.Context, r *web.Request) (web.Response, error) {
	month, months, err := h.monthOf(ctx, r)
	if err != nil {
		return nil, err
	}
	all, err := h.Service.Facilities(ctx, month)
	if err != nil {
		return nil, err
	}
	q := r.List()
	all = page.Keep(all, func(f condition.Facility) bool {
		return page.Is(q.Text("jenis"), f.Kind) && page.Has(q.Text("cari"), f.Name, f.Code, h.Atlas.Path(f.Area, " "))
	})
	s := newSheet(r, r.T("condition.facilities.title"), r.T("condition.facilities.lead", "month", month.Name(r.Lang)), home(r))
	s.Act(may(r, manage), FacilityPath+"/berkas", r.T("condition.facilities.file"))
	s.Act(may(r, manage), FacilityPath+"/baru", r.T("condition.facilities.add"))
	return page.Rows[condition.Facility]{Name: "tempat-" + month.String(), Caption: r.T("condition.facilities.title"), All: all, Empty: r.T("condition.facilities.none"),
		Href: func(f condition.Facility) string { return to(FacilityPath, f.ID) + "?bulan=" + month.String() }, Columns: []web.Column[condition.Facility]{
			col(r, "nama_tempat", web.Words, func(f condition.Facility) any { return f.Name }),
			col(r, "jenis", web.Words, func(f condition.Facility) any { return r.T("condition.kind." + string(f.Kind)) }),
			col(r, "kode", web.Code, func(f condition.Facility) any { return f.Code }),
			col(r, "desa", web.Words, func(f condition.Facility) any { return h.Atlas.Name(f.Area) }),
			col(r, "ditanya", web.Count, func(f condition.Facility) any { return f.Owed }),
			col(r, "terjawab", web.Count, func(f condition.Facility) any { return f.Answered }),
			page.Hidden(col(r, "alamat", web.Words, func(f condition.Facility) any { return f.Address })),
			page.Hidden(col(r, "petugas", web.Words, func(f condition.Facility) any { return f.Contact })),
			page.Hidden(col(r, "wilayah", web.Code, func(f condition.Facility) any { return f.Area })),
		}}.Page(r, s, ask(r, "cari", page.Optional), ask(r, "jenis", page.Of(page.Options(r, "condition.kind.", condition.FacilityKinds))), ask(r, "bulan", page.Of(months)))
}

func (h *Handlers) facilitySheet(r *web.Request) page.Sheet {
	return newSheet(r, r.T("condition.facilities.add"), r.T("condition.facilities.add_lead"), home(r), web.Crumb{Label: r.T("condition.facilities.title"), Href: FacilityPath})
}

func facilityFields(r *web.Request) page.Form {
	return page.Form{Action: FacilityPath + "/baru", Submit: r.T("condition.facilities.save"), Fields: []page.Field{ask(r, "nama_tempat"),
		ask(r, "jenis", page.Of(page.Options(r, "condition.kind.", condition.FacilityKinds))), ask(r, "kode", page.Short, page.Hint(r.T("condition.hint.kode"))),
		ask(r, "wilayah", page.Medium, page.Hint(r.T("condition.hint.desa"))), ask(r, "alamat", page.Optional), ask(r, "petugas", page.Optional)}}
}

func (h *Handlers) facilityForm(_ context.Context, r *web.Request) (web.Response, error) {
	s := h.facilitySheet(r)
	s.Add("", page.FormPart(facilityFields(r), nil))
	return web.Page(page.View(s)), nil
}

func (h *Handlers) addFacility(ctx context.Context, r *web.Request) (web.Response, error) {
	f, err := h.Service.AddFacility(ctx, condition.Facility{Name: r.Text("nama_tempat"), Kind: programme.Facility(r.Text("jenis")), Code: r.Text("kode"),
		Area: digits(r.Text("wilayah")), Address: r.Text("alamat"), Contact: r.Text("petugas")})
	s := h.facilitySheet(r)
	if err != nil && !s.Errors.Take(r.Lang, "wilayah", err) {
		return nil, err
	}
	if err == nil {
		return web.SeeOther(to(FacilityPath, f.ID), web.Done("condition.facilities.saved", "name", f.Name)), nil
	}
	s.Add("", page.FormPart(facilityFields(r), s.Errors))
	return web.Invalid(page.View(s)), nil
}

// digits takes the dots out of an area's code.
func digits(code string) string {
	var b []byte
	for i := range len(code) {
		if code[i] != '.' {
			b = append(b, code[i])
		}
	}
	return string(b)
}

// facility is the list that a school or place of health fills in.
func (h *Handlers) facility(ctx context.Context, r *web.Request) (web.Response, error) {
	s, _, _, err := h.listSheet(ctx, r, nil, false)
	if err != nil {
		return nil, err
	}
	return web.Page(page.View(s)), nil
}

func (h *Handlers) listSheet(ctx context.Context, r *web.Request, errs web.Errors, sent bool) (page.Sheet, condition.Facility, []condition.Duty, error) {
	month, months, err := h.monthOf(ctx, r)
	if err != nil {
		return page.Sheet{}, condition.Facility{}, nil, err
	}
	id, err := idOf(r)
	if err != nil {
		return page.Sheet{}, condition.Facility{}, nil, err
	}
	f, list, err := h.Service.FacilityList(ctx, id, month)
	if err != nil {
		return page.Sheet{}, f, nil, err
	}
	rules, err := h.Service.Rules()
	if err != nil {
		return page.Sheet{}, f, nil, err
	}
	until := (month + 1).First().AddDays(rules.ReportDay - 1)
	s := newSheet(r, f.Name, r.T("condition.list.lead", "month", month.Name(r.Lang), "day", web.Day(ctx, until)), home(r), web.Crumb{Label: r.T("condition.facilities.title"), Href: FacilityPath})
	s.Errors = errs
	path := to(FacilityPath, id)
	s.Add("", web.Pairs([]web.Pair{{Term: r.T("condition.field.jenis"), Value: r.T("condition.kind." + string(f.Kind))}, {Term: r.T("condition.field.kode"), Value: f.Code},
		{Term: r.T("condition.field.desa"), Value: h.Atlas.Path(f.Area, ", ")}, {Term: r.T("condition.field.petugas"), Value: f.Contact}}), page.FilterPart(r.List(), []page.Field{ask(r, "bulan", page.Of(months))}))
	hidden := []web.Pair{{Term: "bulan", Value: month.String()}}
	if len(list) == 0 {
		s.Add("", web.Empty(r.T("condition.list.none")))
	} else if may(r, report) {
		w := h.words(r.Lang)
		var all []question
		for _, d := range list {
			all = append(all, h.ask(r, w, d, rules, sent, errs))
		}
		s.Act(true, path+"/lembar?bulan="+month.String()+"&berkas=xlsx", r.T("condition.list.xlsx"))
		s.Act(true, path+"/lembar?bulan="+month.String()+"&berkas=csv", r.T("condition.list.csv"))
		s.Add(r.T("condition.list.fill"), questions(path, hidden, all, nil, r.T("condition.list.submit")))
		s.Add(r.T("condition.list.bring"), page.Paragraph(r.T("condition.list.bring_lead")), page.FormPart(page.Form{Action: path + "/lembar", Upload: true, Hidden: hidden,
			Fields: []page.Field{ask(r, "lembar", page.File(".xlsx,.csv"))}, Submit: r.T("condition.list.bring_submit")}, errs))
	} else {
		s.Add(r.T("condition.list.fill"), h.dutyRows(r, h.words(r.Lang), "daftar", list).Show(r))
	}
	if may(r, manage) {
		label, value := r.T("condition.facilities.close"), "tutup"
		if f.Closed {
			label, value = r.T("condition.facilities.reopen"), "buka"
			s.Badge = web.Badge(web.Quiet, r.T("condition.facilities.closed"))
		}
		s.Add("", page.FormPart(page.Form{Action: path + "/tutup", Also: []page.Also{{Name: "lakukan", Value: value, Label: label}}}, nil))
	}
	return s, f, list, nil
}

// fill records what a facility says, as far as it was filled in.
func (h *Handlers) fill(ctx context.Context, r *web.Request) (web.Response, error) {
	_, f, list, err := h.listSheet(ctx, r, nil, true)
	if err != nil {
		return nil, err
	}
	var errs web.Errors
	said, err := replies(r, list, &errs)
	if err != nil {
		return nil, err
	}
	if !errs.Any() {
		done, err := h.Service.Report(ctx, condition.ViaFacility, said)
		if err == nil {
			return web.SeeOther(to(FacilityPath, f.ID)+"?bulan="+r.Text("bulan"), web.Done("condition.list.done", "n", web.Number(ctx, int64(done.Changed)))), nil
		}
		if !take(r, &errs, list, said, err) {
			return nil, err
		}
	}
	s, _, _, err := h.listSheet(ctx, r, errs, true)
	if err != nil {
		return nil, err
	}
	return web.Invalid(page.View(s)), nil
}

func (h *Handlers) closeFacility(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.CloseFacility(ctx, id, r.Text("lakukan") != "buka"); err != nil {
		return nil, err
	}
	return web.SeeOther(to(FacilityPath, id), web.Done("condition.facilities.changed")), nil
}

// sheet is a facility's list as a file, to be filled in and brought back.
func (h *Handlers) sheet(ctx context.Context, r *web.Request) (web.Response, error) {
	month, _, err := h.monthOf(ctx, r)
	if err != nil {
		return nil, err
	}
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	f, list, err := h.Service.FacilityList(ctx, id, month)
	if err != nil {
		return nil, err
	}
	w := h.words(r.Lang)
	var cells [][]string
	for i := range list {
		cells = append(cells, list[i].Cells(w.duty(list[i])))
	}
	var columns []web.Column[[]string]
	for i, name := range condition.Columns {
		columns = append(columns, web.Column[[]string]{Name: name, Label: r.T("condition.form." + name), Value: func(row []string) any { return row[i] }})
	}
	format := web.XLSX
	if r.Text("berkas") == "csv" {
		format = web.CSV
	}
	return web.TableFile(format, "kewajiban-"+f.Code+"-"+month.String(), columns, page.Each(cells)), nil
}

// bring takes a facility's list back, all of it or nothing.
func (h *Handlers) bring(ctx context.Context, r *web.Request) (web.Response, error) {
	_, f, list, err := h.listSheet(ctx, r, nil, false)
	if err != nil {
		return nil, err
	}
	var errs web.Errors
	u, err := r.Upload("lembar")
	if err != nil {
		if !errs.Take(r.Lang, "lembar", err) {
			return nil, err
		}
		return h.listAgain(ctx, r, errs)
	}
	b, err := condition.ReadForm(u, u.Size, list)
	if err != nil {
		if !errs.Take(r.Lang, "lembar", err) {
			return nil, err
		}
		return h.listAgain(ctx, r, errs)
	}
	const most = 20
	for _, p := range b.Problems[:min(most, len(b.Problems))] {
		errs.Add("lembar", r.T("condition.file_row", "row", p.Row, "problem", i18n.Error(r.Lang, p.What)))
	}
	if !errs.Any() {
		done, err := h.Service.Report(ctx, condition.ViaFile, b.Reports)
		if err == nil {
			return web.SeeOther(to(FacilityPath, f.ID)+"?bulan="+r.Text("bulan"), web.Done("condition.list.done", "n", web.Number(ctx, int64(done.Changed)))), nil
		}
		var row *condition.RowError
		if !errors.As(err, &row) || !errs.Take(r.Lang, "lembar", err) {
			return nil, err
		}
		errs[0].Message = r.T("condition.file_row", "row", b.Rows[row.Row], "problem", errs[0].Message)
	}
	return h.listAgain(ctx, r, errs)
}

func (h *Handlers) listAgain(ctx context.Context, r *web.Request, errs web.Errors) (web.Response, error) {
	s, _, _, err := h.listSheet(ctx, r, errs, false)
	if err != nil {
		return nil, err
	}
	return web.Invalid(page.View(s)), nil
}
