package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/registry"
)

// decisions shows delivery the determinations that are enacted.
type decisions struct{ of *determination.Service }

// Current returns the determination in force.
func (d decisions) Current(ctx context.Context) (delivery.Determination, error) {
	h, err := d.of.Current(ctx)
	return delivery.Determination{ID: h.ID, Name: h.AsOf.String()}, err
}

// InForce returns fault.Conflict unless a determination is enacted.
func (d decisions) InForce(ctx context.Context, id ident.ID) error {
	h, err := d.of.Header(ctx, id)
	if err == nil && h.State != determination.Enacted {
		err = fault.Conflict("app.not_in_force")
	}
	return err
}

// Entitled passes on what a determination grants.
func (d decisions) Entitled(ctx context.Context, id ident.ID, code string, fn func(delivery.Entitlement) error) error {
	return d.of.Entitled(ctx, id, code, func(e determination.Entitlement) error {
		grants := make([]delivery.Grant, len(e.Lines))
		for i, l := range e.Lines {
			grants[i] = delivery.Grant{Component: l.Component, PersonID: l.PersonID, Annual: l.Annual}
		}
		return fn(delivery.Entitlement{FamilyID: e.FamilyID, PersonID: e.PersonID, Area: e.Area, Version: e.Version, Lines: grants})
	})
}

// terms shows delivery what it needs to know of programmes.
type terms struct {
	of    *programme.Set
	clock clock.Clock
}

func (a *App) terms() terms { return terms{a.Programmes, a.Clock} }

// Terms returns the terms of the version in force today.
func (t terms) Terms(_ context.Context, code string) (delivery.Terms, error) {
	p, err := t.of.Version(code, civil.OfTime(t.clock.Now()))
	if err != nil {
		return delivery.Terms{}, err
	}
	return termsOf(p), nil
}

// Paid lists the programmes in force today.
func (t terms) Paid(context.Context) ([]delivery.Terms, error) {
	var all []delivery.Terms
	for _, p := range t.of.InForce(civil.OfTime(t.clock.Now())) {
		all = append(all, termsOf(p))
	}
	return all, nil
}

// termsOf says how a programme reaches its recipients: its first channel is
// the usual one, and only a bank takes orders.
func termsOf(p *programme.Programme) delivery.Terms {
	means := delivery.Goods
	if len(p.Channels) > 0 && p.Channels[0] == programme.Bank {
		means = delivery.ByBank
	}
	components := make(map[string]i18n.Text, len(p.Benefits))
	for _, b := range p.Benefits {
		components[b.Component] = b.Name
	}
	t := delivery.Terms{Code: p.Code, Name: p.Name, Components: components, Means: means, Cycle: p.Cycle.Instalments(), Split: p.Cycle.Split}
	if c := p.Consequences; c != nil {
		t.Steps = &delivery.Basis{Title: c.Source.Title, Note: c.Source.Note, Recalled: c.Source.Confidence == programme.Recalled}
	}
	return t
}

// payees opens the accounts that families are paid to.
type payees struct{ of *registry.Service }

// Payees returns the payee of each family.
func (p payees) Payees(ctx context.Context, families []ident.ID) (map[ident.ID]delivery.Payee, error) {
	found, err := p.of.Payee(ctx, families, access.PurposePayment)
	if err != nil {
		return nil, err
	}
	all := make(map[ident.ID]delivery.Payee, len(found))
	for _, f := range found {
		payee := delivery.Payee{PersonID: f.PersonID, Holder: f.Name, Problem: delivery.NoAccount}
		if f.Account != nil {
			payee = delivery.Payee{PersonID: f.PersonID, Holder: f.Account.Holder, Bank: f.Account.Bank, Number: string(f.Account.Number)}
		}
		all[f.FamilyID] = payee
	}
	return all, nil
}

// places shows delivery where families live.
type places struct {
	unit  *db.DB
	store registry.Store
}

// Area returns a family's area.
func (p places) Area(ctx context.Context, family ident.ID) (string, error) {
	var area string
	err := p.unit.Read(ctx, func(ctx context.Context) error {
		r, err := p.store.Family(ctx, family)
		if err == nil {
			area = r.Family.Area
		}
		return err
	})
	return area, err
}

// standing shows delivery who does not count any more.
type standing struct{ a *App }

// Blocked gives everybody in an area who is not to be paid: whose programme
// two people have ended, and who left the register.
func (s standing) Blocked(ctx context.Context, programme, area string, fn func(delivery.Block) error) error {
	err := s.a.Outcomes.Ended(ctx, programme, area, civil.OfTime(s.a.Clock.Now()), func(family, person ident.ID) error {
		return fn(delivery.Block{FamilyID: family, PersonID: person, Code: delivery.Exited})
	})
	if err != nil {
		return err
	}
	return s.a.Registry.Stopped(ctx, area, access.PurposePayment, func(stop registry.Stop) error {
		b := delivery.Block{FamilyID: stop.FamilyID, PersonID: stop.PersonID}
		if stop.PersonID.IsZero() {
			b.Code = familyCodes[stop.Family]
		} else {
			b.Code = personCodes[stop.Person]
		}
		if b.Code == "" {
			b.Code = delivery.Dormant // a status that is new here still stops the money
		}
		return fn(b)
	})
}

// openPairs shows outcomes which families may be the same.
type openPairs struct{ of *linkage.Service }

// OpenPairs gives the pairs of families that nobody has decided yet. It acts
// for the program: who measures sees counts and families, not the pairs.
func (o openPairs) OpenPairs(ctx context.Context, fn func(a, b ident.ID) error) error {
	for c, err := range o.of.All(access.With(ctx, access.System("outcome")), linkage.Filter{Status: linkage.Open}) {
		if err != nil {
			return err
		}
		if err := fn(c.Left.Family, c.Right.Family); err != nil {
			return err
		}
	}
	return nil
}

// aid shows linkage what people get now.
type aid struct{ of *determination.Service }

// Received gives what the determination in force grants, programme by
// programme. It acts for the program: who looks for duplicates is shown the sum
// beside a pair of their own area, and nothing else.
func (a aid) Received(ctx context.Context, fn func(family, person ident.ID, annual money.Rupiah) error) error {
	ctx = access.With(ctx, access.System("linkage"))
	h, err := a.of.Current(ctx)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range h.Content.Programmes {
		err := a.of.Entitled(ctx, h.ID, p.Code, func(e determination.Entitlement) error {
			for _, l := range e.Lines {
				person := l.PersonID
				if person.IsZero() {
					person = e.PersonID
				}
				if err := fn(e.FamilyID, person, l.Annual); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// revalue writes down anew what hangs on the pairs of duplicates, as another
// determination is in force. The order of a desk is no reason to undo that.
func (a *App) revalue(ctx context.Context) {
	if _, err := a.Linkage.Value(access.With(ctx, access.System("linkage"))); err != nil {
		a.Log.WarnContext(ctx, "what hangs on pairs of duplicates is not up to date; search for duplicates again", "err", err)
	}
}

var familyCodes = map[registry.FamilyStatus]delivery.Code{
	registry.FamilyDormant:   delivery.Dormant,
	registry.FamilySuspended: delivery.Paused,
	registry.FamilyMoved:     delivery.Moved,
	registry.FamilyDuplicate: delivery.Duplicate,
	registry.FamilyDissolved: delivery.NoPayee,
}

var personCodes = map[registry.PersonStatus]delivery.Code{
	registry.PersonDead:      delivery.Dead,
	registry.PersonMoved:     delivery.Moved,
	registry.PersonDuplicate: delivery.Duplicate,
	registry.PersonNotFound:  delivery.NotFound,
}
