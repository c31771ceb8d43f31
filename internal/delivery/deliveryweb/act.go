package deliveryweb

import (
	"context"
	"encoding/hex"
	"path"
	"strconv"

	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/run"
	"gotong/internal/web"
)

// confirmView asks once more before an act on a list.
type confirmView struct {
	web.Confirmation
	Facts []web.Pair
	Held  []web.Pair
	Duty  *dutyView // nil where duties change nothing
}

// asking begins the confirmation of an act on a list.
func asking(r *web.Request, l *delivery.PayList, title, lead, act, submit string) web.Confirmation {
	return web.Confirmation{Base: r.Base(title).At(web.Crumb{Label: r.T("delivery.lists.title"), Href: ListsPath}, web.Crumb{Label: l.Number, Href: To(l.ID)}),
		Lead: lead, Action: To(l.ID) + "/" + act, Submit: submit, Cancel: To(l.ID)}
}

func (h *Handlers) overview(ctx context.Context, r *web.Request) (*delivery.Overview, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	return h.Service.Overview(ctx, id)
}

func (h *Handlers) checkForm(ctx context.Context, r *web.Request) (web.Response, error) {
	o, err := h.overview(ctx, r)
	if err != nil {
		return nil, err
	}
	sum := o.Sums[delivery.Planned]
	v := confirmView{Confirmation: asking(r, &o.PayList, r.T("delivery.check.title", "number", o.Number), r.T("delivery.check.lead"), "periksa",
		r.T("delivery.check.submit", "lines", web.Number(ctx, sum.Lines), "total", web.Rupiah(ctx, sum.Total)))}
	digest := hex.EncodeToString(o.Digest[:])
	v.Hidden = []web.Pair{{Term: "sidik", Value: digest}}
	v.Facts = []web.Pair{
		{Term: r.T("delivery.lines"), Value: web.Number(ctx, sum.Lines)},
		{Term: r.T("delivery.amount"), Value: web.Rupiah(ctx, sum.Total)},
		{Term: r.T("delivery.status.held"), Value: web.Number(ctx, o.Sums[delivery.Held].Lines), Note: web.Rupiah(ctx, o.Sums[delivery.Held].Total)},
		{Term: r.T("delivery.maker"), Value: o.Made.By, Note: web.Moment(ctx, o.Made.At)},
		{Term: r.T("delivery.digest"), Value: grouped(o.Digest), Note: r.T("delivery.digest_note")},
	}
	if v.Duty, err = h.duty(ctx, r, o); err != nil {
		return nil, err
	}
	return web.Page(confirmPage(v)), nil
}

func (h *Handlers) check(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.act(r, "delivery.check.done", func(id ident.ID) error {
		b, err := hex.DecodeString(r.Text("sidik"))
		if err != nil || len(b) != 32 {
			return fault.Invalid("core.error.invalid").Because(err)
		}
		_, err = h.Service.Check(ctx, id, [32]byte(b))
		return err
	})
}

func (h *Handlers) releaseForm(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	rv, err := h.Service.Review(ctx, id)
	if err != nil {
		return nil, err
	}
	o, err := h.Service.Overview(ctx, id)
	if err != nil {
		return nil, err
	}
	l := rv.List
	v := confirmView{Confirmation: asking(r, l, r.T("delivery.release.title", "number", l.Number), r.T("delivery.release.lead"), "lepas",
		r.T("delivery.release.submit", "lines", web.Number(ctx, rv.Pay.Lines), "total", web.Rupiah(ctx, rv.Pay.Total)))}
	v.Danger = true
	v.Hidden = []web.Pair{{Term: "baris", Value: strconv.FormatInt(rv.Pay.Lines, 10)}, {Term: "jumlah", Value: strconv.FormatInt(int64(rv.Pay.Total), 10)}}
	v.Facts = []web.Pair{
		{Term: r.T("delivery.release.pay"), Value: web.Rupiah(ctx, rv.Pay.Total), Note: r.T("delivery.n_lines", "n", web.Number(ctx, rv.Pay.Lines))},
		{Term: r.T("delivery.release.have"), Value: web.Rupiah(ctx, rv.Have.Total)},
		{Term: r.T("delivery.release.left"), Value: web.Rupiah(ctx, rv.Have.Total-rv.Pay.Total)},
		{Term: r.T("delivery.maker"), Value: l.Made.By, Note: web.Moment(ctx, l.Made.At)},
		{Term: r.T("delivery.checker"), Value: l.Checked.By, Note: web.Moment(ctx, l.Checked.At)},
	}
	if v.Duty, err = h.duty(ctx, r, o); err != nil {
		return nil, err
	}
	for _, c := range delivery.HoldCodes {
		if n := rv.Held[c]; n.Lines > 0 {
			v.Held = append(v.Held, web.Pair{Term: r.T("delivery.code." + string(c)), Value: r.T("delivery.n_lines", "n", web.Number(ctx, n.Lines)), Note: web.Rupiah(ctx, n.Total)})
		}
	}
	return web.Page(confirmPage(v)), nil
}

func (h *Handlers) release(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.act(r, "delivery.release.done", func(id ident.ID) error {
		_, err := h.Service.Release(ctx, id, delivery.Confirmation{Lines: r.Int("baris", -1), Total: money.Rupiah(r.Int("jumlah", -1))})
		return err
	})
}

func (h *Handlers) sendForm(ctx context.Context, r *web.Request) (web.Response, error) {
	o, err := h.overview(ctx, r)
	if err != nil {
		return nil, err
	}
	if o.File == nil {
		return nil, fault.NotFound("delivery.no_file")
	}
	v := confirmView{Confirmation: asking(r, &o.PayList, r.T("delivery.send.title", "number", o.Number), r.T("delivery.send.lead"), "kirim",
		r.T("delivery.send.submit", "lines", web.Number(ctx, o.File.Lines), "total", web.Rupiah(ctx, o.File.Total)))}
	v.Danger = true
	v.Facts = []web.Pair{
		{Term: r.T("delivery.lines"), Value: web.Number(ctx, o.File.Lines)},
		{Term: r.T("delivery.amount"), Value: web.Rupiah(ctx, o.File.Total)},
		{Term: r.T("delivery.file"), Value: o.File.Name, Note: short(o.File.SHA256)},
	}
	return web.Page(confirmPage(v)), nil
}

// shortList is up to how many lines a step of a list is done in the request; a
// longer one is a run, which shows how far it is.
const shortList = 5000

// carry does a step of the list in the address: at once when it is short,
// else by a run, whose page follows.
func (h *Handlers) carry(ctx context.Context, r *web.Request, kind run.Kind, now func(id ident.ID) (web.Response, error)) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	o, err := h.Service.Overview(ctx, id)
	if err != nil {
		return nil, err
	}
	if o.Lines <= shortList {
		return now(id)
	}
	started, err := h.Runs.Start(ctx, kind, delivery.Step{List: id}, false)
	if err != nil {
		return nil, err
	}
	return web.SeeOther(h.RunPage(started)), nil
}

func (h *Handlers) send(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.carry(ctx, r, delivery.SendRun, func(id ident.ID) (web.Response, error) {
		_, err := h.Service.Send(ctx, id)
		if fault.Is(err, fault.KindUnavailable) && h.onItsWay(ctx, id) {
			// The list's page says what is known, and what to do.
			return web.SeeOther(To(id), web.Warned("delivery.send.unknown")), nil
		}
		if err != nil {
			return nil, err
		}
		return web.SeeOther(To(id), web.Done("delivery.send.done")), nil
	})
}

// onItsWay reports whether a list was handed over without anybody knowing
// that it arrived.
func (h *Handlers) onItsWay(ctx context.Context, id ident.ID) bool {
	o, err := h.Service.Overview(ctx, id)
	return err == nil && o.File != nil && o.File.State == delivery.FileHanding
}

// accounts has the bank asked about the accounts of a draft.
func (h *Handlers) accounts(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.carry(ctx, r, delivery.AccountsRun, func(id ident.ID) (web.Response, error) {
		if _, err := h.Service.CheckAccounts(ctx, id, run.Silent{}); err != nil {
			return nil, err
		}
		return h.asked(ctx, id)
	})
}

func (h *Handlers) asked(ctx context.Context, id ident.ID) (web.Response, error) {
	o, err := h.Service.Overview(ctx, id)
	if err != nil {
		return nil, err
	}
	return web.SeeOther(To(id), web.Done("delivery.accounts.done", "n", web.Number(ctx, o.Acts[len(o.Acts)-1].Sum.Lines))), nil
}

// question is the file that asks a bank about accounts.
func (h *Handlers) question(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	name, b, err := h.Service.AccountFile(ctx, id)
	if err != nil {
		return nil, err
	}
	return web.Bytes(name, "text/csv; charset=utf-8", b), nil
}

// answer takes a bank's answer about accounts.
func (h *Handlers) answer(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	f, err := r.Upload("berkas")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := h.Service.TakeAccounts(ctx, id, f, run.Silent{}); err != nil {
		return nil, err
	}
	return h.asked(ctx, id)
}

// act does something to the list in the address and goes back to its page.
func (h *Handlers) act(r *web.Request, done string, do func(id ident.ID) error) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	if err := do(id); err != nil {
		return nil, err
	}
	return web.SeeOther(To(id), web.Done(done)), nil
}

func (h *Handlers) cut(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.carry(ctx, r, delivery.CutRun, func(id ident.ID) (web.Response, error) {
		return h.act(r, "delivery.cut_done", func(id ident.ID) error {
			_, err := h.Service.ExportBankFile(ctx, id)
			return err
		})
	})
}

func (h *Handlers) dispatch(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.act(r, "delivery.dispatched", func(id ident.ID) error {
		_, err := h.Service.Dispatch(ctx, id)
		return err
	})
}

func (h *Handlers) enquire(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	f, err := h.Service.Enquire(ctx, id)
	if err != nil {
		return nil, err
	}
	if f.State == delivery.FileCut {
		return web.SeeOther(To(id), web.Done("delivery.enquire.not_received")), nil
	}
	return web.SeeOther(To(id), web.Done("delivery.enquire.received")), nil
}

func (h *Handlers) collect(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.carry(ctx, r, delivery.CollectRun, func(id ident.ID) (web.Response, error) {
		all, err := h.Service.Collect(ctx, id, run.Silent{})
		if err != nil {
			return nil, err
		}
		var lines int64
		for _, c := range all {
			lines += c.Matched
		}
		if len(all) == 0 {
			return web.SeeOther(To(id), web.Done("delivery.collect.nothing")), nil
		}
		return web.SeeOther(To(id), web.Done("delivery.collect.done", "n", web.Number(ctx, lines))), nil
	})
}

// sweep has a run look for credits that nobody uses.
func (h *Handlers) sweep(ctx context.Context, r *web.Request) (web.Response, error) {
	started, err := h.Runs.Start(ctx, delivery.SweepRun, struct{}{}, false)
	if err != nil {
		return nil, err
	}
	return web.SeeOther(h.RunPage(started)), nil
}

func (h *Handlers) file(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	f, b, err := h.Service.BankFile(ctx, id)
	if err != nil {
		return nil, err
	}
	kind := "text/csv; charset=utf-8"
	if path.Ext(f.Name) == ".xml" {
		kind = "application/xml"
	}
	return web.Bytes(f.Name, kind, b), nil
}

// sheets gives the post office what its payers take along.
func (h *Handlers) sheets(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	name, b, err := h.Service.SheetPackages(ctx, id, func(area string) string { return h.area(r, area) })
	if err != nil {
		return nil, err
	}
	return web.Bytes(name, "application/zip", b), nil
}
