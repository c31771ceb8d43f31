// Package determinationweb has the pages of programmes and determinations:
// the rules in plain language, who was decided how and why, the letters, the
// visits that missing facts call for, and the public status check.
package determinationweb

import (
	"context"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/pathout"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/snapshot"
	"gotong/internal/targeting"
	"gotong/internal/web"
)

// The addresses of the pages. Numbers of persons never stand in an address.
const (
	ProgrammePath = "/program"
	Path          = "/penetapan"
	CheckPath     = "/cek"
	familyPath    = "/keluarga" // of package registryweb, below which the reasons stand
)

// Work starts runs and returns the path of the page that shows each.
type Work interface {
	Snapshot(ctx context.Context, asOf civil.Date) (page string, err error)
	Rank(ctx context.Context, snapshot ident.ID) (page string, err error)
	Determine(ctx context.Context, snapshot, ranking ident.ID) (page string, err error)
	Recheck(ctx context.Context, determination ident.ID) (page string, err error)
}

// Register is what the pages ask of the register.
type Register interface {
	Family(ctx context.Context, id ident.ID, purpose access.Purpose) (*registry.Dossier, error)
}

// Deps is what the pages are given.
type Deps struct {
	Service    *determination.Service
	Snapshots  *snapshot.Service
	Rankings   *targeting.Service
	Programmes *programme.Set
	Paths      *pathout.Service
	Register   Register
	Atlas      *region.Atlas
	Work       Work
	Clock      clock.Clock
	// SuspendedSince tells since when the data of a family are not processed;
	// nil where there are no suspensions.
	SuspendedSince func(ctx context.Context, family ident.ID) (since time.Time, yes bool, err error)
	Ask            string // path of the page on which anybody asks about their own data; "" shows no way to it
}

// Handlers answers the requests.
type Handlers struct {
	Deps
	limiter *web.Limiter // of the public check; nil where there is no rule
}

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{Deps: d, limiter: checkLimiter(d)} }

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	see, run, enact := access.SeeDeterminations, access.RunDetermination, access.EnactDetermination
	return []web.Route{
		{Method: "GET", Pattern: ProgrammePath, Permission: access.SeeProgrammes, Handle: h.programmes},
		{Method: "GET", Pattern: ProgrammePath + "/{code}/{version}", Permission: access.SeeProgrammes, Handle: h.programme},

		{Method: "GET", Pattern: Path, Permission: see, Handle: h.determinations},
		{Method: "GET", Pattern: Path + "/baru", Permission: run, Handle: h.start},
		{Method: "POST", Pattern: Path + "/baru/potret", Permission: run, Handle: h.startSnapshot},
		{Method: "POST", Pattern: Path + "/baru/peringkat", Permission: run, Handle: h.startRanking},
		{Method: "POST", Pattern: Path + "/baru/penetapan", Permission: run, Handle: h.startDetermination},
		{Method: "GET", Pattern: Path + "/{id}", Permission: see, Handle: h.show},
		{Method: "POST", Pattern: Path + "/{id}/usulkan", Permission: run, Handle: h.propose},
		{Method: "POST", Pattern: Path + "/{id}/sahkan", Permission: enact, Handle: h.enact},
		{Method: "POST", Pattern: Path + "/{id}/tolak", Permission: enact, Handle: h.reject},
		{Method: "POST", Pattern: Path + "/{id}/periksa", Permission: see, Handle: h.recheck},
		{Method: "GET", Pattern: Path + "/{id}/daftar", Permission: see, PersonalData: true, Purpose: access.PurposeDetermination, Handle: h.list},
		{Method: "GET", Pattern: Path + "/{id}/kunjungan", Permission: see, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.visits},

		{Method: "GET", Pattern: WhatIfPath, Permission: run, Handle: h.whatIf},
		{Method: "GET", Pattern: WhatIfModelPath, Permission: run, Handle: h.whatIfModelPage},
		{Method: "POST", Pattern: WhatIfModelPath + "/usulkan", Permission: run, Handle: h.proposeModel},
		{Method: "GET", Pattern: WhatIfPath + "/nama", Permission: run, PersonalData: true, Purpose: access.PurposeDetermination, Handle: h.movers},
		{Method: "GET", Pattern: WhatIfPath + "/tersimpan", Permission: run, Handle: h.scenarios},
		{Method: "GET", Pattern: WhatIfPath + "/banding", Permission: run, Handle: h.compareScenarios},
		{Method: "POST", Pattern: WhatIfPath + "/simpan", Permission: run, Handle: h.saveScenario},
		{Method: "POST", Pattern: WhatIfPath + "/{id}/hapus", Permission: run, Handle: h.dropScenario},
		{Method: "POST", Pattern: WhatIfPath + "/usulkan", Permission: run, Handle: h.proposeVersion},
		{Method: "GET", Pattern: VersionPath, Permission: access.SeeProgrammes, Handle: h.versions},
		{Method: "GET", Pattern: VersionPath + "/{id}", Permission: access.SeeProgrammes, Handle: h.version},
		{Method: "POST", Pattern: VersionPath + "/{id}/sahkan", Permission: enact, Handle: h.enactVersion},
		{Method: "POST", Pattern: VersionPath + "/{id}/tolak", Permission: enact, Handle: h.rejectVersion},

		{Method: "GET", Pattern: familyPath + "/{id}/program/{code}", Permission: see, PersonalData: true, Purpose: access.PurposeService, Handle: h.why},
		{Method: "GET", Pattern: familyPath + "/{id}/surat", Permission: see, PersonalData: true, Purpose: access.PurposeService, Handle: h.letter},

		{Method: "GET", Pattern: CheckPath, Public: true, Handle: h.checkForm},
		{Method: "POST", Pattern: CheckPath, Public: true, PersonalData: true, Purpose: access.PurposeService, Limit: h.limiter, Handle: h.check},
	}
}

// Nav is this slice's part of the staff menu.
var Nav = []web.NavItem{
	{Key: "determination.nav.programmes", Href: ProgrammePath, Permission: access.SeeProgrammes},
	{Key: "determination.nav.determinations", Href: Path, Permission: access.SeeDeterminations},
	{Key: "determination.nav.whatif", Href: WhatIfPath, Permission: access.RunDetermination},
}

// To returns the page of a determination, for other slices' links.
func To(id ident.ID) string { return Path + "/" + id.String() }

// WhyPath returns the page with the reasons of a family in a programme.
func WhyPath(family ident.ID, code string) string {
	return familyPath + "/" + family.String() + "/program/" + code
}

func programmePath(p *programme.Programme) string {
	return ProgrammePath + "/" + p.Code + "/" + p.Version()
}

// idOf reads the id in the address.
func idOf(r *web.Request) (ident.ID, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return id, fault.NotFound("core.error.not_found").Because(err)
	}
	return id, nil
}

// nameOf names a programme as it was when a determination decided it.
func nameOf(ctx context.Context, all []*programme.Programme, code string) string {
	for _, p := range all {
		if p.Code == code {
			return p.Name.In(web.Lang(ctx))
		}
	}
	return code
}

// area names a village with its district.
func (h *Handlers) area(code string) string {
	name := h.Atlas.Name(code)
	if parent := region.ParentOf(code); parent != "" && len(code) > 4 {
		name += ", " + h.Atlas.Name(parent)
	}
	return strings.TrimSuffix(name, ", ")
}

func outcomeTone(o determination.Outcome) web.Tone {
	return map[determination.Outcome]web.Tone{determination.Entitled: web.Good, determination.Waitlisted: web.Wait,
		determination.Refused: web.Quiet, determination.Undetermined: web.Unknown}[o]
}

func stateTone(s determination.State) web.Tone {
	return map[determination.State]web.Tone{determination.Computed: web.Info, determination.Proposed: web.Wait,
		determination.Enacted: web.Good, determination.Rejected: web.Bad}[s]
}
