package app

import (
	"context"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/determination"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/programme"
)

// decree writes the decree of an enacted determination. Whom it names comes
// from the signed files of the determination, never from rows alone.
func (p papers) decree(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	id, err := subject(r)
	if err != nil {
		return nil, err
	}
	area, err := areaOf(ctx, r.Area)
	if err != nil {
		return nil, err
	}
	h, err := p.a.Determinations.Header(ctx, id)
	if err != nil {
		return nil, err
	}
	if h.State != determination.Enacted {
		return nil, fault.Conflict("document.not_enacted")
	}
	all, err := p.a.Determinations.ProgrammesOf(ctx, id)
	if err != nil {
		return nil, err
	}
	d := document.DecreeOf{ID: id.String(), Area: area, Place: p.place(area), AsOf: h.AsOf, Proposed: p.person(ctx, h.ProposedBy),
		Enacted: p.person(ctx, h.DecidedBy), EnactedOn: civil.OfTime(h.DecidedAt), Digest: h.Digest}
	people := 0
	for _, x := range all {
		g, err := p.recipients(ctx, id, area, x, r.Lang)
		if err != nil {
			return nil, err
		}
		people += len(g.People)
		d.Programmes = append(d.Programmes, g)
	}
	if people == 0 {
		return nil, fault.Invalid("document.empty")
	}
	return d.Paper(o, r.Lang), nil
}

// recipients names whom a determination entitles to one programme, by area.
func (p papers) recipients(ctx context.Context, id ident.ID, area string, x *programme.Programme, l i18n.Lang) (document.DecreeProgramme, error) {
	g := document.DecreeProgramme{Name: x.Name.In(l), Laws: []string{x.Source.Title.In(l)}}
	var entitled []determination.Entitlement
	err := p.a.Determinations.Entitled(ctx, id, x.Code, func(e determination.Entitlement) error {
		if strings.HasPrefix(e.Area, area) {
			entitled = append(entitled, e)
		}
		return nil
	})
	if err != nil {
		return g, err
	}
	const atOnce = 2000
	for some := range slices.Chunk(entitled, atOnce) {
		named, err := p.named(ctx, some)
		if err != nil {
			return g, err
		}
		g.People = append(g.People, named...)
	}
	return g, nil
}

// named names entitlements: a member in a programme of persons, else the head.
func (p papers) named(ctx context.Context, entitled []determination.Entitlement) ([]document.Recipient, error) {
	families := make([]ident.ID, len(entitled))
	for i, e := range entitled {
		families[i] = e.FamilyID
	}
	roll, err := p.a.Registry.Roll(ctx, families, access.PurposeDetermination)
	if err != nil {
		return nil, err
	}
	type key struct{ family, person ident.ID } // the head is under no person as well
	names := map[key]int{}
	for i, e := range roll {
		names[key{e.FamilyID, e.PersonID}] = i
		if e.Head {
			names[key{e.FamilyID, ident.ID{}}] = i
		}
	}
	all := make([]document.Recipient, len(entitled))
	for i, e := range entitled {
		all[i] = document.Recipient{Area: p.place(e.Area), Annual: e.Annual, Name: e.FamilyID.String()}
		if at, ok := names[key{e.FamilyID, e.PersonID}]; ok {
			n := roll[at]
			all[i].Name, all[i].NIK, all[i].Address = n.Name, n.NIK, address(n.Address, n.RT, n.RW)
		}
	}
	return all, nil
}

// address writes an address with its neighbourhood.
func address(street, rt, rw string) string {
	var parts []string
	if street != "" {
		parts = append(parts, street)
	}
	var hood []string
	if rt != "" {
		hood = append(hood, "RT "+rt)
	}
	if rw != "" {
		hood = append(hood, "RW "+rw)
	}
	if len(hood) > 0 {
		parts = append(parts, strings.Join(hood, " "))
	}
	return strings.Join(parts, ", ")
}
