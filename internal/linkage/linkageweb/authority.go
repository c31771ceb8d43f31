package linkageweb

import (
	"context"
	"errors"
	"io"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage/authority"
	"gotong/internal/region"
	"gotong/internal/run"
	"gotong/internal/upload"
	"gotong/internal/web"
)

// The addresses of the pages of authorities' lists.
const (
	AuthorityPath = "/padanan"
	MatchPath     = AuthorityPath + "/cocok"
)

// AuthorityDeps is what the pages of authorities' lists are given.
type AuthorityDeps struct {
	Service    *authority.Service
	Atlas      *region.Atlas
	Runs       Runs
	RunPage    func(run.Run) string
	FamilyPage func(family ident.ID) string
	EventPage  func(event ident.ID) string
}

// Authorities answers the requests for lists of authorities.
type Authorities struct {
	AuthorityDeps
	desk *Handlers // what both desks show in the same way
}

// NewAuthorities returns the pages of authorities' lists.
func NewAuthorities(d AuthorityDeps) *Authorities {
	return &Authorities{d, New(Deps{Atlas: d.Atlas, FamilyPage: d.FamilyPage})}
}

// Routes says who may open what.
func (h *Authorities) Routes() []web.Route {
	route := func(method, pattern string, p access.Permission, handle func(context.Context, *web.Request) (web.Response, error)) web.Route {
		return web.Route{Method: method, Pattern: pattern, Permission: p, PersonalData: true, Purpose: access.PurposeVerification, Handle: handle}
	}
	upload := route("POST", AuthorityPath, access.ResolveDuplicates, h.bring)
	upload.Stream, upload.MaxBody = true, authority.ListMost+1<<20
	return []web.Route{
		route("GET", AuthorityPath, access.SeeDuplicates, h.lists), upload,
		route("GET", AuthorityPath+"/{id}", access.SeeDuplicates, h.list),
		route("POST", AuthorityPath+"/{id}", access.ResolveDuplicates, h.settle),
		route("GET", MatchPath+"/{id}", access.SeeDuplicates, h.show),
		route("POST", MatchPath+"/{id}", access.ResolveDuplicates, h.decide),
		route("POST", MatchPath+"/{id}/batal", access.ResolveDuplicates, h.undo),
	}
}

// AuthorityLink tells where the result of a run can be seen.
func AuthorityLink(list ident.ID) string { return AuthorityPath + "/" + list.String() }

// listsShown is how many lists the page shows.
const listsShown = 100

type listsView struct {
	web.Base
	Errors web.Errors
	List   web.List[authority.List]
	Kinds  []web.Option
	Form   map[string]string
	May    bool
}

func (h *Authorities) listsView(ctx context.Context, r *web.Request) (listsView, error) {
	all, err := h.Service.Lists(ctx, listsShown)
	v := listsView{Base: r.Base(r.T("linkage.authority.title")), May: r.Actor.Can(access.ResolveDuplicates),
		Form: map[string]string{"tanggal": h.Service.Today().String()},
		List: web.List[authority.List]{Caption: r.T("linkage.authority.past"), Columns: h.listsColumns(r), Rows: all, Query: r.List(), Files: r.MayExport(),
			Empty: r.T("linkage.authority.none"), Href: func(l authority.List) string { return AuthorityLink(l.ID) }}}
	for _, k := range h.Service.Kinds() {
		v.Kinds = append(v.Kinds, web.Option{Value: k.Code, Label: k.Name.In(r.Lang)})
	}
	return v, err
}

// kindName names an authority's kind, by its code where it is no more in force.
func (h *Authorities) kindName(r *web.Request, code string) string {
	for _, k := range h.Service.Kinds() {
		if k.Code == code {
			return k.Name.In(r.Lang)
		}
	}
	return code
}

func (h *Authorities) listsColumns(r *web.Request) []web.Column[authority.List] {
	count := func(name, key string, value func(authority.Counts) int) web.Column[authority.List] {
		return web.Column[authority.List]{Name: name, Label: r.T("linkage.authority." + key), Kind: web.Count, Value: func(l authority.List) any {
			if l.State() != authority.StateDone {
				return nil
			}
			return int64(value(l.Counts))
		}}
	}
	return []web.Column[authority.List]{
		{Name: "lembaga", Label: r.T("linkage.authority.kind"), Value: func(l authority.List) any { return h.kindName(r, l.Kind) }},
		{Name: "asal", Label: r.T("linkage.authority.origin"), Value: func(l authority.List) any { return l.Origin }},
		{Name: "berlaku", Label: r.T("linkage.authority.held"), Kind: web.Date, Value: func(l authority.List) any { return l.On }},
		count("baris", "rows", func(c authority.Counts) int { return c.Rows }),
		count("cocok", "same", func(c authority.Counts) int { return c.Same }),
		count("dilihat", "review", func(c authority.Counts) int { return c.Review }),
		{Name: "oleh", Label: r.T("linkage.authority.by"), Value: func(l authority.List) any { return l.By }},
		{Name: "pada", Label: r.T("linkage.authority.at"), Kind: web.Time, Value: func(l authority.List) any { return l.At }},
		{Name: "keadaan", Label: r.T("linkage.authority.state"), Value: func(l authority.List) any { return r.T("linkage.authority." + l.State()) },
			Show: func(l authority.List) templ.Component { return listBadge(l) }},
	}
}

func stateTone(l authority.List) web.Tone {
	return map[string]web.Tone{authority.StateWaiting: web.Wait, authority.StateDiscarded: web.Quiet, authority.StateDone: web.Good}[l.State()]
}

func (h *Authorities) lists(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.listsView(ctx, r)
	if err != nil {
		return nil, err
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "padanan", v.List.Columns, web.Rows(v.List.Rows)), nil
	}
	return web.Page(listsPage(v)), nil
}

// fieldOf is the field of the form where what is wrong with a list is shown.
func fieldOf(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return "berkas"
	}
	switch f.Key {
	case "linkage.authority.error.kind":
		return "lembaga"
	case "linkage.authority.error.origin":
		return "asal"
	case "linkage.authority.error.day", "web.form.not_day":
		return "tanggal"
	case "linkage.authority.error.no_file", "linkage.authority.error.too_large", "upload.no_form", "upload.cut", "upload.twice", "upload.long":
		return "berkas"
	}
	return "kolom"
}

// bring takes in a list and has it matched by a run.
func (h *Authorities) bring(ctx context.Context, r *web.Request) (web.Response, error) {
	l, form, err := h.received(ctx, r)
	if err != nil {
		v, failed := h.listsView(ctx, r)
		if failed != nil {
			return nil, failed
		}
		if !fault.Is(err, fault.KindInvalid) || !v.Errors.Take(r.Lang, fieldOf(err), err) {
			return nil, err
		}
		if form != nil {
			v.Form = form
		}
		return web.Invalid(listsPage(v)), nil
	}
	return h.start(ctx, l.ID)
}

// start has a list matched by a run.
func (h *Authorities) start(ctx context.Context, list ident.ID) (web.Response, error) {
	started, err := h.Runs.Start(ctx, authority.MatchRun, authority.RunArgs{List: list}, false)
	if err != nil {
		return nil, err
	}
	return web.SeeOther(h.RunPage(started)), nil
}

// The fates of a list that was not matched, as its page names them.
const (
	fate      = "tindakan"
	fateMatch = "cocokkan"
	fateAside = "sisihkan"
)

// settle has a list matched whose run came to nothing, or puts it aside.
func (h *Authorities) settle(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	l, _, err := h.Service.One(ctx, id)
	if err != nil {
		return nil, err
	}
	matched := web.SeeOther(AuthorityLink(id), web.Warned("linkage.authority.error.done"))
	if !l.Done.IsZero() {
		return matched, nil
	}
	if r.Text(fate) == fateMatch {
		return h.start(ctx, id)
	}
	if r.Text(fate) != fateAside {
		return nil, fault.Invalid("core.error.invalid")
	}
	err = h.Service.Discard(ctx, id)
	if fault.Is(err, fault.KindConflict) {
		return matched, nil
	}
	if err != nil {
		return nil, err
	}
	return web.SeeOther(AuthorityPath, web.Done("linkage.authority.done_discard")), nil
}

// received takes a list in as it comes, and returns what was typed beside it.
func (h *Authorities) received(ctx context.Context, r *web.Request) (*authority.List, map[string]string, error) {
	to, err := h.Service.Receive(ctx)
	if err != nil {
		return nil, nil, err
	}
	form, err := upload.Form(r.Header.Get("Content-Type"), r.Body, func(_, name string, list io.Reader) error { return to.Take(ctx, name, list) }, "berkas")
	g := authority.Given{Kind: form["lembaga"], Origin: form["asal"]}
	if form["kolom"] != "" {
		g.Mapping = []string{form["kolom"]}
	}
	if err == nil {
		if g.On, err = civil.Parse(form["tanggal"]); err != nil {
			err = fault.Invalid("web.form.not_day", "text", form["tanggal"]).Because(err)
		}
	}
	if err != nil {
		return nil, form, errors.Join(err, to.Drop(ctx))
	}
	l, err := to.End(ctx, g)
	return l, form, err
}
