package app

import (
	"context"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/document"
	"gotong/internal/i18n"
)

// trail writes the answer to "who saw my data" for a family.
func (p papers) trail(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	id, err := subject(r)
	if err != nil {
		return nil, err
	}
	dossier, err := p.a.Registry.Family(ctx, id, access.PurposeService)
	if err != nil {
		return nil, err
	}
	f := &dossier.Family
	seen, err := Seen(ctx, p.a, id.String(), f.Area)
	if err != nil {
		return nil, err
	}
	d := document.TrailOf{Family: id.String(), Area: f.Area, Place: p.place(f.Area), Head: f.HeadName, Until: moment(r.Lang, p.a.Clock.Now())}
	for _, s := range seen {
		look := document.Look{At: moment(r.Lang, s.At), Who: s.Who, Action: audit.SayAction(r.Lang, s.Action), Purpose: i18n.T(r.Lang, "access.purpose."+string(s.Purpose)),
			Fields: audit.SayFields(r.Lang, s.Fields), Times: s.Times}
		if s.Many {
			d.Many = append(d.Many, look)
		} else {
			d.Own = append(d.Own, look)
		}
	}
	return d.Letter(o, r.Lang), nil
}

// moment writes an instant for a paper.
func moment(_ i18n.Lang, t time.Time) string { return t.In(civil.WIB).Format("2006-01-02 15.04") }
