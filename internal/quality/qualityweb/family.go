package qualityweb

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/indicator"
	"gotong/internal/quality"
	"gotong/internal/region"
	"gotong/internal/registry"
	"gotong/internal/web"
)

type familyView struct {
	web.Base
	List   web.List[quality.Row]
	Areas  []web.Option
	Issues []web.Option
	Groups []web.Option
	Warns  []web.Option
	Ages   []web.Option
	Waits  []web.Option
}

// pageLength is how many families a page of the list shows.
const pageLength = 50

// families lists the families with something to mend.
func (h *Handlers) families(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	f, err := h.filter(q)
	if err != nil {
		return nil, err
	}
	columns := h.familyColumns(ctx, r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "mutu-keluarga", columns, h.Service.All(ctx, f, r.Route.Purpose)), nil
	}
	page, err := h.Service.List(ctx, f, placeOf(q.After), pageLength, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	next := ""
	if page.More {
		last := page.Rows[len(page.Rows)-1]
		next = last.Area + "_" + last.Family.String()
	}
	v := familyView{Base: r.Base(r.T("quality.families_title")).At(web.Crumb{Label: r.T("quality.nav"), Href: Path}),
		List: web.List[quality.Row]{Caption: r.T("quality.families_title"), Columns: columns, Rows: page.Rows, Query: q, Total: &page.Total, Next: next,
			Href: func(s quality.Row) string { return h.FamilyPage(s.Family) }, Empty: r.T("quality.none_here"), Files: r.MayExport()}}
	v.Areas = h.areas(r, f.Area)
	v.Issues = append(v.Issues, web.Option{Value: anyIssue, Label: r.T("quality.any_issue")})
	for _, i := range quality.Issues {
		v.Issues = append(v.Issues, web.Option{Value: quality.Names[i], Label: r.T("quality.issue." + quality.Names[i])})
	}
	v.Groups = append(v.Groups, web.Option{Value: quality.Identity, Label: r.T("quality.identity")})
	for _, g := range h.Service.Groups() {
		v.Groups = append(v.Groups, web.Option{Value: g.Code, Label: g.Name.In(r.Lang)})
	}
	for _, w := range registry.IdentityWarningCodes {
		v.Warns = append(v.Warns, web.Option{Value: w, Label: r.T("quality.warning." + w)})
	}
	rule, err := h.Service.Rule()
	if err != nil {
		return nil, err
	}
	for i := range len(rule.FreshDays) + 1 {
		v.Ages = append(v.Ages, web.Option{Value: strconv.Itoa(i), Label: quality.StepName(r.Lang, rule, i)})
	}
	if f.Programme != "" {
		v.Waits = append(v.Waits, web.Option{Value: f.Programme, Label: h.Programme(f.Programme).In(r.Lang)})
	}
	return web.Page(familyPage(v)), nil
}

func (h *Handlers) filter(q web.Query) (quality.Filter, error) {
	area, err := h.areaOf(q.Text("wilayah"))
	if err != nil {
		return quality.Filter{}, err
	}
	rule, err := h.Service.Rule()
	if err != nil {
		return quality.Filter{}, err
	}
	f := quality.Filter{Area: area, Missing: q.Text("kurang"), Warning: q.Text("peringatan"), Programme: q.Text("program"), Step: -1}
	known := f.Missing == "" || f.Missing == quality.Identity || slices.ContainsFunc(h.Service.Groups(), func(g indicator.Group) bool { return g.Code == f.Missing })
	known = known && (f.Warning == "" || slices.Contains(registry.IdentityWarningCodes, f.Warning))
	switch issue := q.Text("masalah"); issue {
	case "":
	case anyIssue:
		f.Issue = quality.AnyIssue
	default:
		var named bool
		f.Issue, named = quality.IssueNamed(issue)
		known = known && named
	}
	if step := q.Text("umur"); step != "" {
		f.Step, err = strconv.Atoi(step)
		known = known && err == nil && f.Step >= 0 && f.Step <= len(rule.FreshDays)
	}
	if !known {
		return quality.Filter{}, fault.Invalid("quality.bad_filter")
	}
	return f, nil
}

// anyIssue is what the address says for families with anything to mend.
const anyIssue = "ada"

// areas are the actor's own, and those below the one that is chosen.
func (h *Handlers) areas(r *web.Request, chosen string) []web.Option {
	top := r.Actor.Scope.Prefixes()
	if r.Actor.Scope.IsNation() {
		top = nil
		for _, p := range h.Atlas.Children("") {
			top = append(top, p.Code)
		}
	}
	if chosen == "" && len(top) == 1 {
		chosen = top[0]
	}
	var all []web.Option
	add := func(code string) {
		if r.Actor.Scope.Covers(code) {
			all = append(all, web.Option{Value: code, Label: h.Atlas.Name(code)})
		}
	}
	for _, code := range top {
		add(code)
	}
	for _, a := range h.Atlas.Ancestors(chosen) {
		if len(top) != 1 || a.Code != top[0] {
			add(a.Code)
		}
	}
	if chosen != "" && (len(top) != 1 || chosen != top[0]) {
		add(chosen)
	}
	for _, a := range h.Atlas.Children(chosen) {
		if chosen != "" {
			add(a.Code)
		}
	}
	return unique(all)
}

func unique(all []web.Option) []web.Option {
	seen := map[string]bool{}
	var kept []web.Option
	for _, o := range all {
		if !seen[o.Value] {
			seen[o.Value] = true
			kept = append(kept, o)
		}
	}
	return kept
}

// placeOf reads the place of a page; what is none is the first.
func placeOf(text string) registry.Place {
	area, id, ok := strings.Cut(text, "_")
	family, err := ident.Parse(id)
	if !ok || err != nil {
		return registry.Place{}
	}
	return registry.Place{Area: area, ID: family}
}

func (h *Handlers) familyColumns(ctx context.Context, r *web.Request) []web.Column[quality.Row] {
	words := func(codes []string, name func(string) string) string {
		said := make([]string, len(codes))
		for i, c := range codes {
			said[i] = name(c)
		}
		return strings.Join(said, "; ")
	}
	return []web.Column[quality.Row]{
		{Name: "kepala_keluarga", Label: r.T("registry.head"), Value: func(s quality.Row) any {
			if s.HeadName == "" {
				return r.T("quality.gone")
			}
			return s.HeadName
		}},
		{Name: "wilayah", Label: r.T("quality.area"), Value: func(s quality.Row) any {
			return h.Atlas.Name(s.Area) + ", " + h.Atlas.Name(region.ParentOf(s.Area))
		}},
		{Name: "kode_wilayah", Label: r.T("insight.code"), Kind: web.Code, Hide: true, Value: func(s quality.Row) any { return region.Dotted(s.Area) }},
		{Name: "alamat", Label: r.T("registry.address"), Value: func(s quality.Row) any { return s.Address }},
		{Name: "masalah", Label: r.T("quality.to_mend"), Value: func(s quality.Row) any {
			var names []string
			for _, i := range quality.Issues {
				if s.Has(i) {
					names = append(names, r.T("quality.issue."+quality.Names[i]))
				}
			}
			return strings.Join(names, "; ")
		}},
		{Name: "fakta", Label: r.T("quality.facts"), Kind: web.Share, Value: func(s quality.Row) any { return float64(s.Known) / 1000 }},
		{Name: "kurang", Label: r.T("quality.missing"), Value: func(s quality.Row) any {
			return words(s.Missing, func(c string) string { return h.groupName(ctx, c) })
		}},
		{Name: "peringatan", Label: r.T("quality.warning_head"), Value: func(s quality.Row) any {
			return words(s.Warnings, func(c string) string { return r.T("quality.warning." + c) })
		}},
		{Name: "program", Label: r.T("quality.waits"), Value: func(s quality.Row) any {
			return words(s.Programmes, func(c string) string { return h.Programme(c).In(r.Lang) })
		}},
		{Name: "tanggal_data", Label: r.T("registry.observed_on"), Kind: web.Date, Value: func(s quality.Row) any { return s.ObservedOn }},
	}
}
