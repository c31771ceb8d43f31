// Package targetingweb has the pages of who is how poor: rankings and a
// village's families in them, what village meetings decided, poverty by area,
// and the first detection; and the part of a family's page that says how its
// score came about.
package targetingweb

import (
	"context"
	"strings"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/targeting"
	"gotong/internal/targeting/detection"
	"gotong/internal/web"
)

// The addresses of the pages.
const (
	Path          = "/peringkat"
	VillagePath   = Path + "/desa"
	MeetingPath   = "/musyawarah"
	PovertyPath   = "/kemiskinan"
	DetectionPath = "/deteksi"
	ModelPath     = Path + "/model"
)

// Deps is what the pages are given.
type Deps struct {
	Service    *targeting.Service
	Detection  *detection.Service
	Atlas      *region.Atlas
	Clock      clock.Clock
	FamilyPage func(ident.ID) string
}

// Handlers answers the requests.
type Handlers struct{ Deps }

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

// sheetMost is how many bytes a meeting's sheet may have.
const sheetMost = 8 << 20

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	personal := func(method, pattern string, p access.Permission, purpose access.Purpose, handle web.Handler) web.Route {
		return web.Route{Method: method, Pattern: pattern, Permission: p, PersonalData: true, Purpose: purpose, Handle: handle}
	}
	record := personal("POST", MeetingPath+"/baru", access.EditFamilies, access.PurposeVerification, h.recordMeeting)
	record.MaxBody = sheetMost
	reckon := web.Route{Method: "POST", Pattern: SurveyPath, Permission: access.RunDetermination, Handle: h.measureSurvey, MaxBody: surveyMost}
	return []web.Route{
		{Method: "GET", Pattern: SurveyPath, Permission: access.RunDetermination, Handle: h.newSurvey},
		reckon,
		{Method: "GET", Pattern: Path, Permission: access.SeeDashboard, Handle: h.rankings},
		{Method: "GET", Pattern: ModelPath, Permission: access.SeeDashboard, Handle: h.models},
		{Method: "GET", Pattern: ModelPath + "/{id}", Permission: access.SeeDashboard, Handle: h.model},
		{Method: "POST", Pattern: ModelPath + "/{id}/sahkan", Permission: access.EnactDetermination, Handle: h.enactModel},
		{Method: "POST", Pattern: ModelPath + "/{id}/tolak", Permission: access.EnactDetermination, Handle: h.rejectModel},
		personal("GET", VillagePath, access.SeeFamilies, access.PurposeVerification, h.village),
		personal("GET", MeetingPath, access.SeeFamilies, access.PurposeVerification, h.meetings),
		personal("GET", MeetingPath+"/baru", access.EditFamilies, access.PurposeVerification, h.newMeeting),
		record,
		personal("GET", MeetingPath+"/{id}", access.SeeFamilies, access.PurposeVerification, h.meeting),
		personal("POST", MeetingPath+"/{id}/tarik", access.ApproveChanges, access.PurposeVerification, h.withdrawMeeting),
		personal("GET", DetectionPath, access.SeeFamilies, access.PurposeVerification, h.detection),
		{Method: "GET", Pattern: PovertyPath, Permission: access.SeeDashboard, Handle: h.poverty},
	}
}

// pageLength is how many rows a page of a list shows.
const pageLength = 50

// area reads an area from the address: a code, or a name that is only one
// area's; of nothing said, the actor's own where there is one.
func (h *Handlers) area(r *web.Request) (string, error) {
	text := strings.TrimSpace(r.List().Text("wilayah"))
	if text != "" {
		return h.Atlas.Parse(text)
	}
	if own := r.Actor.Scope.Prefixes(); !r.Actor.Scope.IsNation() && len(own) == 1 {
		return own[0], nil
	}
	return "", nil
}

// isVillage reports whether a code is a village's.
func isVillage(code string) bool {
	l, ok := region.LevelOf(code)
	return ok && l == region.Village
}

// place names an area: its path, or the nation.
func (h *Handlers) place(ctx context.Context, code string) string {
	if code == "" {
		return web.T(ctx, "targeting.page.nation")
	}
	return h.Atlas.Path(code, ", ")
}

// somePlace is a place in an order, nil for none.
func somePlace(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}
