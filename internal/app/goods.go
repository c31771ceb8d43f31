package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/delivery"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/goods"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/registry"
)

// goodsChannel is the way of delivery of what is not money.
const goodsChannel programme.Channel = "goods"

// inKind shows goods who is entitled to what is not money.
type inKind struct{ a *App }

// InKind lists the programmes of today that are delivered as goods.
func (k inKind) InKind(context.Context) ([]goods.Programme, error) {
	var all []goods.Programme
	for _, p := range k.a.Programmes.InForce(civil.OfTime(k.a.Clock.Now())) {
		if len(p.Channels) > 0 && p.Channels[0] == goodsChannel {
			all = append(all, goods.Programme{Code: p.Code, Name: p.Name})
		}
	}
	return all, nil
}

// Entitled passes on what the determination in force grants.
func (k inKind) Entitled(ctx context.Context, code string, fn func(goods.Entitlement) error) (ident.ID, error) {
	h, err := k.a.Determinations.Current(ctx)
	if err != nil {
		return ident.ID{}, err
	}
	return h.ID, k.a.Determinations.Entitled(ctx, h.ID, code, func(e determination.Entitlement) error {
		return fn(goods.Entitlement{FamilyID: e.FamilyID, PersonID: e.PersonID, Area: e.Area})
	})
}

// Price reads the price of a day of meals out of the programme's file.
func (k inKind) Price(_ context.Context, code string, day civil.Date) (money.Rupiah, error) {
	p, err := k.a.Programmes.Version(code, day)
	if err != nil {
		return 0, err
	}
	for _, q := range p.Params {
		if q.Name == "per_day" && q.Money && q.Value > 0 {
			return money.Rupiah(q.Value), nil
		}
	}
	return 0, fault.Unavailable("goods.no_price", "programme", code)
}

// people shows goods the members of families.
type people struct{ a *App }

// Members names members, with the code on their family's letter where the
// actor may see it.
func (p people) Members(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]goods.Person, error) {
	records, err := p.a.Registry.MembersOf(ctx, families, purpose)
	if err != nil {
		return nil, err
	}
	codes := map[ident.ID]string{}
	if actor, ok := access.From(ctx); ok && actor.Can(access.SeeDeterminations) && len(families) > 0 {
		if codes, err = p.a.Determinations.NoticeCodes(ctx, purpose, families); err != nil {
			return nil, err
		}
	}
	var all []goods.Person
	for _, r := range records {
		address := r.Family.Address
		if r.Family.RT != "" {
			address += " RT " + r.Family.RT + "/" + r.Family.RW
		}
		for i := range r.Members {
			m := &r.Members[i]
			all = append(all, goods.Person{ID: m.ID, FamilyID: r.Family.ID, Name: m.Name, Area: r.Family.Area, Address: address, Code: codes[r.Family.ID],
				Head: m.Relation == registry.RelationHead, Gone: m.Status != registry.PersonActive || r.Family.Status != registry.FamilyActive,
				Dead: m.Status == registry.PersonDead})
		}
	}
	return all, nil
}

// album keeps sealed pictures in a folder of the data directory.
type album struct{ delivery.Folder }

// Put has a picture on disk.
func (a album) Put(name string, b []byte) error { return a.Folder.Put(name, b, func(string) {}) }
