package linkageweb

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/civil"
	"gotong/internal/linkage"
	"gotong/internal/region"
	"gotong/internal/web"
)

// pageLength is how many pairs a page of the list shows.
const pageLength = 50

type listView struct {
	web.Base
	List     web.List[linkage.Candidate]
	Statuses []web.Option
	Bands    []web.Option
	Areas    []web.Option
	Orders   []web.Option
	May      bool // decide
}

// everyStatus in the address asks for decided pairs too: without a status the
// list is what waits.
const everyStatus = "semua"

// bySure in the address asks for the surest pairs first, else those come first
// on which the most hangs.
const bySure = "yakin"

// bands are the chances to filter by.
var bands = map[string]struct{ least, most float64 }{
	"sure": {.99, 0}, "likely": {.75, .99}, "doubtful": {0, .75},
}

func filter(q web.Query) linkage.Filter {
	f := linkage.Filter{Status: linkage.Status(q.Text("status")), Area: q.Text("wilayah")}
	switch f.Status {
	case "":
		f.Status = linkage.Open
	case everyStatus:
		f.Status = ""
	}
	f.ByWorth = q.Text("urutan") != bySure
	if b, ok := bands[q.Text("kemungkinan")]; ok {
		f.Least, f.Most = b.least, b.most
	}
	return f
}

func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	f := filter(q)
	columns := h.columns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "data-ganda", columns, h.Service.All(ctx, f)), nil
	}
	page, err := h.Service.List(ctx, f, cursor(q, f.ByWorth), pageLength)
	if err != nil {
		return nil, err
	}
	total, err := h.Service.Count(ctx, f)
	if err != nil {
		return nil, err
	}
	empty := r.T("linkage.empty")
	if q.Filtered() {
		empty = r.T("linkage.none")
	}
	v := listView{
		Base: r.Base(r.T("linkage.title")), May: r.Actor.Can(access.ResolveDuplicates),
		Areas: h.areaOptions(r.Actor.Scope, f.Area),
		List: web.List[linkage.Candidate]{
			Caption: r.T("linkage.title"), Columns: columns, Rows: page.Rows, Query: q, Total: &total,
			Next: page.Next.Text(), Prev: page.Prev.Text(),
			Href:  func(c linkage.Candidate) string { return To(c.ID) },
			Empty: empty, Files: r.MayExport(),
		},
	}
	v.Orders = []web.Option{{Value: bySure, Label: r.T("linkage.order.sure")}}
	for _, s := range linkage.Statuses[1:] {
		v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: r.T("linkage.status." + string(s))})
	}
	v.Statuses = append(v.Statuses, web.Option{Value: everyStatus, Label: r.T("linkage.status_all")})
	for _, b := range []string{"sure", "likely", "doubtful"} {
		v.Bands = append(v.Bands, web.Option{Value: b, Label: r.T("linkage.band." + b)})
	}
	return web.Page(listPage(v)), nil
}

func (h *Handlers) columns(r *web.Request) []web.Column[linkage.Candidate] {
	left := func(c linkage.Candidate) *linkage.Side { return &c.Left }
	right := func(c linkage.Candidate) *linkage.Side { return &c.Right }
	name := func(side func(linkage.Candidate) *linkage.Side) func(linkage.Candidate) any {
		return func(c linkage.Candidate) any { return h.name(r, side(c)) }
	}
	born := func(side func(linkage.Candidate) *linkage.Side) func(linkage.Candidate) any {
		return func(c linkage.Candidate) any { return day(side(c).Born) }
	}
	area := func(side func(linkage.Candidate) *linkage.Side) func(linkage.Candidate) any {
		return func(c linkage.Candidate) any { return h.area(side(c)) }
	}
	return []web.Column[linkage.Candidate]{
		{Name: "orang_1", Label: r.T("linkage.person_1"), Value: name(left)},
		{Name: "orang_2", Label: r.T("linkage.person_2"), Value: name(right)},
		{Name: "bantuan_terkait", Label: r.T("linkage.at_stake"), Kind: web.Amount, Value: func(c linkage.Candidate) any { return c.AtStake() }},
		{Name: "lahir_1", Label: r.T("linkage.born_1"), Kind: web.Date, Value: born(left)},
		{Name: "lahir_2", Label: r.T("linkage.born_2"), Kind: web.Date, Value: born(right)},
		{Name: "wilayah_1", Label: r.T("linkage.area_1"), Value: area(left)},
		{Name: "wilayah_2", Label: r.T("linkage.area_2"), Value: area(right)},
		{Name: "kemungkinan", Label: r.T("linkage.chance_short"), Kind: web.Share, Value: func(c linkage.Candidate) any { return c.Probability },
			Show: func(c linkage.Candidate) templ.Component { return chanceCell(c.Probability) }},
		{Name: "status", Label: r.T("linkage.status_label"), Value: func(c linkage.Candidate) any { return r.T("linkage.status." + string(c.Status)) },
			Show: func(c linkage.Candidate) templ.Component { return statusBadge(c.Status) }},
		{Name: "orang_terkait", Label: r.T("linkage.people"), Kind: web.Count, Hide: true, Value: func(c linkage.Candidate) any { return int64(c.Left.FamilySize + c.Right.FamilySize) }},
		{Name: "diputus_oleh", Label: r.T("linkage.decided_by"), Hide: true, Value: func(c linkage.Candidate) any { return c.By }},
		{Name: "diputus_pada", Label: r.T("linkage.decided_at"), Kind: web.Time, Hide: true, Value: func(c linkage.Candidate) any { return moment(c.At) }},
	}
}

// name is a person's name, or where they are when that is all that may be said.
func (h *Handlers) name(r *web.Request, s *linkage.Side) string {
	if s.Shown {
		return s.Name
	}
	return r.T("linkage.hidden")
}

// area names where a person is on record.
func (h *Handlers) area(s *linkage.Side) string {
	if place := s.Place(); place != s.Area {
		return h.Atlas.Name(place)
	}
	return h.Atlas.Name(s.Area) + ", " + h.Atlas.Name(region.ParentOf(s.Area))
}

func day(d *civil.Date) any {
	if d == nil {
		return nil
	}
	return *d
}

func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func statusTone(s linkage.Status) web.Tone {
	switch s {
	case linkage.Open:
		return web.Wait
	case linkage.Confirmed:
		return web.Good
	case linkage.Rejected:
		return web.Info
	default:
		return web.Quiet
	}
}

// cursor reads the place of a page from the list's address. What is no place
// leads to the first page.
func cursor(q web.Query, byWorth bool) linkage.Cursor {
	text, back := q.After, false
	if q.Before != "" {
		text, back = q.Before, true
	}
	c, ok := linkage.ParseCursor(text, byWorth)
	if ok {
		c.Back = back
	}
	return c
}

// areaOptions are the areas to choose from: the actor's own, the one that is
// chosen, and the areas right below it.
func (h *Handlers) areaOptions(own access.Scope, chosen string) []web.Option {
	top := own.Prefixes()
	if own.IsNation() {
		for _, p := range h.Atlas.Children("") {
			top = append(top, p.Code)
		}
	}
	if len(top) == 1 && chosen == "" {
		chosen = top[0]
	}
	var options []web.Option
	add := func(code, indent string) {
		options = append(options, web.Option{Value: code, Label: indent + h.Atlas.Name(code)})
	}
	for _, code := range top {
		add(code, "")
		if chosen == "" || !strings.HasPrefix(chosen, code) || !own.Covers(chosen) {
			continue
		}
		indent := "– "
		for _, a := range h.Atlas.Ancestors(chosen) {
			if len(a.Code) > len(code) {
				add(a.Code, indent)
				indent += "– "
			}
		}
		if chosen != code {
			add(chosen, indent)
			indent += "– "
		}
		for _, c := range h.Atlas.Children(chosen) {
			add(c.Code, indent)
		}
	}
	return options
}
