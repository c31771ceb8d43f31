package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/document"
	"gotong/internal/i18n"
)

// erased writes the certificate of an erasure that was carried out.
func (p papers) erased(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	id, err := subject(r)
	if err != nil {
		return nil, err
	}
	c, err := p.a.Registry.Certificate(ctx, id, access.PurposeService)
	if err != nil {
		return nil, err
	}
	e := c.Event
	d := document.ErasedOf{Event: id.String(), Area: e.Area, Place: p.place(e.Area), Whole: c.Whole, Basis: e.Evidence,
		Proposed: p.person(ctx, e.ProposedBy) + ", " + moment(r.Lang, e.ProposedAt), Approved: p.person(ctx, e.DecidedBy) + ", " + moment(r.Lang, e.DecidedAt)}
	for _, f := range c.Fates {
		x := document.ErasedFrom{Place: i18n.T(r.Lang, "event.fate."+string(f.Place)), Gone: f.Gone, Kept: f.Kept}
		if f.Kept > 0 {
			x.Why = i18n.T(r.Lang, "event.why_kept."+string(f.Place))
			x.Until = i18n.T(r.Lang, "document.erased.for_good")
		}
		if f.Until != 0 {
			x.Until = document.LongDay(r.Lang, f.Until)
		}
		d.Places = append(d.Places, x)
	}
	return d.Paper(o, r.Lang), nil
}
