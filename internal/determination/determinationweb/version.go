package determinationweb

import (
	"context"
	"errors"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/decree"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/web"
)

// VersionPath is where proposed versions of programmes stand.
const VersionPath = ProgrammePath + "/usulan"

// draftForm is what a proposal needs besides the change.
type draftForm struct{ From, On, Title, Note string }

// proposeVersion makes a what-if the proposal of a new version.
func (h *Handlers) proposeVersion(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.whatIfView(ctx, r, askedAgain(r))
	if err != nil {
		return nil, err
	}
	v.Draft = draftForm{r.Text("mulai"), r.Text("terbit"), r.Text("dasar"), r.Text("catatan")}
	d := determination.Draft{Programme: v.Q.Programme, Edit: v.Q.Edit, Note: v.Draft.Note, Basis: decree.Basis{Title: v.Draft.Title}}
	for _, asked := range []struct {
		field string
		into  *civil.Date
	}{{"mulai", &d.Basis.From}, {"terbit", &d.Basis.On}} {
		day, err := r.Day(asked.field)
		if err != nil && !v.Errors.Take(r.Lang, asked.field, err) {
			return nil, err
		}
		*asked.into = day
	}
	if v.Errors.Any() || v.Answer == nil {
		return web.Invalid(whatIfPage(v)), nil
	}
	kept, err := h.Service.ProposeVersion(ctx, d)
	if err == nil {
		return web.SeeOther(versionHref(kept), web.Done("determination.version.proposed")), nil
	}
	if problems, ok := programme.Problems(err); ok {
		err = problems[0]
	}
	if !v.Errors.Take(r.Lang, fieldOf(err), err) {
		return nil, err
	}
	return web.Invalid(whatIfPage(v)), nil
}

func versionHref(v determination.Version) string { return VersionPath + "/" + v.ID.String() }

type versionsView struct {
	web.Base
	List web.List[determination.Version]
}

func (h *Handlers) versions(ctx context.Context, r *web.Request) (web.Response, error) {
	all, err := h.Service.Versions(ctx)
	if err != nil {
		return nil, err
	}
	type version = determination.Version
	columns := []web.Column[version]{
		{Name: "program", Label: r.T("determination.programme.name"), Value: func(v version) any { return h.nameOnDay(r, v) }},
		{Name: "mulai", Label: r.T("determination.programme.from"), Kind: web.Date, Value: func(v version) any { return v.From }},
		{Name: "dasar", Label: r.T("determination.version.basis"), Value: func(v version) any { return v.Title }},
		{Name: "keadaan", Label: r.T("determination.page.state"), Value: func(v version) any { return r.T("determination.state." + string(v.State)) },
			Show: func(v version) templ.Component {
				return web.Badge(stateTone(determination.State(v.State)), r.T("determination.state."+string(v.State)))
			}},
		{Name: "pengusul", Label: r.T("determination.page.proposer"), Value: func(v version) any { return v.ProposedBy }},
		{Name: "diusulkan", Label: r.T("determination.version.proposed_at"), Kind: web.Time, Value: func(v version) any { return v.ProposedAt }},
		{Name: "pengesah", Label: r.T("determination.page.decider"), Value: func(v version) any { return v.DecidedBy }},
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "usulan-program", columns, web.Rows(all)), nil
	}
	return web.Page(versionsPage(versionsView{Base: r.Base(r.T("determination.version.title")).At(web.Crumb{Label: r.T("determination.programme.title"), Href: ProgrammePath}),
		List: web.List[version]{Caption: r.T("determination.version.title"), Columns: columns, Rows: all, Query: r.List(), Files: r.MayExport(),
			Href: versionHref, Empty: r.T("determination.version.none")}})), nil
}

func (h *Handlers) nameOnDay(r *web.Request, v determination.Version) string {
	if p, err := h.Programmes.Version(v.Programme, v.From); err == nil {
		return p.Name.In(r.Lang)
	}
	return v.Programme
}

type versionView struct {
	web.Base
	V         determination.Version
	Lead      string
	Changes   []changeSaid
	About     []web.Pair
	Errors    web.Errors
	Reason    string
	MayDecide bool
	Own       bool
}

func (h *Handlers) versionView(ctx context.Context, r *web.Request, id ident.ID) (versionView, error) {
	x, was, is, err := h.Service.Version(ctx, id)
	if err != nil {
		return versionView{}, err
	}
	v := versionView{Base: r.Base(r.T("determination.version.of", "programme", h.nameOnDay(r, x), "date", web.Day(ctx, x.From))).At(
		web.Crumb{Label: r.T("determination.programme.title"), Href: ProgrammePath}, web.Crumb{Label: r.T("determination.version.title"), Href: VersionPath}),
		V: x, Own: x.ProposedBy == r.Actor.Login}
	v.MayDecide = x.State == decree.Proposed && r.Actor.Can(access.EnactDetermination)
	if was != nil && is != nil {
		v.Changes = saidChanges(r, was, is)
		v.Lead = r.T("determination.version.against", "date", web.Day(ctx, was.InForce.From))
	}
	v.About = []web.Pair{
		{Term: r.T("determination.programme.from"), Value: web.Day(ctx, x.From)},
		{Term: r.T("determination.version.basis"), Value: x.Title, Note: web.Day(ctx, x.On)},
		{Term: r.T("determination.page.proposer"), Value: x.ProposedBy, Note: web.Moment(ctx, x.ProposedAt)},
		{Term: r.T("determination.page.digest"), Show: breakable(x.Digest)},
	}
	if x.DecidedBy != "" {
		v.About = append(v.About, web.Pair{Term: r.T("determination.page.decider"), Value: x.DecidedBy, Note: web.Moment(ctx, x.DecidedAt)})
	}
	if x.Note != "" {
		v.About = append(v.About, web.Pair{Term: r.T("determination.page.note"), Value: x.Note})
	}
	return v, nil
}

func (h *Handlers) version(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	v, err := h.versionView(ctx, r, id)
	if err != nil {
		return nil, err
	}
	return web.Page(versionPage(v)), nil
}

func (h *Handlers) enactVersion(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.decideVersion(ctx, r, "determination.version.enacted", func(id ident.ID) (determination.Version, error) { return h.Service.EnactVersion(ctx, id) })
}

func (h *Handlers) rejectVersion(ctx context.Context, r *web.Request) (web.Response, error) {
	return h.decideVersion(ctx, r, "determination.version.rejected", func(id ident.ID) (determination.Version, error) {
		return h.Service.RejectVersion(ctx, id, r.Text("alasan"))
	})
}

func (h *Handlers) decideVersion(ctx context.Context, r *web.Request, done string, step func(ident.ID) (determination.Version, error)) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	decided, err := step(id)
	if err == nil {
		return web.SeeOther(versionHref(decided), web.Done(done)), nil
	}
	v, failed := h.versionView(ctx, r, id)
	if failed != nil {
		return nil, failed
	}
	v.Reason = r.Text("alasan")
	if !v.Errors.Take(r.Lang, "alasan", err) {
		return nil, err
	}
	return web.Invalid(versionPage(v)), nil
}

// fieldOf is the field of the proposal that a refusal is about.
func fieldOf(err error) string {
	switch keyOf(err) {
	case "decree.no_basis":
		return "dasar"
	case "decree.basis_date":
		return "terbit"
	}
	return "mulai"
}

func keyOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return ""
}
