package deliveryweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/delivery"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/web"
)

// Panel is the part of a family's page that shows the money received.
type Panel struct {
	Service *delivery.Service
}

// received is one payment on a family's page.
type received struct {
	Programme string
	Period    string
	Means     string
	Amount    money.Rupiah
	Line      delivery.FamilyLine
	Reason    string
	Href      string
	Adjusted  []string // what was kept back or paid back for duties
}

// Panel returns the family's payments, nil where there are none.
func (p Panel) Panel(ctx context.Context, base web.Base, family ident.ID) (templ.Component, error) {
	lines, err := p.Service.OfFamily(ctx, access.PurposeService, family)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	paid, err := p.Service.Programmes.Paid(ctx)
	if err != nil {
		return nil, err
	}
	names, terms := map[string]string{}, map[string]delivery.Terms{}
	for _, t := range paid {
		names[t.Code], terms[t.Code] = t.Name.In(base.Lang), t
	}
	var rows []received
	var total money.Rupiah
	for _, l := range lines {
		r := received{Programme: name(names, l.Programme), Period: l.Period.String(), Means: string(l.Means), Amount: l.Amount, Line: l, Adjusted: adjusted(ctx, terms[l.Programme], l.Adjusted)}
		if l.Code != "" {
			r.Reason = web.T(ctx, "delivery.code."+string(l.Code))
		}
		if base.Actor.Can(access.SeeMoney) {
			r.Href = toLine(l.ListID, l.LineNo)
		}
		if l.Status == delivery.Credited || l.Status == delivery.Taken {
			total += l.Amount
		}
		rows = append(rows, r)
	}
	var links []web.Crumb
	if base.Actor.Can(access.MakePayment) || base.Actor.Can(access.CheckPayment) {
		links = append(links, web.Crumb{Label: web.T(ctx, "delivery.holds.new"), Href: HoldsPath + "/baru?keluarga=" + family.String()})
	}
	if base.Actor.Can(access.Reconcile) {
		links = append(links, web.Crumb{Label: web.T(ctx, "delivery.route.new"), Href: RoutesPath + "/baru?keluarga=" + family.String()})
	}
	return moneyReceived(rows, total, links), nil
}
