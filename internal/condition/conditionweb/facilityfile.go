package conditionweb

import (
	"context"

	"gotong/internal/condition"
	"gotong/internal/i18n"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// facilityFile is the page by which many schools and places of health are
// registered at once.
func (h *Handlers) facilityFile(r *web.Request) (page.Sheet, page.Form) {
	s := newSheet(r, r.T("condition.facilities.file"), r.T("condition.facilities.file_lead"), home(r), web.Crumb{Label: r.T("condition.facilities.title"), Href: FacilityPath})
	s.Add("", page.Bullets([]string{r.T("condition.facilities.file_columns"), r.T("condition.facilities.file_kinds"), r.T("condition.facilities.file_again")}))
	if r.MayExport() {
		s.Act(true, FacilityPath+"?berkas=xlsx", r.T("condition.facilities.file_now"))
	}
	return s, page.Form{Action: FacilityPath + "/berkas", Upload: true, Cancel: FacilityPath, Submit: r.T("condition.facilities.file_try"),
		Fields: []page.Field{ask(r, "berkas_tempat", page.File(".xlsx,.csv"))}, Also: []page.Also{{Name: "lakukan", Value: "catat", Label: r.T("condition.facilities.file_take")}}}
}

func (h *Handlers) facilityFileForm(_ context.Context, r *web.Request) (web.Response, error) {
	s, f := h.facilityFile(r)
	return f.Shown(s), nil
}

// takeFacilities says what a file would bring, or takes it.
func (h *Handlers) takeFacilities(ctx context.Context, r *web.Request) (web.Response, error) {
	s, f := h.facilityFile(r)
	done, err := h.facilitiesOf(ctx, r)
	if err != nil {
		if !s.Errors.Take(r.Lang, "berkas_tempat", err) {
			return nil, err
		}
		return f.Again(s), nil
	}
	const most = 50
	for _, p := range done.Problems[:min(most, len(done.Problems))] {
		s.Errors.Add("berkas_tempat", r.T("condition.file_row", "row", p.Row, "problem", i18n.Error(r.Lang, p.What)))
	}
	if more := len(done.Problems) - most; more > 0 {
		s.Errors.Add("berkas_tempat", r.T("condition.facilities.file_more", "n", more))
	}
	fresh, changed, same := web.Number(ctx, int64(done.New)), web.Number(ctx, int64(done.Changed)), web.Number(ctx, int64(done.Same))
	switch {
	case len(done.Problems) > 0:
		return f.Again(s), nil
	case done.Taken:
		return web.SeeOther(FacilityPath, web.Done("condition.facilities.file_taken", "new", fresh, "changed", changed, "same", same)), nil
	}
	s.Add("", page.Notice(web.Good, r.T("condition.facilities.file_good"), r.T("condition.facilities.file_would", "new", fresh, "changed", changed, "same", same)))
	return f.Shown(s), nil
}

func (h *Handlers) facilitiesOf(ctx context.Context, r *web.Request) (condition.FacilitiesTaken, error) {
	u, err := r.Upload("berkas_tempat")
	if err != nil {
		return condition.FacilitiesTaken{}, err
	}
	file, err := condition.ReadFacilities(u, u.Size)
	if err != nil {
		return condition.FacilitiesTaken{}, err
	}
	return h.Service.TakeFacilities(ctx, file, r.Text("lakukan") != "catat")
}
