package app

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/i18n"
	"gotong/internal/indicator"
	"gotong/internal/quality"
	"gotong/internal/registry"
)

// measure measures the register, as an office does every day.
func (d *demo) measure(ctx context.Context) error {
	_, err := doRun[quality.Measured](d.as(ctx, "dinas"), d.app, KindQuality, struct{}{}, d.progress)
	return err
}

// visited is how many families the demo's field worker visits.
const visited = 120

// visit has the field worker visit families whose record has gaps, and find
// what is on record of the family as it was written.
func (d *demo) visit(ctx context.Context) error {
	ctx = d.as(ctx, "pendamping")
	f := quality.Filter{Issue: quality.NeverVisited, Step: -1}
	page, err := d.app.Quality.List(ctx, f, registry.Place{}, visited, access.PurposeVerification)
	if err != nil {
		return err
	}
	for _, s := range page.Rows {
		dossier, err := d.app.Registry.Family(ctx, s.Family, access.PurposeVerification)
		if err != nil {
			return err
		}
		if dossier.Family.Status != registry.FamilyActive { // merged since it was measured
			continue
		}
		var answers []registry.Answer
		for _, fact := range dossier.Family.Facts {
			if i, ok := d.app.Catalogue.ByNo(fact.No); ok && i.Level == indicator.Family && !i.Derived {
				answers = append(answers, registry.Answer{Code: i.Code, Value: i.Text(fact.Value)})
			}
		}
		b := registry.Basis{Version: dossier.Family.Version, On: d.app.Registry.Today().String(), Source: registry.SourceVisit,
			Evidence: i18n.T(i18n.ID, "app.demo_visit")}
		if len(answers) == 0 {
			continue
		}
		out, err := d.app.Registry.Observe(ctx, s.Family, answers, b)
		if err == nil && !out.Written { // what looks odd was on record before, and is as it was
			b.Read = out.Mark()
			_, err = d.app.Registry.Observe(ctx, s.Family, answers, b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
