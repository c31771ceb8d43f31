package linkageweb

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/linkage/authority"
	"gotong/internal/registry"
	"gotong/internal/web"
)

type matchesView struct {
	web.Base
	One      *authority.List
	Stats    []web.Stat
	Villages web.List[authority.Village]
	List     web.List[authority.Match]
	Statuses []web.Option
	Bands    []web.Option
	Areas    []web.Option
	Columns  []string // which column was read as what
	Unread   []string // what could not be read, with how many cells
	May      bool
}

func matchFilter(list ident.ID, q web.Query) authority.Filter {
	f := authority.Filter{List: list, Status: authority.Status(q.Text("status")), Area: q.Text("wilayah")}
	switch f.Status {
	case "":
		f.Status = authority.Open
	case everyStatus:
		f.Status = ""
	}
	if b, ok := bands[q.Text("kemungkinan")]; ok {
		f.Least, f.Most = b.least, b.most
	}
	return f
}

func (h *Authorities) list(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	l, villages, err := h.Service.One(ctx, id)
	if err != nil {
		return nil, err
	}
	q := r.List()
	f := matchFilter(id, q)
	columns := h.matchColumns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "padanan", columns, h.Service.All(ctx, f)), nil
	}
	page, err := h.Service.Matches(ctx, f, cursor(q, false), pageLength)
	if err != nil {
		return nil, err
	}
	total, err := h.Service.Count(ctx, f)
	if err != nil {
		return nil, err
	}
	v := matchesView{Base: h.below(r, r.T("linkage.authority.list_title", "kind", h.kindName(r, l.Kind), "file", l.File)), One: l, Columns: roles(r, l.Mapping), Unread: unread(r, l.Counts.Unread), May: r.Actor.Can(access.ResolveDuplicates),
		Stats: h.stats(ctx, r, l), Villages: h.villages(r, id, villages), Areas: h.desk.areaOptions(r.Actor.Scope, f.Area),
		List: web.List[authority.Match]{Caption: r.T("linkage.authority.queue"), Columns: columns, Rows: page.Rows, Query: q, Total: &total,
			Next: page.Next.Text(), Prev: page.Prev.Text(), Files: r.MayExport(), Empty: r.T("linkage.authority.queue_none"),
			Href: func(m authority.Match) string { return toMatch(m.ID) }}}
	for _, s := range authority.Statuses[1:] {
		v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: r.T("linkage.authority.status." + string(s))})
	}
	v.Statuses = append(v.Statuses, web.Option{Value: everyStatus, Label: r.T("linkage.status_all")})
	for _, b := range []string{"sure", "likely", "doubtful"} {
		v.Bands = append(v.Bands, web.Option{Value: b, Label: r.T("linkage.band." + b)})
	}
	return web.Page(matchesPage(v)), nil
}

// roles says which column of a list was read as what: role=column of its
// mapping, in words.
func roles(r *web.Request, mapping []string) []string {
	var all []string
	for _, text := range mapping {
		if role, column, ok := strings.Cut(text, "="); ok {
			all = append(all, r.T("linkage.authority.role", "role", r.T("linkage.authority.roles."+role), "column", column))
		}
	}
	return all
}

func unread(r *web.Request, cells map[string]int) []string {
	var all []string
	for _, role := range slices.Sorted(maps.Keys(cells)) {
		all = append(all, r.T("linkage.authority.unread_cells", "role", r.T("linkage.authority.roles."+role), "n", cells[role]))
	}
	return all
}

func (h *Authorities) below(r *web.Request, title string) web.Base {
	return r.Base(title).At(web.Crumb{Label: r.T("linkage.authority.title"), Href: AuthorityPath})
}

func toMatch(id ident.ID) string { return MatchPath + "/" + id.String() }

func (h *Authorities) stats(ctx context.Context, r *web.Request, l *authority.List) []web.Stat {
	var all []web.Stat
	for _, s := range []struct {
		key string
		n   int
	}{{"rows", l.Counts.Rows}, {"same", l.Counts.Same}, {"review", l.Counts.Review}, {"agreed", l.Counts.Agreed}, {"remembered", l.Counts.Remembered}} {
		all = append(all, web.Stat{Label: r.T("linkage.authority." + s.key), Value: web.Number(ctx, int64(s.n))})
	}
	return all
}

func (h *Authorities) villages(r *web.Request, list ident.ID, all []authority.Village) web.List[authority.Village] {
	return web.List[authority.Village]{ID: "desa", Caption: r.T("linkage.authority.villages"), Rows: all,
		Href: func(v authority.Village) string { return AuthorityLink(list) + "?wilayah=" + v.Area },
		Columns: []web.Column[authority.Village]{
			{Name: "desa", Label: r.T("linkage.authority.village"), Value: func(v authority.Village) any { return h.desk.area(&linkage.Side{Area: v.Area, Shown: true}) }},
			{Name: "menunggu", Label: r.T("linkage.authority.status.open"), Kind: web.Count, Value: func(v authority.Village) any { return v.Open }},
			{Name: "sama", Label: r.T("linkage.authority.status.accepted"), Kind: web.Count, Value: func(v authority.Village) any { return v.Accepted }},
			{Name: "bukan", Label: r.T("linkage.authority.status.rejected"), Kind: web.Count, Value: func(v authority.Village) any { return v.Rejected }},
		}}
}

func (h *Authorities) matchColumns(r *web.Request) []web.Column[authority.Match] {
	return []web.Column[authority.Match]{
		{Name: "tercatat", Label: r.T("linkage.authority.ours"), Value: func(m authority.Match) any { return h.desk.name(r, &m.Ours) }},
		{Name: "di_daftar", Label: r.T("linkage.authority.theirs"), Value: func(m authority.Match) any { return m.Entry.Name }},
		{Name: "lahir_tercatat", Label: r.T("linkage.authority.ours_born"), Kind: web.Date, Value: func(m authority.Match) any { return day(m.Ours.Born) }},
		{Name: "lahir_di_daftar", Label: r.T("linkage.authority.theirs_born"), Kind: web.Date, Value: func(m authority.Match) any { return day(m.Entry.Born) }},
		{Name: "wilayah", Label: r.T("linkage.area"), Value: func(m authority.Match) any { return h.desk.area(&m.Ours) }},
		{Name: "kemungkinan", Label: r.T("linkage.chance_short"), Kind: web.Share, Value: func(m authority.Match) any { return m.Probability },
			Show: func(m authority.Match) templ.Component { return chanceCell(m.Probability) }},
		{Name: "status", Label: r.T("linkage.status_label"), Value: func(m authority.Match) any { return r.T("linkage.authority.status." + string(m.Status)) },
			Show: func(m authority.Match) templ.Component { return matchBadge(m.Status) }},
		{Name: "baris", Label: r.T("linkage.authority.row"), Kind: web.Code, Hide: true, Value: func(m authority.Match) any { return int64(m.Row) }},
		{Name: "diputus_oleh", Label: r.T("linkage.decided_by"), Hide: true, Value: func(m authority.Match) any { return m.By }},
		{Name: "diputus_pada", Label: r.T("linkage.decided_at"), Kind: web.Time, Hide: true, Value: func(m authority.Match) any { return moment(m.At) }},
	}
}

func matchTone(s authority.Status) web.Tone {
	switch s {
	case authority.Accepted:
		return web.Good
	case authority.Rejected:
		return web.Info
	}
	return web.Wait
}

type matchView struct {
	web.Base
	Match    *authority.Match
	Next     *ident.ID
	Compared web.List[line]
	Ours     person
	Explain  string
	OnList   string
	May      bool
	Before   string // page of the match decided just now; may be empty
	Errors   web.Errors
	Note     string
	Heads    []web.Option // who can head the family of a head that died
	NewHead  string
	// What an accepted death did: where its event stands, in a sentence, and
	// what it stopped.
	Event    string
	Recorded string
	Stopped  []string
}

func (h *Authorities) show(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.matchView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(matchPage(v)), nil
}

func (h *Authorities) matchView(ctx context.Context, r *web.Request) (matchView, error) {
	id, err := idOf(r)
	if err != nil {
		return matchView{}, err
	}
	m, next, err := h.Service.Match(ctx, id)
	if err != nil {
		return matchView{}, err
	}
	// Both desks compare in the same way: the entry stands on the right.
	theirs := linkage.Side{Shown: true, Name: m.Entry.Name, Mother: m.Entry.Mother, Born: m.Entry.Born, Address: m.Entry.Address,
		Area: m.Entry.Area, NIKMasked: m.Entry.Number}
	pair := &linkage.Candidate{Left: m.Ours, Right: theirs, Score: m.Score, Probability: m.Probability, Pieces: m.Pieces}
	rows := h.desk.lines(ctx, r, pair)
	for i := range rows { // what a list does not say must not look as if it did
		if rows[i].what == r.T("linkage.field.sex") {
			rows[i].right = sexText(r, m.Entry.Female)
		}
		if rows[i].what == r.T("linkage.field.area") && m.Entry.Area == "" {
			rows[i].right = ""
		}
	}
	columns := lineColumns(r)
	columns[1].Label, columns[2].Label = r.T("linkage.authority.ours"), r.T("linkage.authority.theirs")
	v := matchView{Base: h.below(r, r.T("linkage.authority.match_title", "left", h.desk.name(r, &m.Ours), "right", m.Entry.Name)).At(
		web.Crumb{Label: r.T("linkage.authority.title"), Href: AuthorityPath}, web.Crumb{Label: h.kindName(r, m.Kind), Href: AuthorityLink(m.List)}),
		Match: m, Next: next, May: r.Actor.Can(access.ResolveDuplicates), Ours: h.desk.person(ctx, r, &m.Ours, "left"),
		Compared: web.List[line]{ID: "perbandingan", Caption: r.T("linkage.pair.compare"), Rows: rows, Columns: columns}}
	v.Ours.Title = r.T("linkage.authority.ours")
	for _, k := range h.Service.Kinds() {
		if k.Code == m.Kind {
			v.Explain = r.T("linkage.authority.explain_" + string(k.Effect))
		}
	}
	if m.Status == authority.Accepted && !m.Event.IsZero() {
		v.Event, v.Recorded = h.EventPage(m.Event), recorded(r, m)
		for _, s := range m.Stopped {
			v.Stopped = append(v.Stopped, s.In(r.Lang))
		}
	}
	if m.Entry.On != nil {
		v.OnList = r.T("linkage.authority.on_list", "day", dayText(ctx, m.Entry.On))
	}
	if before, err := ident.Parse(r.URL.Query().Get(just)); err == nil {
		v.Before = toMatch(before)
	}
	for _, p := range m.Heads {
		v.Heads = append(v.Heads, web.Option{Value: p.Person.String(), Label: p.Name})
	}
	return v, nil
}

// recorded says what an accepted match had recorded of a death.
func recorded(r *web.Request, m *authority.Match) string {
	switch {
	case m.Ours.Status != registry.PersonDead:
		return r.T("linkage.authority.death_waits")
	case len(m.Stopped) == 0:
		return r.T("linkage.authority.death_recorded")
	}
	return r.T("linkage.authority.death_stopped", "n", len(m.Stopped))
}

func sexText(r *web.Request, female *bool) string {
	switch {
	case female == nil:
		return ""
	case *female:
		return r.T("linkage.woman")
	}
	return r.T("linkage.man")
}

// decide takes a decision and goes on to the next match.
func (h *Authorities) decide(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	done := web.Done("linkage.authority.done_reject")
	switch authority.Status(r.Text("putusan")) {
	case authority.Accepted:
		done = web.Done("linkage.authority.done_accept")
		head, failed := ident.Parse(r.Text(newHead))
		if failed != nil && r.Text(newHead) != "" {
			return nil, fault.Invalid("core.error.invalid")
		}
		err = h.Service.Accept(ctx, id, r.Text("catatan"), head)
	case authority.Rejected:
		err = h.Service.Reject(ctx, id, r.Text("catatan"))
	default:
		err = fault.Invalid("linkage.error.decision")
	}
	if err != nil {
		return h.refused(ctx, r, err)
	}
	m, next, err := h.Service.Match(ctx, id)
	if err != nil {
		return nil, err
	}
	if n := len(m.Stopped); n > 0 {
		done = web.Done("linkage.authority.done_stopped", "n", strconv.Itoa(n))
	}
	if next == nil {
		return web.SeeOther(toMatch(id), done), nil
	}
	return web.SeeOther(toMatch(*next)+"?"+just+"="+id.String(), done), nil
}

// newHead is the field of who becomes the head.
const newHead = registry.FieldNewHead

// refused shows the match again with what was wrong, when the user can mend it
// or somebody else was faster.
func (h *Authorities) refused(ctx context.Context, r *web.Request, err error) (web.Response, error) {
	status, shown := shownAgain(err)
	if !shown {
		return nil, err
	}
	v, failed := h.matchView(ctx, r)
	if failed != nil {
		return nil, failed
	}
	v.Note, v.NewHead = r.Text("catatan"), r.Text(newHead)
	field := "putusan"
	if len(v.Heads) > 0 {
		field = newHead
	}
	v.Errors.Take(r.Lang, field, err)
	return web.PageWith(status, matchPage(v)), nil
}

func (h *Authorities) undo(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	waits, err := h.Service.Undo(ctx, id)
	if err != nil {
		return h.refused(ctx, r, err)
	}
	if waits {
		return web.SeeOther(toMatch(id), web.Done("linkage.authority.done_undo_waits")), nil
	}
	return web.SeeOther(toMatch(id), web.Done("linkage.done.undone")), nil
}
