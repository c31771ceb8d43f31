package determination

import (
	"context"
	"time"

	"gotong/internal/fault"
	"gotong/internal/registry"
	"gotong/internal/snapshot"
)

// preview explains a family that a determination did not meet, since it came
// on record later: by its facts and the programmes of today, and by its place
// among the families that the determination's ranking ranked. It returns
// fault.NotFound for an earlier determination than the newest and the one in
// force, and for a family that the next one will not meet either.
func (s *Service) preview(ctx context.Context, of *opened, d *registry.Dossier) (*explainer, error) {
	latest, err := s.latest(ctx, of.header)
	if err != nil {
		return nil, err
	}
	if !latest {
		return nil, fault.NotFound("determination.family_later", "date", of.header.AsOf)
	}
	rec := snapshot.RecordOf(d.Record)
	if rec == nil {
		return nil, fault.NotFound("determination.family_left")
	}
	if err := s.AdoptVersions(ctx); err != nil {
		return nil, err
	}
	now := *of
	today := max(s.today(), of.snap.AsOf) // a determination may be of a day to come
	now.programmes = s.Programmes.InForce(today)
	f, err := snapshot.One(s.Catalogue, today, rec)
	if err != nil {
		return nil, err
	}
	if err := now.ranking.Place(s.Catalogue, f); err != nil {
		return nil, err
	}
	decisions, err := now.decideOne(ctx, f)
	if err != nil {
		return nil, err
	}
	one := &family{f, func(k, member int) Decision {
		if member == noMember {
			member = 0
		}
		return decisions[k][member]
	}}
	return &explainer{s: s, opened: &now, asOf: today, known: s.Clock.Now().Add(time.Second), preview: true, area: rec.Area, family: one, dossier: d}, nil
}

// latest reports whether a determination is the newest or the one in force.
func (s *Service) latest(ctx context.Context, h Header) (bool, error) {
	current, err := s.Current(ctx)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return false, err
	}
	if err == nil && current.ID == h.ID {
		return true, nil
	}
	var newest []Header
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		newest, err = s.Store.Headers(ctx, 1)
		return err
	})
	return len(newest) > 0 && newest[0].ID == h.ID, err
}

// decideOne decides every programme for one family, by subject: the family, or
// each member. Who qualifies counts as entitled, also to programmes that leave
// out their recipients, since no quota is shared out.
func (o *opened) decideOne(ctx context.Context, f *snapshot.Families) ([][]Decision, error) {
	by, err := kernels{}.read(ctx, &f.Batch, o.programmes)
	if err != nil {
		return nil, err
	}
	states := map[string]receiving{}
	var all [][]Decision
	for _, p := range o.programmes {
		d := decide(by, p, &f.Batch, states, false)
		states[p.Code] = familiesReceiving(p, &f.Batch, d.given, d.open)
		var of []Decision
		for row := range p.Rows(&f.Batch) {
			of = append(of, d.at(row))
		}
		all = append(all, of)
	}
	return all, nil
}

// at returns what is decided of a row, before the quota.
func (d *decided) at(row int) Decision {
	out := Decision{Outcome: Refused}
	for i, t := range d.items {
		out.Answers = out.Answers.With(i, t.At(row))
	}
	switch {
	case d.given.Get(row):
		out.Outcome, out.Lines = Entitled, d.amounts.At(row).Lines
		out.Uncertain = !d.amounts.Certain.Get(row)
	case d.open.Get(row):
		out.Outcome = Undetermined
	}
	return out
}
