package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/document"
	"gotong/internal/i18n"
	"gotong/internal/programme"
)

// notice writes the letter to a family: what the determination in force says
// of each programme, why, and the code with which to ask.
func (p papers) notice(ctx context.Context, r document.Request, o document.Office) (*document.Paper, error) {
	id, err := subject(r)
	if err != nil {
		return nil, err
	}
	h, err := p.a.Determinations.Current(ctx)
	if err != nil {
		return nil, err
	}
	code, err := p.a.Determinations.NoticeCode(ctx, access.PurposeService, id)
	if err != nil {
		return nil, err
	}
	all, err := p.a.Determinations.ExplainAll(ctx, access.PurposeService, h.ID, id)
	if err != nil {
		return nil, err
	}
	dossier, err := p.a.Registry.Family(ctx, id, access.PurposeService)
	if err != nil {
		return nil, err
	}
	f := &dossier.Family
	d := document.NoticeOf{Family: id.String(), Area: f.Area, Head: f.HeadName, Address: address(f.Address, f.RT, f.RW), Place: p.place(f.Area),
		AsOf: h.AsOf, Digest: h.Digest, Code: determination.FormatCode(code)}
	for _, e := range all {
		for i := range e.Subjects {
			s := &e.Subjects[i]
			if e.Programme.Subject.EachMember() && s.Outcome == determination.Refused {
				continue // an orphan's aid is no news to those who are none
			}
			d.Answers = append(d.Answers, answer(e.Programme, s, r.Lang))
		}
	}
	return d.Letter(o, r.Lang), nil
}

func answer(p *programme.Programme, s *determination.Reasons, l i18n.Lang) document.Answer {
	x := document.Answer{Programme: p.Name.In(l), Who: s.Name, Outcome: i18n.T(l, "determination.outcome."+s.Outcome.String()), Reasons: s.Against(l)}
	if s.Outcome == determination.Entitled {
		key := "determination.letter.a_year"
		if p.Cycle.Every == programme.Once {
			key = "determination.letter.once"
		}
		x.Amount = i18n.T(l, key, "amount", document.Rupiah(l, s.Annual))
	}
	return x
}
