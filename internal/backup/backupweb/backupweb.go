// Package backupweb has the page on which two people say which payments went
// out between a copy and the going back to it.
package backupweb

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/backup"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/region"
	"gotong/internal/web"
	"gotong/internal/web/page"
)

// The addresses of the page and what it sends.
const (
	Path       = "/pemulihan"
	SayPath    = Path + "/pernyataan"
	DecidePath = Path + "/putusan"
)

// Handlers answers the requests.
type Handlers struct {
	Service *backup.Service
	Atlas   *region.Atlas
}

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: access.SeeMoney, Handle: h.show},
		{Method: "POST", Pattern: SayPath, Permission: access.Reconcile, Handle: h.say},
		{Method: "POST", Pattern: DecidePath, Permission: access.ReleasePayment, Handle: h.decide},
	}
}

// everywhere stands for the nation in a form, where nothing is no choice.
const everywhere = "semua"

// row is a statement with the restoration that it is about.
type row struct {
	backup.Statement
	of backup.Restoration
}

var tones = map[backup.Status]web.Tone{backup.Waiting: web.Wait, backup.Approved: web.Good, backup.Rejected: web.Quiet}

func col(r *web.Request, name string, kind web.Kind, value func(row) any) web.Column[row] {
	return page.Col(r, "backup.column.", name, kind, value)
}

// areas are those that the actor answers for: the nation, or each of theirs.
func areas(a access.Actor) []string {
	if a.Scope.IsNation() {
		return []string{""}
	}
	return a.Scope.Prefixes()
}

func (h *Handlers) place(r *web.Request, code string) string {
	if code == "" {
		return r.T("insight.nation")
	}
	return h.Atlas.Name(code)
}

// sheet tells of each restoration whether payments of the actor's areas stand
// still.
func (h *Handlers) sheet(ctx context.Context, r *web.Request) (page.Sheet, []backup.Restored, page.Rows[row], error) {
	s := page.Sheet{Base: r.Base(r.T("backup.title")), Lead: r.T("backup.lead")}
	all, err := h.Service.Restorations(ctx)
	var rows []row
	status := backup.Status(r.List().Text("status"))
	for i := range all {
		x := &all[i]
		tone, title := web.Good, "backup.goes_on"
		for _, area := range areas(r.Actor) {
			if x.Barred(area) {
				tone, title = web.Warn, "backup.stands_still"
			}
		}
		s.Add("", page.Notice(tone, r.T(title), r.T("backup.went_back", "at", web.Moment(ctx, x.At), "copied", web.Moment(ctx, x.CopiedAt), "erased", x.Erased)))
		for _, said := range x.Statements {
			if page.Is(string(status), said.Status) || status == "" {
				rows = append(rows, row{said, x.Restoration})
			}
		}
	}
	list := page.Rows[row]{Name: "pemulihan", Caption: r.T("backup.statements"), All: rows, Empty: r.T("backup.no_statements"), Columns: []web.Column[row]{
		col(r, "wilayah", web.Words, func(x row) any { return h.place(r, x.Area) }),
		col(r, "keluar", web.Words, func(x row) any {
			if len(x.Gone) == 0 {
				return r.T("backup.none_gone")
			}
			return strings.Join(x.Gone, ", ")
		}),
		col(r, "dasar", web.Words, func(x row) any { return x.Reason }),
		page.Badged(col(r, "status", web.Words, func(x row) any { return r.T("backup.status." + string(x.Status)) }), func(x row) web.Tone { return tones[x.Status] }),
		col(r, "oleh", web.Words, func(x row) any { return x.ProposedBy }),
		col(r, "diputuskan", web.Words, func(x row) any { return x.DecidedBy }),
		col(r, "pulih", web.Time, func(x row) any { return x.of.At }),
	}}
	return s, all, list, err
}

// forms are what the actor can do: say, or decide on what another said.
func (h *Handlers) forms(r *web.Request, s *page.Sheet, all []backup.Restored) {
	for i := range all {
		for k := range all[i].Statements {
			x := &all[i].Statements[k]
			if x.Status != backup.Waiting || x.ProposedBy == r.Actor.Login || !r.Actor.Can(access.ReleasePayment) {
				continue
			}
			said := strings.Join(x.Gone, ", ")
			if said == "" {
				said = r.T("backup.none_gone")
			}
			s.Add(r.T("backup.decide", "area", h.place(r, x.Area), "who", x.ProposedBy), page.Paragraph(r.T("backup.column.keluar")+": "+said+". "+r.T("backup.column.dasar")+": "+x.Reason),
				page.FormPart(page.Form{Action: DecidePath, Hidden: []web.Pair{{Term: "pernyataan", Value: x.ID.String()}},
					Also: []page.Also{{Name: "tindak", Value: "setuju", Label: r.T("backup.approve")}, {Name: "tindak", Value: "tolak", Label: r.T("backup.reject")}}}, s.Errors))
		}
	}
	if len(all) == 0 || !r.Actor.Can(access.Reconcile) {
		return
	}
	var which, where []web.Option
	for i := range all {
		which = append(which, web.Option{Value: all[i].ID.String(), Label: all[i].At.UTC().Format("2006-01-02 15:04")})
	}
	for _, area := range areas(r.Actor) {
		where = append(where, web.Option{Value: cmp.Or(area, everywhere), Label: h.place(r, area)})
	}
	ask := func(name string, with ...page.With) page.Field { return page.Ask(r, "backup.column.", name, with...) }
	s.Add(r.T("backup.say"), page.FormPart(page.Form{Action: SayPath, Submit: r.T("backup.say"), Fields: []page.Field{
		ask("pulih", page.Of(which)), ask("wilayah", page.Of(where)),
		ask("keluar", page.Lines, page.Optional, page.Hint(r.T("backup.gone_hint"))), ask("dasar", page.Lines, page.Hint(r.T("backup.say_why")))}}, s.Errors))
}

func (h *Handlers) show(ctx context.Context, r *web.Request) (web.Response, error) {
	s, all, rows, err := h.sheet(ctx, r)
	if err != nil {
		return nil, err
	}
	if f, err := rows.File(r); f != nil || err != nil {
		return f, err
	}
	h.forms(r, &s, all)
	return rows.Page(r, s, page.Ask(r, "backup.column.", "status", page.Optional,
		page.Of(page.Options(r, "backup.status.", []backup.Status{backup.Waiting, backup.Approved, backup.Rejected}))))
}

// again shows the page with what the user can mend.
func (h *Handlers) again(ctx context.Context, r *web.Request, field string, why error) (web.Response, error) {
	s, all, rows, err := h.sheet(ctx, r)
	if err != nil {
		return nil, err
	}
	if !s.Errors.Take(r.Lang, field, why) {
		return nil, why
	}
	h.forms(r, &s, all)
	s.Add("", rows.Show(r))
	return web.Invalid(page.View(s)), nil
}

func (h *Handlers) say(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := ident.Parse(r.Text("pulih"))
	if err != nil {
		return nil, fault.NotFound("backup.no_restoration").Because(err)
	}
	area := strings.TrimPrefix(r.Text("wilayah"), everywhere)
	if r.Text("wilayah") == "" || !slices.Contains(areas(r.Actor), area) { // nothing is not the nation
		return h.again(ctx, r, "wilayah", fault.Invalid("backup.pick_area"))
	}
	_, err = h.Service.Say(ctx, backup.Statement{Restoration: id, Area: area, Gone: []string{r.Text("keluar")}, Reason: r.Text("dasar")})
	if err == nil {
		return web.SeeOther(Path, web.Done("backup.said_done")), nil
	}
	field := "keluar"
	if r.Text("dasar") == "" {
		field = "dasar"
	}
	return h.again(ctx, r, field, err)
}

func (h *Handlers) decide(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := ident.Parse(r.Text("pernyataan"))
	if err != nil {
		return nil, fault.NotFound("backup.no_statement").Because(err)
	}
	var act func(context.Context, ident.ID) (*backup.Statement, error)
	var done string
	switch r.Text("tindak") {
	case "setuju":
		act, done = h.Service.Approve, "backup.approved"
	case "tolak":
		act, done = h.Service.Reject, "backup.rejected"
	default:
		return h.again(ctx, r, "", fault.Invalid("backup.pick_decision"))
	}
	if _, err := act(ctx, id); err != nil {
		return h.again(ctx, r, "", err)
	}
	return web.SeeOther(Path, web.Done(done)), nil
}
