package deliveryweb

import (
	"context"
	"strconv"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/web"
)

func toClaim(id ident.ID) string { return ClaimsPath + "/" + id.String() }

type claimsView struct {
	web.Base
	List     web.List[delivery.Claim]
	Stats    []web.Stat
	Statuses []web.Option
	Debtors  []web.Option
}

func (h *Handlers) claims(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	f := delivery.ClaimFilter{Status: delivery.ClaimStatus(q.Text("status")), Debtor: delivery.Debtor(q.Text("pihak")), Limit: pageLength}
	columns := h.claimColumns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		f.Limit = exportMost
		all, _, err := h.Service.Claims(ctx, f)
		if err != nil {
			return nil, err
		}
		return web.TableFile(format, "tagihan", columns, web.Rows(all)), nil
	}
	f.Offset, _, _ = offset(q, 0)
	rows, sum, err := h.Service.Claims(ctx, f)
	if err != nil {
		return nil, err
	}
	_, prev, next := offset(q, sum.Lines)
	empty := r.T("delivery.claim.empty")
	if q.Filtered() {
		empty = r.T("delivery.claim.no_match")
	}
	v := claimsView{Base: r.Base(r.T("delivery.claim.title")).At(web.Crumb{Label: r.T("delivery.money.title"), Href: MoneyPath}),
		List: web.List[delivery.Claim]{Caption: r.T("delivery.claim.title"), Columns: columns, Rows: rows, Query: q, Total: &sum.Lines, Prev: prev, Next: next,
			Href: func(c delivery.Claim) string { return toClaim(c.ID) }, Empty: empty, Files: r.MayExport()},
		Stats: []web.Stat{{Label: r.T("delivery.claim.all_left"), Value: web.Rupiah(ctx, sum.Total)}}}
	for _, s := range delivery.ClaimStatuses {
		v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: r.T("delivery.claim_status." + string(s))})
	}
	for _, d := range []delivery.Debtor{delivery.Recipient, delivery.TheChannel} {
		v.Debtors = append(v.Debtors, web.Option{Value: string(d), Label: r.T("delivery.debtor." + string(d))})
	}
	return web.Page(claimsPage(v)), nil
}

// exportMost is how many rows of a short list go into one file.
const exportMost = 100_000

func (h *Handlers) claimColumns(r *web.Request) []web.Column[delivery.Claim] {
	return []web.Column[delivery.Claim]{
		{Name: "daftar", Label: r.T("delivery.number"), Kind: web.Code, Value: func(c delivery.Claim) any { return delivery.Reference(c.Number, c.LineNo) }},
		{Name: "sebab", Label: r.T("delivery.claim.cause"), Value: func(c delivery.Claim) any { return r.T("delivery.code." + string(c.Cause)) }},
		{Name: "pihak", Label: r.T("delivery.claim.debtor"), Value: func(c delivery.Claim) any { return r.T("delivery.debtor." + string(c.Debtor)) }},
		{Name: "wilayah", Label: r.T("delivery.area"), Value: func(c delivery.Claim) any { return h.area(r, c.Area) }},
		{Name: "tagihan", Label: r.T("delivery.claim.amount"), Kind: web.Amount, Value: func(c delivery.Claim) any { return c.Amount }},
		{Name: "sisa", Label: r.T("delivery.claim.left"), Kind: web.Amount, Value: func(c delivery.Claim) any { return c.Left() }},
		{Name: "umur", Label: r.T("delivery.exceptions.age"), Kind: web.Count, Value: func(c delivery.Claim) any { return days(h.Clock.Now(), c.OpenedAt) }},
		{Name: "status", Label: r.T("delivery.status_label"), Value: func(c delivery.Claim) any { return r.T("delivery.claim_status." + string(c.Status)) },
			Show: func(c delivery.Claim) templ.Component {
				return badge(claimTone(c.Status), "delivery.claim_status."+string(c.Status))
			}},
	}
}

func claimTone(s delivery.ClaimStatus) web.Tone {
	switch s {
	case delivery.ClaimOpen:
		return web.Warn
	case delivery.ClaimSettled:
		return web.Good
	default:
		return web.Quiet
	}
}

type claimView struct {
	web.Base
	Errors     web.Errors
	Claim      *delivery.Claim
	About      []web.Pair
	Repayments web.List[delivery.Repayment]
	Decide     []int64 // instalments that the actor may decide
	MayRepay   bool
	MayWaive   bool
	Second     string // the first one's proposal to give it up, for another to decide
	At         string
	Amount     string
	Day        string
	Document   string
}

func (h *Handlers) claimView(ctx context.Context, r *web.Request) (claimView, error) {
	id, err := idOf(r)
	if err != nil {
		return claimView{}, err
	}
	c, all, line, err := h.Service.Claim(ctx, id)
	if err != nil {
		return claimView{}, err
	}
	open := c.Status == delivery.ClaimOpen
	v := claimView{Base: r.Base(r.T("delivery.claim.one", "number", delivery.Reference(c.Number, c.LineNo))).At(
		web.Crumb{Label: r.T("delivery.money.title"), Href: MoneyPath}, web.Crumb{Label: r.T("delivery.claim.title"), Href: ClaimsPath}),
		Claim: c, At: toClaim(id), MayRepay: open && r.Actor.Can(access.Reconcile),
		Amount: r.Text("jumlah"), Day: r.Text("tanggal"), Document: r.Text("bukti"),
		Repayments: repaymentList(r, all)}
	if open && r.Actor.Can(access.CheckPayment) {
		switch {
		case c.Waiver == "" && c.Paid == 0:
			v.MayWaive = true
		case c.Waiver != "" && c.Waiver != r.Actor.Login:
			v.Second = r.T("delivery.claim.waive_second", "who", c.Waiver, "why", c.WaivedNote)
		}
		for _, p := range all {
			if p.Status == delivery.RepaymentProposed && p.Proposer != r.Actor.Login {
				v.Decide = append(v.Decide, p.No)
			}
		}
	}
	v.About = []web.Pair{
		{Term: r.T("delivery.status_label"), Show: badge(claimTone(c.Status), "delivery.claim_status."+string(c.Status))},
		{Term: r.T("delivery.claim.cause"), Value: r.T("delivery.code." + string(c.Cause)), Note: r.T("delivery.road." + string(c.Cause))},
		{Term: r.T("delivery.claim.debtor"), Value: r.T("delivery.debtor." + string(c.Debtor))},
		{Term: r.T("delivery.line"), Show: link(toLine(c.ListID, c.LineNo), delivery.Reference(c.Number, c.LineNo))},
		{Term: r.T("delivery.holder"), Value: line.Holder},
		{Term: r.T("delivery.area"), Value: h.area(r, c.Area)},
		{Term: r.T("delivery.claim.amount"), Value: web.Rupiah(ctx, c.Amount)},
		{Term: r.T("delivery.claim.paid"), Value: web.Rupiah(ctx, c.Paid)},
		{Term: r.T("delivery.claim.left"), Value: web.Rupiah(ctx, c.Left())},
		{Term: r.T("delivery.claim.opened"), Value: web.Moment(ctx, c.OpenedAt)},
		{Term: r.T("delivery.claim.by"), Value: c.Proposer + ", " + c.Approver},
		{Term: r.T("delivery.entry.seq"), Value: r.T("delivery.entry.no", "n", web.Number(ctx, c.Entry))},
	}
	return v, nil
}

func repaymentList(r *web.Request, all []delivery.Repayment) web.List[delivery.Repayment] {
	return web.List[delivery.Repayment]{ID: "cicilan", Caption: r.T("delivery.claim.repayments"), Rows: all, Query: r.List(), Empty: r.T("delivery.claim.no_repayments"),
		Columns: []web.Column[delivery.Repayment]{
			{Name: "ke", Label: r.T("delivery.claim.no"), Kind: web.Code, Value: func(p delivery.Repayment) any { return p.No }},
			{Name: "tanggal", Label: r.T("delivery.claim.paid_on"), Value: func(p delivery.Repayment) any { return p.PaidOn.String() }},
			{Name: "bukti", Label: r.T("delivery.claim.document"), Kind: web.Code, Value: func(p delivery.Repayment) any { return p.Document }},
			{Name: "jumlah", Label: r.T("delivery.amount"), Kind: web.Amount, Value: func(p delivery.Repayment) any { return p.Amount }},
			{Name: "status", Label: r.T("delivery.status_label"), Value: func(p delivery.Repayment) any { return r.T("delivery.repayment_status." + string(p.Status)) }},
			{Name: "oleh", Label: r.T("delivery.by"), Value: func(p delivery.Repayment) any { return p.Proposer }},
			{Name: "penyetuju", Label: r.T("delivery.exceptions.approved_by"), Value: func(p delivery.Repayment) any { return p.Approver }},
		}}
}

func (h *Handlers) claim(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.claimView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(claimPage(v)), nil
}

func (h *Handlers) repay(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.claimView(ctx, r)
	if err != nil {
		return nil, err
	}
	amount, err := r.Rupiah("jumlah")
	if err != nil && !v.Errors.Take(r.Lang, "jumlah", err) {
		return nil, err
	}
	day, err := r.Day("tanggal")
	if err != nil && !v.Errors.Take(r.Lang, "tanggal", err) {
		return nil, err
	}
	if !v.Errors.Any() {
		_, err := h.Service.Repay(ctx, v.Claim.ID, amount, day, v.Document)
		if err == nil {
			return web.SeeOther(v.At, web.Done("delivery.claim.repaid")), nil
		}
		if !v.Errors.Take(r.Lang, "jumlah", err) {
			return nil, err
		}
	}
	return web.Invalid(claimPage(v)), nil
}

func (h *Handlers) decideRepayment(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	no, _ := strconv.ParseInt(r.PathValue("no"), 10, 64)
	if _, err := h.Service.DecideRepayment(ctx, id, no, r.Text("putusan") == "setuju"); err != nil {
		return nil, err
	}
	return web.SeeOther(toClaim(id), web.Done("delivery.claim.decided_now")), nil
}

func (h *Handlers) waive(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.claimView(ctx, r)
	if err != nil {
		return nil, err
	}
	c, err := h.Service.Waive(ctx, v.Claim.ID, r.Text("alasan"))
	switch {
	case err == nil && c.Status == delivery.ClaimWaived:
		return web.SeeOther(v.At, web.Done("delivery.claim.waived")), nil
	case err == nil:
		return web.SeeOther(v.At, web.Done("delivery.claim.waive_proposed")), nil
	case !v.Errors.Take(r.Lang, "alasan", err):
		return nil, err
	}
	return web.Invalid(claimPage(v)), nil
}
