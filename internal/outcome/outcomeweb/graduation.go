package outcomeweb

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/outcome"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/web"
)

type graduationsView struct {
	web.Base
	List       web.List[outcome.Graduation]
	States     []web.Option
	Programmes []web.Option
	Errors     web.Errors
}

// graduations lists what was proposed and decided.
func (h *Handlers) graduations(ctx context.Context, r *web.Request) (web.Response, error) {
	v, file, err := h.graduationsView(ctx, r)
	if err != nil || file != nil {
		return file, err
	}
	return web.Page(graduationsPage(v)), nil
}

func (h *Handlers) graduationsView(ctx context.Context, r *web.Request) (graduationsView, web.Response, error) {
	q := r.List()
	f := outcome.GraduationFilter{State: outcome.State(q.Text("status")), Programme: q.Text("program"), Area: h.area(q)}
	v := graduationsView{Base: r.Base(r.T("outcome.graduation.title")).At(web.Crumb{Label: r.T("outcome.title"), Href: Path})}
	all, err := h.currentProgrammes(ctx)
	if err != nil {
		return v, nil, err
	}
	columns := h.graduationColumns(r, all)
	if format, wanted, err := r.Wanted(); err != nil {
		return v, nil, err
	} else if wanted {
		rows, _, err := h.Service.Graduations(ctx, r.Route.Purpose, f, ident.ID{}, everything)
		return v, web.TableFile(format, "penghentian", columns, web.Rows(rows)), err
	}
	after, err := ident.Parse(q.After)
	if err != nil {
		after = ident.ID{}
	}
	rows, next, err := h.Service.Graduations(ctx, r.Route.Purpose, f, after, pageLength)
	if err != nil {
		return v, nil, err
	}
	total, err := h.Service.CountGraduations(ctx, f)
	if err != nil {
		return v, nil, err
	}
	v.List = web.List[outcome.Graduation]{Caption: r.T("outcome.graduation.title"), Columns: columns, Rows: rows, Query: q, Total: &total, Files: r.MayExport(),
		Empty: r.T("outcome.graduation.none"), Href: func(g outcome.Graduation) string { return h.FamilyPage(g.FamilyID) }}
	if next != nil {
		v.List.Next = next.String()
	}
	for _, s := range outcome.States {
		v.States = append(v.States, web.Option{Value: string(s), Label: r.T("outcome.graduation.state." + string(s))})
	}
	for _, p := range all {
		if len(p.Exits) > 0 {
			v.Programmes = append(v.Programmes, web.Option{Value: p.Code, Label: p.Name.In(r.Lang)})
		}
	}
	return v, nil, nil
}

// everything is more graduations than a file holds lines.
const everything = 1_000_000

// currentProgrammes are those of the determination that the newest measure is of.
func (h *Handlers) currentProgrammes(ctx context.Context) ([]*programme.Programme, error) {
	m, err := h.Service.Measure(ctx, identNone)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return h.Service.Programmes(ctx, m)
}

func (h *Handlers) graduationColumns(r *web.Request, all []*programme.Programme) []web.Column[outcome.Graduation] {
	type row = outcome.Graduation
	return []web.Column[row]{
		{Name: "kepala_keluarga", Label: r.T("outcome.head"), Value: func(g row) any { return g.HeadName }},
		{Name: "nama", Label: r.T("outcome.person"), Value: func(g row) any { return g.PersonName }},
		{Name: "wilayah", Label: r.T("outcome.area"), Value: func(g row) any { return h.village(g.Area) }},
		{Name: "kode_wilayah", Label: r.T("outcome.area_code"), Kind: web.Code, Hide: true, Value: func(g row) any { return region.Dotted(g.Area) }},
		{Name: "program", Label: r.T("outcome.programme"), Value: func(g row) any { return h.Programme(g.Programme) }},
		{Name: "sebab", Label: r.T("outcome.exit"), Value: func(g row) any {
			return strings.TrimSpace(exitName(r.Lang, all, g.Programme, g.Exit) + " " + g.Reason)
		}},
		{Name: "mulai", Label: r.T("outcome.graduation.from"), Kind: web.Date, Value: func(g row) any { return g.From }},
		{Name: "pengusul", Label: r.T("outcome.graduation.by"), Value: func(g row) any { return g.ProposedBy }},
		{Name: "status", Label: r.T("outcome.graduation.status"), Value: func(g row) any { return r.T("outcome.graduation.state." + string(g.State)) },
			Show: func(g row) templ.Component { return decisionCell(g, mayDecide(r, g)) }},
		{Name: "pemutus", Label: r.T("outcome.graduation.decider"), Hide: true, Value: func(g row) any { return g.DecidedBy }},
		{Name: "catatan", Label: r.T("outcome.graduation.note"), Hide: true, Value: func(g row) any { return g.Note }},
	}
}

func mayDecide(r *web.Request, g outcome.Graduation) bool {
	return g.State == outcome.Proposed && r.Actor.Can(access.EnactDetermination) && g.ProposedBy != r.Actor.Login
}

func stateTone(s outcome.State) web.Tone {
	return map[outcome.State]web.Tone{outcome.Proposed: web.Wait, outcome.Approved: web.Good, outcome.Rejected: web.Quiet}[s]
}

type proposalView struct {
	web.Base
	Errors web.Errors
	Asked  outcome.Asked
	Family string // path of the family's page
	About  []web.Pair
	Exits  []web.Option
	From   string
	ByRule bool
}

func proposeAddress(a outcome.Asked) string {
	q := url.Values{"keluarga": {a.FamilyID.String()}, "program": {a.Programme}}
	if !a.PersonID.IsZero() {
		q.Set("orang", a.PersonID.String())
	}
	if a.Exit != "" {
		q.Set("jalan_keluar", a.Exit)
	}
	if !a.Measure.IsZero() {
		q.Set("ukuran", a.Measure.String())
	}
	return proposePath + "?" + q.Encode()
}

// asked reads a proposal from the address or the form.
func asked(r *web.Request) (outcome.Asked, error) {
	a := outcome.Asked{Programme: r.Text("program"), Exit: r.Text("jalan_keluar"), Reason: r.Text("alasan")}
	var err error
	if a.FamilyID, err = idOf(r.Text("keluarga")); err != nil {
		return a, err
	}
	for _, id := range []struct {
		text string
		into *ident.ID
	}{{r.Text("orang"), &a.PersonID}, {r.Text("ukuran"), &a.Measure}} {
		if id.text != "" {
			if *id.into, err = idOf(id.text); err != nil {
				return a, err
			}
		}
	}
	return a, nil
}

func (h *Handlers) proposal(ctx context.Context, r *web.Request) (web.Response, error) {
	a, err := asked(r)
	if err != nil {
		return nil, err
	}
	v, err := h.proposalView(ctx, r, a)
	if err != nil {
		return nil, err
	}
	return web.Page(proposalPage(v)), nil
}

func (h *Handlers) proposalView(ctx context.Context, r *web.Request, a outcome.Asked) (proposalView, error) {
	v := proposalView{Base: r.Base(r.T("outcome.graduation.propose_title")).At(web.Crumb{Label: r.T("outcome.graduation.title"), Href: GraduationPath}),
		Asked: a, Family: h.FamilyPage(a.FamilyID), From: r.Text("mulai")}
	if v.From == "" {
		v.From = h.today().String()
	}
	st, err := h.Service.OfFamily(ctx, r.Route.Purpose, a.FamilyID)
	if err != nil {
		return v, err
	}
	all, err := h.Service.Programmes(ctx, st.Measure)
	if err != nil {
		return v, err
	}
	i := slices.IndexFunc(all, func(p *programme.Programme) bool { return p.Code == a.Programme })
	if i < 0 {
		return v, fault.NotFound("determination.no_programme", "programme", a.Programme)
	}
	v.About = []web.Pair{{Term: r.T("outcome.programme"), Value: all[i].Name.In(r.Lang)}}
	for _, x := range all[i].Exits {
		byRule := x.Rule != nil
		if byRule && x.ID == a.Exit && slices.ContainsFunc(st.Rows, func(row outcome.Row) bool {
			return row.List == outcome.Due && row.Programme == a.Programme && string(row.Road) == a.Exit && row.PersonID == a.PersonID
		}) {
			v.ByRule = true
			v.About = append(v.About, web.Pair{Term: r.T("outcome.exit"), Value: x.Because.Plain(r.Lang), Note: r.T("outcome.graduation.found", "date", web.Day(ctx, st.Measure.AsOf))})
		}
		if !byRule {
			v.Exits = append(v.Exits, web.Option{Value: x.ID, Label: x.Because.Plain(r.Lang)})
		}
	}
	return v, nil
}

func (h *Handlers) propose(ctx context.Context, r *web.Request) (web.Response, error) {
	a, err := asked(r)
	if err != nil {
		return nil, err
	}
	var errs web.Errors
	if a.From, err = r.Day("mulai"); err != nil && !errs.Take(r.Lang, "mulai", err) {
		return nil, err
	}
	if !errs.Any() {
		if _, err = h.Service.Propose(ctx, a); err == nil {
			return web.SeeOther(GraduationPath+"?status="+string(outcome.Proposed), web.Done("outcome.graduation.proposed")), nil
		}
		if !errs.Take(r.Lang, "alasan", err) {
			return nil, err
		}
	}
	v, err := h.proposalView(ctx, r, a)
	if err != nil {
		return nil, err
	}
	v.Errors = errs
	return web.Invalid(proposalPage(v)), nil
}

// decide approves or rejects, by the button that was pressed.
func (h *Handlers) decide(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	done, note := "outcome.graduation.approved", r.Text("catatan-"+id.String())
	if r.Text("putusan") == string(outcome.Rejected) {
		done = "outcome.graduation.rejected"
		_, err = h.Service.Reject(ctx, id, note)
	} else {
		_, err = h.Service.Approve(ctx, id, note)
	}
	if err == nil {
		return web.SeeOther(GraduationPath, web.Done(done)), nil
	}
	var errs web.Errors
	if !errs.Take(r.Lang, "catatan-"+id.String(), err) {
		return nil, err
	}
	v, _, err := h.graduationsView(ctx, r)
	if err != nil {
		return nil, err
	}
	v.Errors = errs
	return web.Invalid(graduationsPage(v)), nil
}
