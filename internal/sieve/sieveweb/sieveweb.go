// Package sieveweb has the page that finds families by a rule. It stands in
// the list of families: /keluarga?aturan=….
package sieveweb

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/programme"
	"gotong/internal/region"
	"gotong/internal/rule"
	"gotong/internal/sieve"
	"gotong/internal/web"
)

// The addresses. The page itself is one of package registryweb's.
const (
	ListPath = "/keluarga"
	Path     = "/keluarga/aturan"
)

// ruleParam is the rule in the address.
const ruleParam = "aturan"

// Handlers answers the requests.
type Handlers struct {
	Service    *sieve.Service
	Atlas      *region.Atlas
	FamilyPage func(ident.ID) string
}

// Routes says who may open what.
func (h *Handlers) Routes() []web.Route {
	see := access.SeeFamilies
	return []web.Route{
		{Method: "GET", Pattern: Path, Permission: see, PersonalData: true, Purpose: access.PurposeVerification, Handle: h.Families},
		{Method: "POST", Pattern: Path, Permission: see, Handle: h.save},
		{Method: "POST", Pattern: Path + "/hapus/{id}", Permission: see, Handle: h.drop},
	}
}

// Address returns the address of a rule's families.
func Address(rule, area string) string {
	q := url.Values{ruleParam: {rule}}
	if area != "" {
		q.Set("wilayah", area)
	}
	return ListPath + "?" + q.Encode()
}

type view struct {
	web.Base
	Rule, Area string
	Errors     web.Errors
	Asked      bool
	AsOf       string
	Tabs       []web.Tab
	List       web.List[sieve.Row]
	Failed     string
	Saved      []sieve.Saved
	Areas      []web.Option
	Name       string
	Facts      string // path of the list of facts
}

// pageLength is how many families a page shows.
const pageLength = 50

// Families shows the families that a rule finds.
func (h *Handlers) Families(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	asked := sieve.Question{Rule: q.Text(ruleParam), Area: h.area(q.Text("wilayah")), Of: rule.Yes}
	if q.Text("jawab") == "belum" {
		asked.Of = rule.Unknown
	}
	v, err := h.view(ctx, r, asked)
	if err != nil {
		return nil, err
	}
	if asked.Rule == "" {
		return web.Page(page(v)), nil
	}
	columns := h.columns(r, asked.Of)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		if _, err := h.Service.Compile(asked.Rule); err != nil {
			return nil, one(err)
		}
		return web.TableFile(format, "keluarga-aturan", columns, h.Service.All(ctx, r.Route.Purpose, asked)), nil
	}
	place, _ := strconv.Atoi(q.After)
	p, err := h.Service.Find(ctx, r.Route.Purpose, asked, place, pageLength)
	if err != nil {
		if wrong(r.Lang, &v.Errors, err) {
			return web.Invalid(page(v)), nil
		}
		return nil, err
	}
	v.Asked, v.AsOf = true, web.Day(ctx, p.AsOf)
	total := p.Counts.Yes
	if asked.Of == rule.Unknown {
		total = p.Counts.Unknown
	}
	to := func(answer string) string { return q.With("jawab", answer) }
	v.Tabs = []web.Tab{{Label: r.T("sieve.yes"), Href: to(""), Count: &p.Counts.Yes, Current: asked.Of == rule.Yes},
		{Label: r.T("sieve.unknown"), Href: to("belum"), Count: &p.Counts.Unknown, Current: asked.Of == rule.Unknown}}
	if p.Counts.Failed > 0 {
		v.Failed = r.T("sieve.failed", "n", web.Number(ctx, p.Counts.Failed))
	}
	v.List = web.List[sieve.Row]{Caption: r.T("sieve.title"), Columns: columns, Rows: p.Rows, Query: q, Total: &total, Files: r.MayExport(),
		Href: func(x sieve.Row) string { return h.FamilyPage(x.FamilyID) }, Empty: r.T("sieve.none")}
	if p.Next > 0 {
		v.List.Next = strconv.Itoa(p.Next)
	}
	return web.Page(page(v)), nil
}

func (h *Handlers) view(ctx context.Context, r *web.Request, asked sieve.Question) (view, error) {
	v := view{Base: r.Base(r.T("sieve.title")).At(web.Crumb{Label: r.T("registry.families.title"), Href: ListPath}), Rule: asked.Rule, Area: asked.Area}
	var err error
	v.Saved, err = h.Service.Saved(ctx)
	for _, code := range r.Actor.Scope.Prefixes() {
		v.Areas = append(v.Areas, web.Option{Value: code, Label: h.Atlas.Name(code)})
		for _, c := range h.Atlas.Children(code) {
			v.Areas = append(v.Areas, web.Option{Value: c.Code, Label: "– " + h.Atlas.Name(c.Code)})
		}
	}
	if r.Actor.Scope.IsNation() {
		v.Areas = nil
		for _, c := range h.Atlas.Children("") {
			v.Areas = append(v.Areas, web.Option{Value: c.Code, Label: h.Atlas.Name(c.Code)})
		}
	}
	return v, err
}

func (h *Handlers) area(text string) string {
	code, err := h.Atlas.Parse(text)
	if err != nil {
		return ""
	}
	return code
}

// wrong takes up what is wrong with a rule beside its field, with line,
// column and the nearest fact.
func wrong(l i18n.Lang, errs *web.Errors, err error) bool {
	var problems rule.Problems
	if errors.As(err, &problems) {
		for _, p := range problems {
			errs.Add(ruleParam, i18n.Error(l, p))
		}
		return true
	}
	return errs.Take(l, ruleParam, err)
}

// one turns the problems of a rule into a single fault, for a file's answer.
func one(err error) error {
	var problems rule.Problems
	if errors.As(err, &problems) && len(problems) > 0 {
		return problems[0]
	}
	return err
}

func (h *Handlers) columns(r *web.Request, of rule.Truth) []web.Column[sieve.Row] {
	type row = sieve.Row
	columns := []web.Column[row]{
		{Name: "kepala_keluarga", Label: r.T("registry.head"), Value: func(x row) any { return x.HeadName }},
		{Name: "wilayah", Label: r.T("registry.area"), Value: func(x row) any { return h.Atlas.Name(x.Area) + ", " + h.Atlas.Name(region.ParentOf(x.Area)) }},
		{Name: "kode_wilayah", Label: r.T("registry.area_code"), Kind: web.Code, Hide: true, Value: func(x row) any { return region.Dotted(x.Area) }},
		{Name: "alamat", Label: r.T("registry.address"), Value: func(x row) any { return x.Address }},
		{Name: "anggota", Label: r.T("registry.members"), Kind: web.Count, Value: func(x row) any { return x.Members }},
	}
	if of == rule.Unknown {
		columns = append(columns, web.Column[row]{Name: "tanyakan", Label: r.T("sieve.missing_facts"), Value: func(x row) any { return programme.FactNames(r.Lang, x.Missing) }})
	}
	return columns
}

// save keeps a rule by name.
func (h *Handlers) save(ctx context.Context, r *web.Request) (web.Response, error) {
	x, err := h.Service.Save(ctx, r.Text("nama"), r.Text(ruleParam))
	if err == nil {
		return web.SeeOther(Address(x.Rule, ""), web.Done("sieve.saved_as", "name", x.Name)), nil
	}
	v, failed := h.view(ctx, r, sieve.Question{Rule: r.Text(ruleParam)})
	if failed != nil {
		return nil, failed
	}
	v.Name = r.Text("nama")
	var problems rule.Problems
	if errors.As(err, &problems) {
		wrong(r.Lang, &v.Errors, err)
	} else if !v.Errors.Take(r.Lang, "nama", err) {
		return nil, err
	}
	v.Asked = true
	return web.Invalid(page(v)), nil
}

// drop takes a rule away.
func (h *Handlers) drop(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return nil, fault.NotFound("sieve.missing").Because(err)
	}
	if err := h.Service.Drop(ctx, id); err != nil {
		return nil, err
	}
	return web.SeeOther(Path, web.Done("sieve.dropped")), nil
}
