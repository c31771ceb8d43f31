package goodsweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/goods"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// cashForm is a form on a group's money.
func (h *Handlers) cashForm(ctx context.Context, r *web.Request, key, act string, fields ...page.Field) (goods.Group, page.Sheet, page.Form, error) {
	id, err := idOf(r)
	if err != nil {
		return goods.Group{}, page.Sheet{}, page.Form{}, err
	}
	g, err := h.Service.Group(ctx, id)
	if err != nil {
		return g, page.Sheet{}, page.Form{}, err
	}
	path := to(MealPath, id)
	s := below(r, r.T("goods.cash."+key), crumb(r, "groups", MealPath), web.Crumb{Label: g.Name, Href: path})
	s.Lead = r.T("goods.cash." + key + "_lead")
	f := page.Form{Action: path + "/" + act, Upload: key == "spend", Submit: r.T("goods.cash." + key + "_save"), Cancel: path,
		Fields: append([]page.Field{ask(r, "uang", page.Rupiah), ask(r, "bukti", page.Medium, page.Hint(r.T("goods.hint.bukti_"+key)))}, fields...)}
	return g, s, f, nil
}

// advance gives a group money ahead.
func (h *Handlers) advance(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.money(ctx, r, "advance", "uang-muka", h.Service.Pay)
}

// takeBack takes back what a group did not earn.
func (h *Handlers) takeBack(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.money(ctx, r, "refund", "kembali", h.Service.TakeBack)
}

func (h *Handlers) money(ctx context.Context, r *web.Request, key, act string, do func(context.Context, goods.Cash) (goods.Cash, error)) (web.Response, error) {
	g, s, f, err := h.cashForm(ctx, r, key, act, ask(r, "untuk", page.Optional))
	if err != nil {
		return nil, err
	}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	c := goods.Cash{Group: g.ID, Amount: x.rupiah("uang"), Document: r.Text("bukti"), What: r.Text("untuk")}
	if !x.ok() {
		return f.Again(s), x.failed
	}
	_, err = do(ctx, c)
	return f.Answer(r, s, "uang", err, to(MealPath, g.ID)+"/lpj", "goods.cash."+key+"_done")
}

// spend records what a group paid, with its receipt.
func (h *Handlers) spend(ctx context.Context, r *web.Request) (web.Response, error) {
	g, s, f, err := h.cashForm(ctx, r, "spend", "belanja", ask(r, "untuk"), ask(r, "hari", page.Day, page.From(h.Service.Today().String())), ask(r, "nota", page.Picture))
	if err != nil {
		return nil, err
	}
	if r.Method == "GET" {
		return f.Shown(s), nil
	}
	x := read{r: r, errors: &s.Errors}
	c := goods.Cash{Group: g.ID, Amount: x.rupiah("uang"), Document: r.Text("bukti"), What: r.Text("untuk"), Day: x.day("hari")}
	receipt := upload(&x, "nota")
	if !x.ok() {
		return f.Again(s), x.failed
	}
	_, err = h.Service.Spend(ctx, c, receipt)
	return f.Answer(r, s, "uang", err, to(MealPath, g.ID)+"/lpj?bulan="+c.Day.String()[:len("2026-01")], "goods.cash.spend_done")
}

// statement is a group's month: the page behind its accountability report.
func (h *Handlers) statement(ctx context.Context, r *web.Request) (web.Response, error) {
	st, s, err := h.statementSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	list := h.dayRows(r, st)
	if f, err := list.File(r); f != nil || err != nil {
		return f, err
	}
	return web.Page(page.View(s)), nil
}

// dayRows are a month's days: what was carried and earned on each.
func (h *Handlers) dayRows(r *web.Request, st goods.Statement) page.Rows[goods.DaySum] {
	return page.Rows[goods.DaySum]{Name: "lpj-" + st.Month, Caption: r.T("goods.lpj.days"), All: st.Days, Empty: r.T("goods.lpj.no_days"), Columns: []web.Column[goods.DaySum]{
		col(r, "hari", web.Date, func(d goods.DaySum) any { return d.Day }), col(r, "terantar", web.Count, func(d goods.DaySum) any { return d.Delivered }),
		col(r, "tidak_terantar", web.Count, func(d goods.DaySum) any { return d.Absent }), col(r, "berfoto", web.Count, func(d goods.DaySum) any { return d.Photos }),
		col(r, "hak", web.Amount, func(d goods.DaySum) any { return d.Earned })}}
}

func (h *Handlers) statementSheet(ctx context.Context, r *web.Request) (goods.Statement, page.Sheet, error) {
	id, err := idOf(r)
	if err != nil {
		return goods.Statement{}, page.Sheet{}, err
	}
	month := r.Text("bulan")
	if month == "" {
		month = h.Service.Today().String()[:len("2026-01")]
	}
	st, err := h.Service.Statement(ctx, id, month)
	if err != nil {
		return st, page.Sheet{}, err
	}
	path := to(MealPath, id)
	s := below(r, r.T("goods.lpj.one", "month", month), crumb(r, "groups", MealPath), web.Crumb{Label: st.Group.Name, Href: path})
	s.Lead = r.T("goods.lpj.lead", "name", st.Group.Name, "day", web.Day(ctx, st.Due))
	switch {
	case st.Report == nil:
		s.Badge = web.Badge(web.Wait, r.T("goods.lpj.not_made"))
	case st.Report.Approver == "":
		s.Badge = web.Badge(web.Info, r.T("goods.lpj.made"))
	default:
		s.Badge = web.Badge(web.Good, r.T("goods.lpj.approved"))
	}
	q := r.List()
	s.Add("", page.FilterPart(q, []page.Field{ask(r, "bulan", func(f *page.Field) { f.Type, f.Width = "month", web.Short }, page.From(month))}))
	s.Add("", web.Stats([]web.Stat{{Label: r.T("goods.lpj.delivered"), Value: web.Number(ctx, st.Sums.Days)}, {Label: r.T("goods.lpj.earned"), Value: web.Rupiah(ctx, st.Sums.Earned)},
		{Label: r.T("goods.lpj.advanced"), Value: web.Rupiah(ctx, st.Sums.Advanced)}, {Label: r.T("goods.lpj.spent"), Value: web.Rupiah(ctx, st.Sums.Spent)}, {Label: r.T("goods.lpj.refunded"), Value: web.Rupiah(ctx, st.Sums.Refunded)}}))
	owed, term := st.All.Owed(), "goods.lpj.owes"
	if owed < 0 {
		owed, term = -owed, "goods.lpj.owed"
	}
	s.Add("", web.Pairs([]web.Pair{{Term: r.T(term), Value: web.Rupiah(ctx, owed), Note: r.T("goods.lpj.since_start")}}))
	h.flagPart(ctx, r, &s, st)
	s.Add(r.T("goods.lpj.days"), h.dayRows(r, st).Show(r))
	s.Add(r.T("goods.lpj.book"), h.cashTable(r, st))
	h.reportForms(r, &s, st, path)
	return st, s, nil
}

func (h *Handlers) flagPart(ctx context.Context, r *web.Request, s *page.Sheet, st goods.Statement) {
	if len(st.Flags) == 0 {
		return
	}
	s.Add(r.T("goods.lpj.flags"), page.Notice(web.Warn, r.T("goods.lpj.n_flags", "n", web.Number(ctx, int64(len(st.Flags)))), r.T("goods.lpj.flags_text")),
		page.Rows[goods.Flag]{ID: "tanda", Caption: r.T("goods.lpj.flags"), All: st.Flags, Columns: []web.Column[goods.Flag]{
			col(r, "tanda", web.Words, func(f goods.Flag) any { return r.T("goods.flag." + string(f.Kind)) }), col(r, "hari", web.Date, func(f goods.Flag) any { return f.Day }),
			col(r, "nama", web.Words, func(f goods.Flag) any { return f.Name }), col(r, "jumlah", web.Count, func(f goods.Flag) any { return f.Count })}}.Show(r))
}

func (h *Handlers) cashTable(r *web.Request, st goods.Statement) templ.Component {
	return page.Rows[goods.Cash]{ID: "uang", Caption: r.T("goods.lpj.book"), All: st.Cash, Empty: r.T("goods.lpj.no_cash"), Columns: []web.Column[goods.Cash]{
		col(r, "jenis", web.Words, func(c goods.Cash) any { return r.T("goods.cash_kind." + string(c.Kind)) }), col(r, "hari", web.Date, func(c goods.Cash) any { return c.Day }),
		col(r, "uang", web.Amount, func(c goods.Cash) any { return c.Amount }), col(r, "untuk", web.Words, func(c goods.Cash) any { return c.What }), col(r, "bukti", web.Words, func(c goods.Cash) any { return c.Document }),
		{Name: "nota", Label: r.T("goods.field.nota"), Value: func(goods.Cash) any { return "" }, Show: func(c goods.Cash) templ.Component {
			switch {
			case !c.Receipt.IsZero():
				return page.Linked(toPicture(c.Receipt), r.T("goods.cash.receipt_of", "no", c.Document))
			case c.Kind == goods.Expense:
				return web.Badge(web.Warn, r.T("goods.cash.no_receipt"))
			}
			return page.Paragraph("–")
		}}}}.Show(r)
}

// reportForms offers to make the report, and to accept it.
func (h *Handlers) reportForms(r *web.Request, s *page.Sheet, st goods.Statement, path string) {
	switch {
	case st.Report == nil && may(r, manage):
		with := []func(*page.Field){page.Lines}
		if len(st.Flags) == 0 {
			with = append(with, page.Optional)
		}
		s.Add(r.T("goods.lpj.make"), page.FormPart(page.Form{Action: path + "/lpj", Submit: r.T("goods.lpj.make_submit"), Hidden: []web.Pair{{Term: "bulan", Value: st.Month}},
			Fields: []page.Field{ask(r, "penjelasan", with...)}}, s.Errors))
	case st.Report != nil:
		s.Add(r.T("goods.lpj.report"), web.Pairs([]web.Pair{{Term: r.T("goods.field.pengusul"), Value: st.Report.Maker, Note: page.Local(r.Context(), st.Report.MadeAt)},
			{Term: r.T("goods.field.penyetuju"), Value: st.Report.Approver, Note: page.Local(r.Context(), st.Report.ApprovedAt)}, {Term: r.T("goods.field.penjelasan"), Value: st.Report.Note}}))
		if st.Report.Approver == "" && may(r, advance) {
			s.Add("", page.FormPart(page.Form{Action: path + "/lpj/setuju", Submit: r.T("goods.lpj.approve"), Hidden: []web.Pair{{Term: "bulan", Value: st.Month}}}, nil))
		}
	}
}

func (h *Handlers) makeReport(ctx context.Context, r *web.Request) (web.Response, error) {
	st, s, err := h.statementSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	_, err = h.Service.MakeReport(ctx, st.Group.ID, st.Month, r.Text("penjelasan"))
	return settled(r, s, &read{r: r, errors: &s.Errors}, "penjelasan", err, to(MealPath, st.Group.ID)+"/lpj?bulan="+st.Month, "goods.lpj.saved")
}

func (h *Handlers) approveReport(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.ApproveReport(ctx, id, r.Text("bulan")); err != nil {
		return nil, err
	}
	return web.SeeOther(to(MealPath, id)+"/lpj?bulan="+r.Text("bulan"), web.Done("goods.lpj.accepted")), nil
}
