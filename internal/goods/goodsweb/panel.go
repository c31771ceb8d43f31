package goodsweb

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/goods"
	"gotong/internal/ident"
	"gotong/internal/web"
)

// Panel is the part of a family's page that shows the goods received.
type Panel struct{ Service *goods.Service }

// Panel returns what the family was handed, nil where there is nothing.
func (p Panel) Panel(ctx context.Context, base web.Base, family ident.ID) (templ.Component, error) {
	all, err := p.Service.OfFamily(ctx, family)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	names := map[string]goods.Item{}
	if base.Actor.Can(access.SeeGoods) {
		items, err := p.Service.Items(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			names[i.Code] = i
		}
	}
	var events []web.Event
	for _, g := range all {
		var got []string
		for _, i := range g.Items {
			got = append(got, strings.TrimSpace(web.Number(ctx, i.Quantity)+" "+names[i.Item].Unit+" "+itemName(names, i.Item)+" "+i.Lot))
		}
		e := web.Event{At: web.Moment(ctx, g.Day), Title: g.Title, Text: strings.Join(got, ", ") + ". " + web.T(ctx, "goods.field.penerima") + ": " + g.Receiver, Tone: web.Good}
		if base.Actor.Can(access.SeeGoods) {
			e.Href = toRecipient(g.List, g.No)
		}
		events = append(events, e)
	}
	return received(events), nil
}
