// Package conditionweb has the pages of duties: the facilitator's month and a
// family's, the lists that schools and places of health fill in, what follows
// with letters and appeals, groups with their meetings, and how areas stand.
package conditionweb

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/condition"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/run"
	"gotong/internal/web"
)

// The addresses of the pages.
const (
	Path         = "/kewajiban"
	FamilyPath   = Path + "/keluarga"
	FacilityPath = Path + "/tempat"
	AreaPath     = Path + "/wilayah"
	EffectPath   = Path + "/akibat"
	GroupPath    = Path + "/kelompok"
	SessionPath  = Path + "/pertemuan"
)

// Deps is what the pages are given.
type Deps struct {
	Service    *condition.Service
	Runs       *run.Service
	RunPage    func(run.Run) string
	Atlas      *region.Atlas
	FamilyPage func(ident.ID) string // path of a family's page
}

// Handlers answers the requests.
type Handlers struct{ Deps }

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

const see, report, manage, decide = access.SeeDuties, access.ReportDuties, access.ManageDuties, access.DecideAppeals

// What a form with a picture or a file may weigh, in bytes.
const fileForm = 8 << 20

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	var all []web.Route
	add := func(method, pattern string, p access.Permission, named bool, handle web.Handler) {
		r := web.Route{Method: method, Pattern: pattern, Permission: p, Handle: handle}
		if named {
			r.PersonalData, r.Purpose = true, access.PurposeService
		}
		all = append(all, r)
	}
	get := func(pattern string, p access.Permission, named bool, handle web.Handler) {
		add("GET", pattern, p, named, handle)
	}
	post := func(pattern string, p access.Permission, named bool, handle web.Handler) {
		add("POST", pattern, p, named, handle)
	}
	get(Path, see, true, h.month)
	get(Path+"/buka", manage, false, h.openForm)
	post(Path+"/buka", manage, false, h.open)
	get(FamilyPath+"/{id}", see, true, h.family)
	post(FamilyPath+"/{id}", report, true, h.verify)
	post(FamilyPath+"/{id}/tempat", report, true, h.place)
	get(Path+"/riwayat/{id}", see, true, h.history)
	post(Path+"/riwayat/{id}", report, true, h.correct)

	get(FacilityPath, see, false, h.facilities)
	get(FacilityPath+"/baru", manage, false, h.facilityForm)
	post(FacilityPath+"/baru", manage, false, h.addFacility)
	get(FacilityPath+"/berkas", manage, false, h.facilityFileForm)
	post(FacilityPath+"/berkas", manage, false, h.takeFacilities)
	all[len(all)-1].MaxBody = fileForm
	get(FacilityPath+"/{id}", see, true, h.facility)
	post(FacilityPath+"/{id}", report, true, h.fill)
	post(FacilityPath+"/{id}/tutup", manage, false, h.closeFacility)
	get(FacilityPath+"/{id}/lembar", report, true, h.sheet)
	post(FacilityPath+"/{id}/lembar", report, true, h.bring)
	all[len(all)-1].MaxBody = fileForm

	get(AreaPath, see, false, h.areas)
	get(EffectPath, see, true, h.effects)
	post(EffectPath+"/nilai", manage, false, h.assess)
	post(EffectPath+"/surat", manage, false, h.notifyAll)
	get(EffectPath+"/{id}", see, true, h.effect)
	get(EffectPath+"/{id}/bukti", see, true, h.picture)
	post(EffectPath+"/{id}/surat", manage, false, h.notify)
	post(EffectPath+"/{id}/keberatan", report, true, h.object)
	all[len(all)-1].MaxBody = fileForm
	post(EffectPath+"/{id}/putusan", decide, true, h.decide)

	get(GroupPath, see, false, h.groups)
	get(GroupPath+"/baru", manage, false, h.groupForm)
	post(GroupPath+"/baru", manage, false, h.addGroup)
	get(GroupPath+"/{id}", see, true, h.group)
	post(GroupPath+"/{id}/isi", manage, false, h.fillGroup)
	post(GroupPath+"/{id}/serah", manage, false, h.handGroup)
	get(GroupPath+"/{id}/pertemuan", report, true, h.sessionForm)
	post(GroupPath+"/{id}/pertemuan", report, true, h.hold)
	get(SessionPath+"/{id}", see, true, h.session)
	return all
}

func parseID(text string) (ident.ID, error) {
	id, err := ident.Parse(text)
	if err != nil {
		return id, fault.NotFound("core.error.not_found").Because(err)
	}
	return id, nil
}

// idOf reads the id in the address.
func idOf(r *web.Request) (ident.ID, error) { return parseID(r.PathValue("id")) }

func to(path string, id ident.ID) string { return path + "/" + id.String() }

// ToFamily returns the page of a family's month.
func ToFamily(id ident.ID, m condition.Month) string {
	return to(FamilyPath, id) + "?bulan=" + m.String()
}

// ToEffect returns the page of an effect.
func ToEffect(id ident.ID) string { return to(EffectPath, id) }

// lastMonth is the month that facilitators verify now: the one before, or
// the newest there is.
func (h *Handlers) lastMonth(ctx context.Context) (condition.Month, []condition.Month, error) {
	all, err := h.Service.Months(ctx)
	now := condition.MonthOf(h.Service.Today())
	if len(all) > 0 {
		return min(now, all[0]), all, err
	}
	return now, all, err
}

// monthOf reads the month that an address asks for.
func (h *Handlers) monthOf(ctx context.Context, r *web.Request) (condition.Month, []web.Option, error) {
	month, all, err := h.lastMonth(ctx)
	if err != nil {
		return month, nil, err
	}
	if text := r.Text("bulan"); text != "" {
		if month, err = condition.ParseMonth(text); err != nil {
			return month, nil, err
		}
	}
	var options []web.Option
	for _, m := range all {
		options = append(options, web.Option{Value: m.String(), Label: m.Name(r.Lang)})
	}
	return month, options, nil
}

// words knows the programmes' own words.
type words struct {
	h    *Handlers
	lang i18n.Lang
	of   map[string]*programme.Programme
}

func (h *Handlers) words(l i18n.Lang) *words {
	return &words{h, l, map[string]*programme.Programme{}}
}

func (w *words) programme(code, version string) *programme.Programme {
	key := code + " " + version
	if p, known := w.of[key]; known {
		return p
	}
	p, err := w.h.Service.Programmes.Version(code, version)
	if err != nil {
		p = &programme.Programme{Code: code, Name: i18n.Both(code)}
	}
	w.of[key] = p
	return p
}

func (w *words) duty(d condition.Duty) string {
	return condition.DutyName(w.programme(d.Programme, d.Version), d.Condition).In(w.lang)
}

func (w *words) component(e condition.Effect) string {
	return condition.ComponentName(w.programme(e.Programme, e.Version), e.Component).In(w.lang)
}

func may(r *web.Request, p access.Permission) bool { return r.Actor.Can(p) }
