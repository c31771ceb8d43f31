package app

import (
	"context"
	"encoding/hex"
	"maps"
	"slices"

	"gotong/internal/civil"
	"gotong/internal/delivery"
	"gotong/internal/document"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

// paid are the statuses whose lines count into what a list pays.
var paid = []delivery.Status{delivery.Planned, delivery.LetGo, delivery.OnTheWay, delivery.Credited, delivery.ReturnedIt, delivery.Reissued, delivery.Remitted}

// payment describes a pay list.
func (p papers) payment(ctx context.Context, r document.Request) (document.PaymentOf, *delivery.Overview, error) {
	id, err := subject(r)
	if err != nil {
		return document.PaymentOf{}, nil, err
	}
	o, err := p.a.Delivery.Overview(ctx, id)
	if err != nil {
		return document.PaymentOf{}, nil, err
	}
	pay := o.Sums.Of(paid...)
	return document.PaymentOf{ID: id.String(), Number: o.Number, Programme: p.a.programmeName(o.Programme).In(r.Lang), Period: o.Period.String(),
		Area: o.Area, Place: p.place(o.Area), Digest: hex.EncodeToString(o.Digest[:]), Maker: p.person(ctx, o.Made.By), MadeOn: civil.OfTime(o.Made.At),
		Checker: p.person(ctx, o.Checked.By), Releaser: p.person(ctx, o.Released.By), Lines: pay.Lines, Total: pay.Total}, o, nil
}

// statement writes the statement of absolute responsibility for a pay list.
func (p papers) statement(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	d, _, err := p.payment(ctx, r)
	if err != nil {
		return nil, err
	}
	return d.Statement(o, r.Lang), nil
}

// paymentList writes the names of a pay list.
func (p papers) paymentList(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	d, list, err := p.payment(ctx, r)
	if err != nil {
		return nil, err
	}
	const atOnce = 5000
	for after := int64(0); ; {
		lines, err := p.a.Delivery.Lines(ctx, list.ID, delivery.LineFilter{After: after, Limit: atOnce})
		if err != nil {
			return nil, err
		}
		for i := range lines {
			d.Payees = append(d.Payees, p.payee(&lines[i], r.Lang))
			after = lines[i].LineNo
		}
		if len(lines) < atOnce {
			return d.List(o, r.Lang), nil
		}
	}
}

func (p papers) payee(i *delivery.Instruction, l i18n.Lang) document.Payee {
	x := document.Payee{No: i.LineNo, Holder: i.Holder, Bank: i.Bank, Number: i.Masked, Area: p.place(i.Area), Amount: i.Amount,
		State: i18n.T(l, "delivery.status."+string(i.Status))}
	if i.Code != "" && i18n.Has(l, "delivery.code."+string(i.Code)) {
		x.State += ": " + i18n.T(l, "delivery.code."+string(i.Code))
	}
	return x
}

// reconciliation writes what became of a pay list.
func (p papers) reconciliation(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	d, list, err := p.payment(ctx, r)
	if err != nil {
		return nil, err
	}
	report := document.ReconciliationOf{PaymentOf: d}
	var lines int64
	for _, s := range delivery.Statuses {
		if sum := list.Sums[s]; sum.Lines > 0 {
			report.States = append(report.States, document.Sum{Name: i18n.T(r.Lang, "delivery.status."+string(s)), Lines: sum.Lines, Total: sum.Total})
			lines += sum.Lines
		}
	}
	report.Balanced = lines == list.Lines
	for i := range list.Returns {
		f := &list.Returns[i]
		report.Files = append(report.Files, document.Receipt{Name: f.Name, Taken: civil.OfTime(f.At), Lines: f.Lines, SHA256: hex.EncodeToString(f.SHA256[:])})
	}
	if report.Open, err = p.open(ctx, list.ID, r.Lang); err != nil {
		return nil, err
	}
	return report.Report(o, r.Lang), nil
}

// open counts the exceptions of a list that wait for somebody, by reason.
func (p papers) open(ctx context.Context, list ident.ID, l i18n.Lang) ([]document.Queued, error) {
	const atOnce = 1000
	byCode := map[delivery.Code]*document.Queued{}
	for offset := 0; ; offset += atOnce {
		all, _, err := p.a.Delivery.Exceptions(ctx, delivery.ExceptionFilter{ListID: list, Offset: offset, Limit: atOnce})
		if err != nil {
			return nil, err
		}
		for i := range all {
			x := &all[i]
			q := byCode[x.Code]
			if q == nil {
				q = &document.Queued{Name: i18n.T(l, "delivery.code."+string(x.Code)), Oldest: civil.OfTime(x.OpenedAt)}
				byCode[x.Code] = q
			}
			q.Lines, q.Total, q.Oldest = q.Lines+1, q.Total+x.Amount, min(q.Oldest, civil.OfTime(x.OpenedAt))
		}
		if len(all) < atOnce {
			break
		}
	}
	var out []document.Queued
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		out = append(out, *byCode[code])
	}
	return out, nil
}

// invitations writes the letters that invite families to the post office.
func (p papers) invitations(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	d, list, err := p.payment(ctx, r)
	if err != nil {
		return nil, err
	}
	sheets, err := p.a.Delivery.Invited(ctx, list.ID)
	if err != nil {
		return nil, err
	}
	all := document.InvitationsOf{PaymentOf: d}
	for _, s := range sheets {
		for _, x := range s.Lines {
			all.Guests = append(all.Guests, document.Guest{Reference: x.Reference, Name: x.Name, Place: p.place(s.Place), Day: s.Day, Sheet: s.No, Amount: x.Amount})
		}
	}
	return all.Letters(o, r.Lang), nil
}
