// Package retentionweb has the pages of records whose time is over: what is
// due, the proposals to destroy it, and what is held from it.
package retentionweb

import (
	"context"
	"slices"
	"strconv"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/retention"
	"gotong/internal/run"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// The addresses of the pages.
const (
	Path         = "/retensi"
	ProposePath  = "/retensi/usul"
	ProposalPath = "/retensi/usulan"
	HoldPath     = "/retensi/tahan"
)

// Runs starts long work.
type Runs interface {
	Start(ctx context.Context, kind run.Kind, args any, dry bool) (run.Run, error)
}

// Deps are what Handlers are made of.
type Deps struct {
	Service          *retention.Service
	Runs             Runs
	Propose, Destroy run.Kind
	RunPage          func(run.Run) string
	FamilyPage       func(ident.ID) string
	Families         string // where a family is looked for
	Atlas            *region.Atlas
}

// Handlers answers the requests.
type Handlers struct{ Deps }

// New returns Handlers.
func New(d Deps) *Handlers { return &Handlers{d} }

// Routes says who may open what. None of the pages names anybody but the
// words of a hold, which can.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: access.SeeRetention, Handle: h.due},
		{Method: "POST", Pattern: ProposePath, Permission: access.ProposeDisposal, Handle: h.propose},
		{Method: "GET", Pattern: ProposalPath, Permission: access.SeeRetention, Handle: h.proposals},
		{Method: "GET", Pattern: ProposalPath + "/{id}", Permission: access.SeeRetention, Handle: h.proposal},
		{Method: "POST", Pattern: ProposalPath + "/{id}", Permission: access.DecideDisposal, Handle: h.decide},
		{Method: "GET", Pattern: HoldPath, Permission: access.HoldRecords, PersonalData: true, Purpose: access.PurposeSystem, Handle: h.holds},
		{Method: "POST", Pattern: HoldPath, Permission: access.HoldRecords, PersonalData: true, Purpose: access.PurposeSystem, Handle: h.hold},
		{Method: "POST", Pattern: HoldPath + "/{id}/lepas", Permission: access.HoldRecords, Handle: h.release},
	}
}

// To returns the page of a proposal.
func To(id ident.ID) string { return ProposalPath + "/" + id.String() }

// most is how many proposals and holds the lists hold.
const most = 500

func (h *Handlers) tabs(r *web.Request, at string) []web.Tab {
	tabs := []web.Tab{{Label: r.T("retention.due"), Href: Path, Current: at == Path}, {Label: r.T("retention.proposals"), Href: ProposalPath, Current: at == ProposalPath}}
	if r.Actor.Can(access.HoldRecords) {
		tabs = append(tabs, web.Tab{Label: r.T("retention.holds"), Href: HoldPath, Current: at == HoldPath})
	}
	return tabs
}

func (h *Handlers) sheet(r *web.Request, at, lead string) page.Sheet {
	return page.Sheet{Base: r.Base(r.T("retention.title")), Lead: r.T(lead), Tabs: h.tabs(r, at), TabsLabel: r.T("retention.title")}
}

// area reads the area of the address; "" is all of the actor's.
func (h *Handlers) area(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	return h.Atlas.Parse(text)
}

// areas are the parts that figures are counted for: the one asked for, or all
// of the actor's.
func areas(a access.Actor, area string) []string {
	if area != "" || a.Scope.IsNation() {
		return []string{area}
	}
	return a.Scope.Prefixes()
}

// figures adds up what is due in the areas.
func (h *Handlers) figures(ctx context.Context, r *web.Request, area string) ([]retention.Figure, error) {
	day := h.Service.Today()
	if r.Text("tanggal") != "" {
		asked, err := r.Day("tanggal")
		if err != nil {
			return nil, err
		}
		day = asked
	}
	return h.Service.DueIn(ctx, areas(r.Actor, area), day)
}

// due says what is due by class of record.
func (h *Handlers) due(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	area, err := h.area(q.Text("wilayah"))
	if err != nil {
		return nil, err
	}
	all, err := h.figures(ctx, r, area)
	if err != nil {
		return nil, err
	}
	s := h.sheet(r, Path, "retention.lead")
	rows := page.Rows[retention.Figure]{Name: "retensi", Caption: r.T("retention.due"), All: all, Columns: []web.Column[retention.Figure]{
		page.Col(r, "retention.column.", "jenis", web.Words, func(f retention.Figure) any { return r.T("retention.class." + string(f.Class)) }),
		page.Col(r, "retention.column.", "tahun", web.Count, func(f retention.Figure) any { return int64(f.Years) }),
		page.Col(r, "retention.column.", "sejak", web.Words, func(f retention.Figure) any { return r.T("retention.after." + string(f.Class)) }),
		page.Col(r, "retention.column.", "jatuh_tempo", web.Count, func(f retention.Figure) any { return f.Due }),
		page.Col(r, "retention.column.", "ditahan", web.Count, func(f retention.Figure) any { return f.Held }),
		page.Col(r, "retention.column.", "sebab", web.Words, func(f retention.Figure) any { return why(r, f) }),
		page.Col(r, "retention.column.", "dasar", web.Words, func(f retention.Figure) any { return f.Source.In(r.Lang) }),
		page.Hidden(page.Col(r, "retention.column.", "aturan_sejak", web.Date, func(f retention.Figure) any { return f.RuleFrom })),
	}}
	if f, err := rows.File(r); f != nil || err != nil {
		return f, err
	}
	filter := []page.Field{page.Ask(r, "retention.column.", "wilayah", page.Optional, page.Medium, page.Hint(r.T("retention.area_hint"))),
		page.Ask(r, "retention.column.", "tanggal", page.Day, page.Optional)}
	s.Add("", page.FilterPart(q, filter), rows.Show(r))
	due := slices.ContainsFunc(all, func(f retention.Figure) bool { return f.Due > 0 })
	switch today := r.Text("tanggal") == ""; {
	case !r.Actor.Can(access.ProposeDisposal):
	case !due && today:
		s.Add("", web.Empty(r.T("retention.nothing_due")))
	case today: // what will be due on another day is proposed when it has come
		s.Add(r.T("retention.propose"), page.FormPart(page.Form{Action: ProposePath, Hidden: []web.Pair{{Term: "wilayah", Value: area}}, Submit: r.T("retention.propose")}, s.Errors))
	}
	return web.Page(page.View(s)), nil
}

func why(r *web.Request, f retention.Figure) string {
	var words string
	for _, code := range f.Reasons() {
		if words != "" {
			words += ", "
		}
		words += r.T("retention.reason."+code) + " (" + strconv.FormatInt(f.Why[code], 10) + ")"
	}
	return words
}

// propose starts the run that proposes what is due.
func (h *Handlers) propose(ctx context.Context, r *web.Request) (web.Response, error) {
	area, err := h.area(r.Text("wilayah"))
	if err != nil {
		return nil, err
	}
	started, err := h.Runs.Start(ctx, h.Propose, map[string]string{"area": area}, false)
	if err != nil {
		return nil, err
	}
	return web.SeeOther(h.RunPage(started)), nil
}

func tone(s retention.Status) web.Tone {
	return map[retention.Status]web.Tone{retention.Waiting: web.Wait, retention.Approved: web.Info, retention.Done: web.Good, retention.Rejected: web.Quiet}[s]
}

func (h *Handlers) place(r *web.Request, code string) string {
	if code == "" {
		return r.T("insight.nation")
	}
	return h.Atlas.Name(code)
}

// proposals lists what was proposed.
func (h *Handlers) proposals(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	area, err := h.area(q.Text("wilayah"))
	if err != nil {
		return nil, err
	}
	all, err := h.Service.Proposals(ctx, retention.Filter{Status: retention.Status(q.Text("status")), Class: retention.Class(q.Text("jenis")), Area: area}, most)
	if err != nil {
		return nil, err
	}
	type row = retention.Proposal
	col := func(name string, kind web.Kind, value func(row) any) web.Column[row] {
		return page.Col(r, "retention.column.", name, kind, value)
	}
	return page.Rows[row]{Name: "usulan-pemusnahan", Caption: r.T("retention.proposals"), All: all, Empty: r.T("retention.none"), Href: func(p row) string { return To(p.ID) },
		Columns: []web.Column[row]{
			col("jenis", web.Words, func(p row) any { return r.T("retention.class." + string(p.Class)) }),
			col("wilayah", web.Words, func(p row) any { return h.place(r, p.Area) }),
			col("per", web.Date, func(p row) any { return p.AsOf }),
			col("jatuh_tempo", web.Count, func(p row) any { return p.Due }),
			col("dimusnahkan", web.Count, func(p row) any { return p.Destroyed }),
			col("ditahan", web.Count, func(p row) any { return p.Held }),
			page.Badged(col("status", web.Words, func(p row) any { return r.T("retention.status." + string(p.Status)) }), func(p row) web.Tone { return tone(p.Status) }),
			col("pengusul", web.Words, func(p row) any { return p.ProposedBy }),
			col("pemutus", web.Words, func(p row) any { return p.DecidedBy }),
		}}.Page(r, h.sheet(r, ProposalPath, "retention.proposals_lead"),
		page.Ask(r, "retention.column.", "status", page.Optional, page.Of(page.Options(r, "retention.status.", retention.Statuses))),
		page.Ask(r, "retention.column.", "jenis", page.Optional, page.Of(page.Options(r, "retention.class.", retention.Classes))))
}

func idOf(r *web.Request, key string) (ident.ID, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return id, fault.NotFound(key).Because(err)
	}
	return id, nil
}

// proposal shows a proposal with its records.
func (h *Handlers) proposal(ctx context.Context, r *web.Request) (web.Response, error) {
	s, rows, err := h.proposalSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	return rows.Page(r, s, page.Ask(r, "retention.column.", "nasib", page.Optional, page.Of(page.Options(r, "retention.fate.", []retention.Fate{retention.IsDue, retention.IsHeld, retention.Destroyed}))))
}

func (h *Handlers) proposalSheet(ctx context.Context, r *web.Request) (page.Sheet, page.Rows[retention.Item], error) {
	var s page.Sheet
	var rows page.Rows[retention.Item]
	id, err := idOf(r, "retention.not_found")
	if err != nil {
		return s, rows, err
	}
	p, items, err := h.Service.Proposal(ctx, id, retention.Fate(r.URL.Query().Get("nasib")))
	if err != nil {
		return s, rows, err
	}
	s = page.Sheet{Base: r.Base(r.T("retention.one", "class", r.T("retention.class."+string(p.Class)), "area", h.place(r, p.Area))).
		At(web.Crumb{Label: r.T("retention.title"), Href: Path}, web.Crumb{Label: r.T("retention.proposals"), Href: ProposalPath}),
		Badge: web.Badge(tone(p.Status), r.T("retention.status."+string(p.Status)))}
	about := []web.Pair{
		{Term: r.T("retention.column.per"), Value: web.Day(ctx, p.AsOf), Note: r.T("retention.kept", "years", p.Years, "after", r.T("retention.after."+string(p.Class)))},
		{Term: r.T("retention.column.pengusul"), Value: p.ProposedBy, Note: web.Moment(ctx, p.ProposedAt)},
		{Term: r.T("retention.column.jatuh_tempo"), Value: web.Number(ctx, p.Due)},
		{Term: r.T("retention.column.ditahan"), Value: web.Number(ctx, p.Held)},
		{Term: r.T("retention.column.dimusnahkan"), Value: web.Number(ctx, p.Destroyed)},
	}
	if p.DecidedBy != "" {
		about = append(about, web.Pair{Term: r.T("retention.column.pemutus"), Value: p.DecidedBy, Note: web.Moment(ctx, p.DecidedAt)})
	}
	if p.Note != "" {
		about = append(about, web.Pair{Term: r.T("retention.column.catatan"), Value: p.Note})
	}
	s.Add("", web.Pairs(about))
	h.ways(r, &s, p)
	type row = retention.Item
	col := func(name string, kind web.Kind, value func(row) any) web.Column[row] {
		return page.Col(r, "retention.column.", name, kind, value)
	}
	fates := map[retention.Fate]web.Tone{retention.IsDue: web.Wait, retention.IsHeld: web.Warn, retention.Destroyed: web.Quiet}
	rows = page.Rows[row]{Name: "pemusnahan", Caption: r.T("retention.records"), All: items, Columns: []web.Column[row]{
		col("no", web.Count, func(x row) any { return int64(x.No) }),
		col("wilayah", web.Words, func(x row) any { return h.place(r, x.Area) }),
		col("mulai", web.Date, func(x row) any { return x.Since }),
		col("sampai", web.Date, func(x row) any { return x.Until }),
		page.Badged(col("nasib", web.Words, func(x row) any { return r.T("retention.fate." + string(x.Fate)) }), func(x row) web.Tone { return fates[x.Fate] }),
		col("sebab", web.Words, func(x row) any {
			if x.Reason == "" {
				return nil
			}
			return r.T("retention.reason." + x.Reason)
		}),
		page.Hidden(col("catatan_id", web.Code, func(x row) any { return x.Subject.String() })),
	}}
	if p.Class == retention.Families || p.Class == retention.Persons {
		if r.Actor.Can(access.SeeFamilies) {
			rows.Href = func(x row) string { return h.FamilyPage(x.Family) }
		}
	}
	return s, rows, nil
}

// ways are what can be done with a proposal now.
func (h *Handlers) ways(r *web.Request, s *page.Sheet, p *retention.Proposal) {
	decides := r.Actor.Can(access.DecideDisposal)
	form := func(title string, f page.Form) { s.Add(title, page.FormPart(f, s.Errors)) }
	switch {
	case p.Status == retention.Waiting && decides && p.ProposedBy != r.Actor.Login:
		form(r.T("retention.decide"), page.Form{Action: To(p.ID), Fields: []page.Field{page.Ask(r, "retention.column.", "catatan", page.Optional, page.Lines, page.Hint(r.T("retention.note_hint")))},
			Also: []page.Also{{Name: "putusan", Value: "setuju", Label: r.T("retention.approve")}, {Name: "putusan", Value: "tolak", Label: r.T("retention.reject")}}})
	case p.Status == retention.Waiting:
		s.Lead = r.T("retention.waits")
	case p.Status == retention.Approved && decides:
		form("", page.Form{Action: To(p.ID), Hidden: []web.Pair{{Term: "putusan", Value: "lanjut"}}, Submit: r.T("retention.go_on")})
	case p.Status == retention.Done && p.Destroyed > 0 && decides:
		form("", page.Form{Action: "/dokumen", Hidden: []web.Pair{{Term: "jenis", Value: "musnah"}, {Term: "tentang", Value: p.ID.String()}}, Submit: r.T("retention.certificate")})
	}
}

// decide approves, rejects, or goes on where a run was stopped.
func (h *Handlers) decide(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r, "retention.not_found")
	if err != nil {
		return nil, err
	}
	switch r.Text("putusan") {
	case "tolak":
		if _, err = h.Service.Reject(ctx, id, r.Text("catatan")); err == nil {
			return web.SeeOther(To(id), web.Done("retention.rejected")), nil
		}
	case "setuju":
		_, err = h.Service.Approve(ctx, id, r.Text("catatan"))
		fallthrough
	case "lanjut":
		if err == nil {
			started, err := h.Runs.Start(ctx, h.Destroy, map[string]ident.ID{"proposal": id}, false)
			if err != nil {
				return nil, err
			}
			return web.SeeOther(h.RunPage(started)), nil
		}
	default:
		err = fault.Invalid("retention.choose")
	}
	var errs web.Errors
	if !errs.Take(r.Lang, "catatan", err) {
		return nil, err
	}
	s, rows, err := h.proposalSheet(ctx, r)
	if err != nil {
		return nil, err
	}
	s.Errors = errs
	s.Add("", rows.Show(r))
	return web.Invalid(page.View(s)), nil
}
