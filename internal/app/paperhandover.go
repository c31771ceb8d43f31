package app

import (
	"context"

	"gotong/internal/civil"
	"gotong/internal/document"
	"gotong/internal/goods"
	"gotong/internal/i18n"
)

// handover writes the record of a handing over (BAST) out of the books of
// goods: who gave what to whom, where, with the photo and the signature.
func (p papers) handover(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	id, err := subject(r)
	if err != nil {
		return nil, err
	}
	rec, err := p.a.Goods.Record(ctx, id)
	if err != nil {
		return nil, err
	}
	h := rec.Handover
	d := document.HandoverOf{ID: id.String(), Area: h.Area, Place: rec.List.Place + ", " + p.place(h.Area), Basis: rec.List.Title + ", " + rec.List.Number,
		Giver: document.Party{Name: p.person(ctx, h.Actor), Role: i18n.T(r.Lang, "goods.handover.giver")},
		Taker: document.Party{Name: h.Receiver, Role: i18n.T(r.Lang, "goods.relation."+string(h.Relation)), Address: rec.Recipient.Address, Signature: rec.Signature}}
	if h.Relation != goods.Self {
		d.Taker.Role += " (" + rec.Recipient.Name + ")"
	}
	if h.Letter != "" {
		d.Taker.Role += ", " + h.Letter
	}
	if h.Spot != nil {
		d.Position = h.Spot.String()
	}
	for _, i := range h.Items {
		item := rec.Items[i.Item]
		d.Goods = append(d.Goods, document.Good{Name: item.Name, Serial: i.Lot, Quantity: i.Quantity, Unit: item.Unit, Condition: i18n.T(r.Lang, "goods.handover.condition")})
	}
	if rec.Photo != nil {
		d.AllPhoto = 1
		d.Photos = []document.Image{{Caption: h.At.In(civil.WIB).Format("2006-01-02 15.04"), Content: rec.Photo}}
	}
	return d.Record(o, r.Lang), nil
}
