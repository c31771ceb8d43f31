package deliveryweb

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/access"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/ledger"
	"gotong/internal/money"
	"gotong/internal/web"
)

type budgetView struct {
	web.Base
	List     web.List[delivery.FundState]
	Stats    []web.Stat
	MayAllot bool
}

// shown are the stages that the budget's table has a column for.
var shown = []struct {
	kind ledger.Kind
	name string // of the column in a file
}{
	{ledger.Allotment, "pagu"}, {ledger.Released, "dicairkan"}, {ledger.Channel, "di_penyalur"},
	{ledger.Credited, "masuk"}, {ledger.Withdrawn, "dipakai"}, {ledger.Returned, "retur"}, {ledger.Unclaimed, "tidak_diambil"},
	{ledger.Remitted, "disetor"}, {ledger.Recoverable, "tagihan"},
}

func (h *Handlers) budget(ctx context.Context, r *web.Request) (web.Response, error) {
	funds, err := h.Service.Budget(ctx)
	if err != nil {
		return nil, err
	}
	names, _, err := h.names(ctx, r)
	if err != nil {
		return nil, err
	}
	columns := []web.Column[delivery.FundState]{
		{Name: "program", Label: r.T("delivery.programme"), Value: func(f delivery.FundState) any { return h.fundName(names, f.Fund) }},
		{Name: "diberi", Label: r.T("delivery.money.given"), Kind: web.Amount, Value: func(f delivery.FundState) any { return -f.Stages[ledger.Treasury] }},
	}
	totals := map[ledger.Kind]money.Rupiah{}
	for _, s := range shown {
		columns = append(columns, web.Column[delivery.FundState]{Name: s.name, Label: r.T("ledger.kind." + string(s.kind)), Kind: web.Amount, Hide: s.kind == ledger.Withdrawn || s.kind == ledger.Unclaimed || s.kind == ledger.Released,
			Value: func(f delivery.FundState) any { return f.Stages[s.kind] }})
	}
	for _, f := range funds {
		for kind, sum := range f.Stages {
			totals[kind] += sum
		}
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "anggaran", columns, web.Rows(funds)), nil
	}
	v := budgetView{Base: r.Base(r.T("delivery.money.title")), MayAllot: r.Actor.Can(access.ReleasePayment),
		List: web.List[delivery.FundState]{Caption: r.T("delivery.money.funds"), Columns: columns, Rows: funds, Query: r.List(),
			Href: func(f delivery.FundState) string { return toFund(f.Fund) }, Empty: r.T("delivery.money.empty"), Files: r.MayExport()}}
	for _, kind := range []ledger.Kind{ledger.Allotment, ledger.Channel, ledger.Credited, ledger.Returned} {
		v.Stats = append(v.Stats, web.Stat{Label: r.T("ledger.kind." + string(kind)), Value: web.ShortRupiah(ctx, totals[kind])})
	}
	return web.Page(budgetPage(v)), nil
}

// fundName names a fund: its programme, its year and, where it is an area's,
// the area.
func (h *Handlers) fundName(names map[string]string, fund string) string {
	year, code, _ := strings.Cut(fund, "/")
	code, area, _ := strings.Cut(code, "/")
	if area == "" {
		return name(names, code) + " " + year
	}
	return name(names, code) + " " + year + " · " + h.Areas.Name(area)
}

type fundView struct {
	web.Base
	Stages  []web.Pair
	Lists   web.List[delivery.ListRow]
	Entries web.List[ledger.Entry]
}

// fund is the first step of the walk: a fund's stages, its lists, and what
// was entered.
func (h *Handlers) fund(ctx context.Context, r *web.Request) (web.Response, error) {
	year, err := strconv.Atoi(r.PathValue("year"))
	if err != nil {
		return nil, fault.NotFound("core.error.not_found").Because(err)
	}
	code := r.PathValue("programme")
	fund := delivery.Fund(year, code, r.PathValue("area"))
	balances, err := h.Service.Book.Balances(ctx, fund)
	if err != nil {
		return nil, err
	}
	if len(balances) == 0 {
		return nil, fault.NotFound("core.error.not_found")
	}
	names, _, err := h.names(ctx, r)
	if err != nil {
		return nil, err
	}
	q := r.List()
	before, _ := strconv.ParseInt(q.After, 10, 64)
	entries, err := h.Service.Book.Entries(ctx, ledger.Filter{Fund: fund, Before: before, Limit: pageLength + 1})
	if err != nil {
		return nil, err
	}
	columns := entryColumns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "pencatatan-"+code, columns, h.allEntries(ctx, fund)), nil
	}
	lists, _, err := h.Service.Lists(ctx, delivery.ListFilter{Programme: code, Fund: fund, Limit: pageLength})
	if err != nil {
		return nil, err
	}
	v := fundView{Base: r.Base(h.fundName(names, fund)).At(web.Crumb{Label: r.T("delivery.money.title"), Href: MoneyPath}),
		Stages: stages(ctx, r, balances),
		Lists: web.List[delivery.ListRow]{ID: "daftar-bayar", Caption: r.T("delivery.lists.title"), Columns: slices.DeleteFunc(h.listColumns(r, names), func(c web.Column[delivery.ListRow]) bool {
			return c.Name == "program" || c.Name == "disusun" || c.Name == "baris" // they stand above, or on the list's own page
		}), Rows: lists,
			Query: q, Href: func(l delivery.ListRow) string { return To(l.ID) }, Empty: r.T("delivery.lists.none")},
		Entries: web.List[ledger.Entry]{Caption: r.T("delivery.money.entries"), Columns: columns, Query: q, Files: r.MayExport()}}
	if len(entries) > pageLength {
		entries = entries[:pageLength]
		v.Entries.Next = strconv.FormatInt(entries[pageLength-1].Seq, 10)
	}
	v.Entries.Rows = entries
	return web.Page(fundPage(v)), nil
}

// stages says where a fund's money is, in the order in which it moves.
func stages(ctx context.Context, r *web.Request, balances []ledger.Balance) []web.Pair {
	held := map[ledger.Kind]money.Rupiah{}
	used := map[ledger.Kind]bool{}
	for _, b := range balances {
		held[b.Account.Kind], used[b.Account.Kind] = b.Amount, true
	}
	pairs := []web.Pair{{Term: r.T("delivery.money.given"), Value: web.Rupiah(ctx, -held[ledger.Treasury])}}
	for _, kind := range ledger.Kinds[1:] {
		if used[kind] {
			pairs = append(pairs, web.Pair{Term: r.T("ledger.kind." + string(kind)), Value: web.Rupiah(ctx, held[kind]), Note: r.T("delivery.stage." + string(kind))})
		}
	}
	return pairs
}

func entryColumns(r *web.Request) []web.Column[ledger.Entry] {
	side := func(e ledger.Entry, sign money.Rupiah) string {
		var parts []string
		for _, l := range e.Lines {
			if l.Amount*sign > 0 {
				parts = append(parts, r.T("ledger.kind."+string(l.Account.Kind)))
			}
		}
		return strings.Join(parts, ", ")
	}
	return []web.Column[ledger.Entry]{
		{Name: "nomor", Label: r.T("delivery.entry.seq"), Kind: web.Code, Value: func(e ledger.Entry) any { return e.Seq }},
		{Name: "waktu", Label: r.T("delivery.at"), Kind: web.Time, Value: func(e ledger.Entry) any { return e.At }},
		{Name: "dari", Label: r.T("delivery.entry.from"), Value: func(e ledger.Entry) any { return side(e, -1) }},
		{Name: "ke", Label: r.T("delivery.entry.to"), Value: func(e ledger.Entry) any { return side(e, 1) }},
		{Name: "jumlah", Label: r.T("delivery.amount"), Kind: web.Amount, Value: func(e ledger.Entry) any { return moved(e) }},
		{Name: "dokumen", Label: r.T("delivery.entry.document"), Value: func(e ledger.Entry) any { return e.Document }},
		{Name: "oleh", Label: r.T("delivery.by"), Value: func(e ledger.Entry) any { return e.Actor }},
	}
}

// moved is how much an entry moves.
func moved(e ledger.Entry) money.Rupiah {
	var sum money.Rupiah
	for _, l := range e.Lines {
		sum += max(l.Amount, 0)
	}
	return sum
}

// allEntries gives every entry of a fund, newest first.
func (h *Handlers) allEntries(ctx context.Context, fund string) func(yield func(ledger.Entry, error) bool) {
	return func(yield func(ledger.Entry, error) bool) {
		const at = 500
		before := int64(0)
		for {
			page, err := h.Service.Book.Entries(ctx, ledger.Filter{Fund: fund, Before: before, Limit: at})
			if err != nil {
				yield(ledger.Entry{}, err)
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
				before = e.Seq
			}
			if len(page) < at {
				return
			}
		}
	}
}

type proofView struct {
	web.Base
	Balanced   bool
	Entries    int64
	Invariants []web.Reason
	Problems   []string
}

// proof recomputes the books while the page is asked for.
func (h *Handlers) proof(ctx context.Context, r *web.Request) (web.Response, error) {
	p, err := h.Service.ProveLedger(ctx)
	if err != nil {
		return nil, err
	}
	v := proofView{Base: r.Base(r.T("delivery.proof.title")).At(web.Crumb{Label: r.T("delivery.money.title"), Href: MoneyPath}),
		Balanced: p.Balanced, Entries: p.Entries, Problems: p.Problems}
	for _, set := range []struct {
		prefix string
		names  []string
	}{{"ledger.invariant.", ledger.Invariants}, {"delivery.invariant.", delivery.Invariants}} {
		for _, n := range set.names {
			answer := web.IsNo
			if p.Invariants[n] {
				answer = web.IsYes
			}
			v.Invariants = append(v.Invariants, web.Reason{Answer: answer, Sentence: r.T(set.prefix + n)})
		}
	}
	return web.Page(proofPage(v)), nil
}

type allotView struct {
	web.Base
	Errors     web.Errors
	Programmes []web.Option
	Areas      []web.Option // none for who acts in the whole nation
	Programme  string
	Area       string
	Year       string
	Amount     string
	Document   string
}

func (h *Handlers) allotView(ctx context.Context, r *web.Request) (allotView, error) {
	_, options, err := h.names(ctx, r)
	v := allotView{Base: r.Base(r.T("delivery.allot.title")).At(web.Crumb{Label: r.T("delivery.money.title"), Href: MoneyPath}),
		Programmes: options, Areas: h.areaOptions(r), Year: strconv.Itoa(h.Clock.Now().Year())}
	if len(v.Areas) > 0 {
		v.Area = v.Areas[0].Value
	}
	return v, err
}

func (h *Handlers) allotForm(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.allotView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(allotPage(v)), nil
}

func (h *Handlers) allot(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.allotView(ctx, r)
	if err != nil {
		return nil, err
	}
	v.Programme, v.Year, v.Amount, v.Document = r.Text("program"), r.Text("tahun"), r.Text("jumlah"), r.Text("dokumen")
	if len(v.Areas) > 0 {
		v.Area = r.Text("wilayah")
	}
	year, err := strconv.Atoi(v.Year)
	if err != nil || year < 2000 || year > 2200 {
		v.Errors.Add("tahun", r.T("delivery.allot.bad_year"))
	}
	amount, err := r.Rupiah("jumlah")
	if err != nil && !v.Errors.Take(r.Lang, "jumlah", err) {
		return nil, err
	}
	if v.Programme == "" {
		v.Errors.Add("program", r.T("delivery.order.choose_programme"))
	}
	if v.Document == "" {
		v.Errors.Add("dokumen", r.T("delivery.allot.no_document"))
	}
	if !v.Errors.Any() {
		_, err = h.Service.Allot(ctx, year, v.Programme, v.Area, amount, v.Document)
		if err == nil {
			return web.SeeOther(toFund(delivery.Fund(year, v.Programme, v.Area)), web.Done("delivery.allot.done")), nil
		}
		if !v.Errors.Take(r.Lang, "jumlah", err) {
			return nil, err
		}
	}
	return web.Invalid(allotPage(v)), nil
}
