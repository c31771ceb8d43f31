// Package registryweb has the pages of the register: the families in an
// area, one family with all that is known of it, and the import of files.
package registryweb

import (
	"context"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/run"
	"gotong/internal/web"
)

// The addresses of the pages. A family stands below Path by its id; numbers
// of persons never stand in an address.
const (
	Path       = "/keluarga"
	ImportPath = "/impor"
	LiftPath   = "/keluarga/batas-buka"
	WatchPath  = "/audit/nomor"
)

// Panel is a part of a family's page that another slice supplies, such as
// the programmes it is entitled to.
type Panel interface {
	// Panel returns the part, or nil where there is nothing to show.
	Panel(ctx context.Context, base web.Base, family ident.ID) (templ.Component, error)
}

// Looks counts who looked at a family.
type Looks interface {
	// Looks returns how many looks at and changes of a subject the audit
	// log holds.
	Looks(ctx context.Context, subject string) (int64, error)
	// Seen returns all looks at and changes of a subject in an area, the newest
	// first, with those in which it was one of many.
	Seen(ctx context.Context, subject, area string) ([]Look, error)
}

// Runs starts long work.
type Runs interface {
	Start(ctx context.Context, kind run.Kind, args any, dry bool) (run.Run, error)
}

// Deps is what the pages are given.
type Deps struct {
	Service *registry.Service
	Runs    Runs
	RunPage func(run.Run) string // path of a run's page
	Looks   Looks                // nil shows no count
	Panels  []Panel

	// ByRule shows the families that a rule in the address finds; nil for no
	// such page. RulePath is where a rule is typed.
	ByRule   web.Handler
	RulePath string
}

// Handlers answers the requests.
type Handlers struct {
	Deps
}

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeService, Handle: h.list},
		{Method: "GET", Pattern: Path + "/cari", Permission: access.SeeFamilies, Handle: h.searchForm},
		{Method: "POST", Pattern: Path + "/cari", Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeService, Handle: h.search},
		{Method: "GET", Pattern: Path + "/baru", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.register},
		{Method: "POST", Pattern: Path + "/baru", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.register},
		{Method: "GET", Pattern: Path + "/{id}", Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeService, Handle: h.show},
		{Method: "GET", Pattern: Path + "/{id}/kunjungan", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.visit},
		{Method: "POST", Pattern: Path + "/{id}/kunjungan", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.visit},
		{Method: "GET", Pattern: Path + "/{id}/buku", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.familyBook},
		{Method: "GET", Pattern: Path + "/{id}/data", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.core},
		{Method: "POST", Pattern: Path + "/{id}/data", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.core},
		{Method: "GET", Pattern: Path + "/{id}/anggota/baru", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.join},
		{Method: "POST", Pattern: Path + "/{id}/anggota/baru", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.join},
		{Method: "GET", Pattern: Path + "/{id}/anggota/{anggota}", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.member},
		{Method: "POST", Pattern: Path + "/{id}/anggota/{anggota}", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.member},
		{Method: "GET", Pattern: Path + "/{id}/buka", Permission: access.Unmask, PersonalData: true, Purpose: access.PurposeService, Handle: h.unmaskForm},
		{Method: "POST", Pattern: Path + "/{id}/buka", Permission: access.Unmask, PersonalData: true, Purpose: access.PurposeService, Handle: h.unmask},
		{Method: "GET", Pattern: Path + "/{id}/status", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.statusForm},
		{Method: "POST", Pattern: Path + "/{id}/status", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.status},

		{Method: "GET", Pattern: Path + "/{id}/jejak", Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeService, Handle: h.trail},
		{Method: "GET", Pattern: LiftPath, Permission: access.ApproveChanges, Handle: h.lift},
		{Method: "POST", Pattern: LiftPath, Permission: access.ApproveChanges, Handle: h.lift},
		{Method: "POST", Pattern: LiftPath + "/ekspor", Permission: access.ApproveChanges, Handle: h.allowExport},
		{Method: "GET", Pattern: WatchPath, Permission: access.SeeAudit, PersonalData: true, Purpose: access.PurposeAudit, Handle: h.watch},

		{Method: "GET", Pattern: Path + "/tanpa-nik", Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.unnumbered},
		{Method: "GET", Pattern: Path + "/{id}/anggota/{anggota}/nik", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.giveNIK},
		{Method: "POST", Pattern: Path + "/{id}/anggota/{anggota}/nik", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.giveNIK},
		{Method: "GET", Pattern: Path + "/{id}/peringatan", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.dismiss},
		{Method: "POST", Pattern: Path + "/{id}/peringatan", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.dismiss},
		{Method: "GET", Pattern: Path + "/{id}/peristiwa", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.kinds},
		{Method: "GET", Pattern: Path + "/{id}/peristiwa/{jenis}", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.happen},
		{Method: "POST", Pattern: Path + "/{id}/peristiwa/{jenis}", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.happen},
		{Method: "GET", Pattern: EventPath, Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.inbox},
		{Method: "POST", Pattern: EventPath + "/setujui", Permission: access.ApproveChanges, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.approveMany},
		{Method: "GET", Pattern: EventPath + "/{id}", Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.event},
		{Method: "POST", Pattern: EventPath + "/{id}/setuju", Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.approve},
		{Method: "POST", Pattern: EventPath + "/{id}/tolak", Permission: access.SeeFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.reject},
		{Method: "POST", Pattern: EventPath + "/{id}/batal", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.undo},

		{Method: "GET", Pattern: BookPath, Permission: access.EditFamilies, Handle: h.book},
		{Method: "GET", Pattern: BookPath + "/unduh", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.bookFile},
		{Method: "POST", Pattern: BookPath, Permission: access.EditFamilies, MaxBody: 33 << 20, Stream: true, Handle: h.bookUpload},
		{Method: "GET", Pattern: BookPath + "/{id}", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.bookDiff},
		{Method: "POST", Pattern: BookPath + "/{id}", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.bookTake},
		{Method: "GET", Pattern: BookPath + "/{id}/kesalahan", Permission: access.EditFamilies, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.bookProblems},

		{Method: "GET", Pattern: ImportPath, Permission: access.Import, Handle: h.imports},
		// The form is read by the handler, piece by piece: the usual way puts
		// a large upload into a temporary file, in clear.
		{Method: "POST", Pattern: ImportPath, Permission: access.Import, MaxBody: registry.UploadMost + 1<<20, Stream: true, Handle: h.upload},
		{Method: "GET", Pattern: MappingPath, Permission: access.Import, Handle: h.mappings},
		{Method: "POST", Pattern: MappingPath, Permission: access.Import, Handle: h.dropMapping},
		{Method: "GET", Pattern: ImportPath + "/{id}/kolom", Permission: access.Import, Handle: h.columnsOf},
		{Method: "POST", Pattern: ImportPath + "/{id}/kolom", Permission: access.Import, Handle: h.columnsOf},
		{Method: "GET", Pattern: ImportPath + "/{id}/periksa", Permission: access.Import, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.checked},
		{Method: "POST", Pattern: ImportPath + "/{id}/periksa", Permission: access.Import, Handle: h.start},
		{Method: "GET", Pattern: ImportPath + "/{id}/periksa/kesalahan", Permission: access.Import, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.checkedProblems},
		{Method: "GET", Pattern: ImportPath + "/{id}/periksa/buku", Permission: access.Import, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.checkedBook},
		{Method: "GET", Pattern: ImportPath + "/{id}", Permission: access.Import, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.imported},
		{Method: "GET", Pattern: ImportPath + "/{id}/kesalahan", Permission: access.Import, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.importedProblems},
	}
}

// Nav is this slice's part of the staff menu.
var Nav = []web.NavItem{
	{Key: "registry.nav.families", Href: Path, Permission: access.SeeFamilies},
	{Key: "event.nav", Href: EventPath, Permission: access.SeeFamilies},
	{Key: "registry.nav.import", Href: ImportPath, Permission: access.Import},
}

// To returns the page of a family, for other slices' links. Below it, the
// page /kunjungan records a visit; its query fakta lists the facts that it
// shall ask for first, parted by commas: floor, diploma@ID of a person, or
// diploma of everybody in the family.
func To(family ident.ID) string { return Path + "/" + family.String() }

// idOf reads the id in the address.
func idOf(r *web.Request) (ident.ID, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return id, fault.NotFound("core.error.not_found").Because(err)
	}
	return id, nil
}
