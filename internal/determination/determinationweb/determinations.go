package determinationweb

import (
	"context"
	"html"
	"maps"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/money"
	"gotong/internal/programme"
	"gotong/internal/web"
)

func rupiah(n int64) money.Rupiah { return money.Rupiah(n) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// shown is how many determinations the list holds.
const shown = 100

type determinationsView struct {
	web.Base
	List   web.List[determination.Header]
	MayRun bool
}

// determinations lists them; ?hasil=… leads to the list of the one in force.
func (h *Handlers) determinations(ctx context.Context, r *web.Request) (web.Response, error) {
	if o, ok := determination.ParseOutcome(r.URL.Query().Get("hasil")); ok {
		current, err := h.Service.Current(ctx)
		switch {
		case fault.Is(err, fault.KindNotFound):
		case err != nil:
			return nil, err
		case o == determination.Undetermined:
			return web.SeeOther(To(current.ID) + "/kunjungan"), nil
		default:
			return web.SeeOther(To(current.ID) + "/daftar?hasil=" + o.String()), nil
		}
	}
	rows, err := h.Service.Headers(ctx, shown)
	if err != nil {
		return nil, err
	}
	columns := []web.Column[determination.Header]{
		{Name: "untuk", Label: r.T("determination.page.as_of"), Kind: web.Date, Value: func(d determination.Header) any { return d.AsOf }},
		{Name: "keadaan", Label: r.T("determination.page.state"), Value: func(d determination.Header) any { return r.T("determination.state." + string(d.State)) },
			Show: func(d determination.Header) templ.Component {
				return web.Badge(stateTone(d.State), r.T("determination.state."+string(d.State)))
			}},
		{Name: "program", Label: r.T("determination.page.programmes"), Kind: web.Count, Value: func(d determination.Header) any { return len(d.Content.Programmes) }},
		{Name: "dihitung", Label: r.T("determination.page.created"), Kind: web.Time, Value: func(d determination.Header) any { return d.CreatedAt }},
		{Name: "pengusul", Label: r.T("determination.page.proposer"), Value: func(d determination.Header) any { return d.ProposedBy }},
		{Name: "pengesah", Label: r.T("determination.page.decider"), Value: func(d determination.Header) any { return d.DecidedBy }},
		{Name: "sidik_jari", Label: r.T("determination.page.digest"), Kind: web.Code, Value: func(d determination.Header) any { return d.Digest[:min(12, len(d.Digest))] }},
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "penetapan", columns, web.Rows(rows)), nil
	}
	return web.Page(determinationsPage(determinationsView{Base: r.Base(r.T("determination.page.title")), MayRun: r.Actor.Can(access.RunDetermination),
		List: web.List[determination.Header]{Caption: r.T("determination.page.title"), Columns: columns, Rows: rows, Query: r.List(), Files: r.MayExport(),
			Href: func(d determination.Header) string { return To(d.ID) }, Empty: r.T("determination.page.none")}})), nil
}

type showView struct {
	web.Base
	D          determination.Header
	Errors     web.Errors
	Area       string // chosen, "" for all of the actor's area
	Areas      []web.Option
	Stats      []web.Stat
	Programmes web.List[line]
	Reasons    []reasonsOf
	Quotas     web.List[quotaLine]
	Failures   web.List[failureLine]
	Proof      []web.Pair
	Steps      []web.Step
	MayPropose bool
	MayDecide  bool
	Own        bool // the actor proposed it
	Papers     web.PaperForm
	Note       string
}

// line is one programme's counts.
type line struct {
	Code, Name string
	Persons    bool // of the many persons whom it refuses, it keeps the number and no list
	determination.Counts
}

// listed reports whether there is a list of those with an outcome.
func (l line) listed(o determination.Outcome) bool { return !l.Persons || o != determination.Refused }

// reasonsOf is what stood in the way of a programme.
type reasonsOf struct {
	Name string
	List web.List[reason]
}

type reason struct {
	Sentence            string
	Blocks, Open, Alone int64
}

type quotaLine struct {
	Programme, Area string
	determination.QuotaUse
}

func (h *Handlers) show(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.showView(ctx, r)
	if err != nil {
		return nil, err
	}
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "penetapan-program", v.Programmes.Columns, web.Rows(v.Programmes.Rows)), nil
	}
	v.Programmes.Files = r.MayExport()
	return web.Page(showPage(v)), nil
}

func (h *Handlers) showView(ctx context.Context, r *web.Request) (showView, error) {
	id, err := idOf(r)
	if err != nil {
		return showView{}, err
	}
	d, err := h.Service.Header(ctx, id)
	if err != nil {
		return showView{}, err
	}
	all, err := h.Service.ProgrammesOf(ctx, id)
	if err != nil {
		return showView{}, err
	}
	v := showView{Base: r.Base(r.T("determination.page.of", "date", web.Day(ctx, d.AsOf))).At(web.Crumb{Label: r.T("determination.page.title"), Href: Path}),
		D: d, Area: r.URL.Query().Get("wilayah"), Own: d.ProposedBy == r.Actor.Login}
	v.MayPropose = d.State == determination.Computed && r.Actor.Can(access.RunDetermination)
	v.MayDecide = d.State == determination.Proposed && r.Actor.Can(access.EnactDetermination)
	if !r.Actor.Scope.Touches(v.Area) || strings.Trim(v.Area, "0123456789") != "" {
		v.Area = ""
	}
	figures, err := h.Service.Figures(ctx, id, v.Area, 0)
	if err != nil {
		return v, err
	}
	if v.Areas, err = h.areaOptions(ctx, id, v.Area); err != nil {
		return v, err
	}
	if d.State == determination.Enacted && r.Actor.Can(access.EnactDetermination) {
		v.Papers = web.PaperForm{About: id.String(), Kinds: []string{"sk"}, Areas: v.Areas, Area: v.Area}
	}
	v.counts(ctx, r, all, figures)
	v.reasons(ctx, r, all, figures)
	v.quotas(r, all, h)
	v.failures(r, all, h)
	v.Proof = proof(ctx, d)
	v.Steps = steps(ctx, d)
	return v, nil
}

// failureLine is a rule that cannot be computed of somebody.
type failureLine struct {
	Programme string
	determination.Failure
}

// failures lists the rules that divide by zero or leave the numbers: while
// there is any, the determination cannot be proposed.
func (v *showView) failures(r *web.Request, all []*programme.Programme, h *Handlers) {
	for _, p := range v.D.Content.Programmes {
		for _, f := range p.Failures {
			v.Failures.Rows = append(v.Failures.Rows, failureLine{nameOf(r.Context(), all, p.Code), f})
		}
	}
	v.Failures.ID, v.Failures.Caption, v.Failures.Query = "gagal", r.T("determination.page.failures"), r.List()
	v.Failures.Columns = []web.Column[failureLine]{
		{Name: "program", Label: r.T("determination.programme.name"), Value: func(f failureLine) any { return f.Programme }},
		{Name: "aturan", Label: r.T("determination.page.failed_rule"), Kind: web.Code, Value: func(f failureLine) any { return f.At }},
		{Name: "jumlah", Label: r.T("determination.page.failed_of"), Kind: web.Count, Value: func(f failureLine) any { return f.Subjects }},
		{Name: "wilayah", Label: r.T("determination.page.failed_first"), Value: func(f failureLine) any { return h.area(f.Area) }},
	}
}

// counts fills the figures of each programme and of all together.
func (v *showView) counts(ctx context.Context, r *web.Request, all []*programme.Programme, f determination.Figures) {
	var total determination.Counts
	for _, p := range all {
		l := line{Code: p.Code, Name: p.Name.In(r.Lang), Persons: p.Subject.EachMember()}
		for _, t := range f.Tallies {
			if t.Programme != p.Code {
				continue
			}
			l.Add(t.Outcome, t.Subjects)
			if t.Outcome == determination.Entitled {
				l.Annual += t.Annual
			}
		}
		for _, o := range determination.Outcomes {
			total.Add(o, l.Of(o))
		}
		total.Annual += l.Annual
		v.Programmes.Rows = append(v.Programmes.Rows, l)
	}
	for _, o := range determination.Outcomes {
		stat := web.Stat{Label: r.T("determination.outcome." + o.String()), Value: web.Number(ctx, total.Of(o)), Note: r.T("determination.page.decisions")}
		if !slices.ContainsFunc(v.Programmes.Rows, func(l line) bool { return !l.listed(o) }) {
			stat.Href = v.listPath("", o)
		}
		v.Stats = append(v.Stats, stat)
	}
	v.Stats = append(v.Stats, web.Stat{Label: r.T("determination.page.annual"), Value: web.ShortRupiah(ctx, total.Annual), Note: web.Rupiah(ctx, total.Annual)})
	v.Programmes.ID, v.Programmes.Caption, v.Programmes.Query = "program", r.T("determination.page.by_programme"), r.List()
	v.Programmes.Columns = []web.Column[line]{{Name: "program", Label: r.T("determination.programme.name"), Value: func(l line) any { return l.Name }}}
	for _, o := range determination.Outcomes {
		v.Programmes.Columns = append(v.Programmes.Columns, web.Column[line]{Name: o.String(), Label: r.T("determination.outcome." + o.String()), Kind: web.Count,
			Value: func(l line) any { return l.Of(o) },
			Show: func(l line) templ.Component {
				if !l.listed(o) {
					return plain(web.Number(ctx, l.Of(o)))
				}
				return linked(v.listPath(l.Code, o), web.Number(ctx, l.Of(o)))
			}})
	}
	v.Programmes.Columns = append(v.Programmes.Columns, web.Column[line]{Name: "setahun", Label: r.T("determination.page.annual"), Kind: web.Amount,
		Value: func(l line) any { return l.Annual }})
	v.Programmes.Totals = map[string]any{"setahun": total.Annual}
	for _, o := range determination.Outcomes {
		v.Programmes.Totals[o.String()] = total.Of(o)
	}
}

// listPath is the list behind a count.
func (v *showView) listPath(code string, o determination.Outcome) string {
	page := "/daftar?hasil=" + o.String()
	if o == determination.Undetermined {
		page = "/kunjungan?"
	}
	if code != "" {
		page += "&program=" + code
	}
	if v.Area != "" {
		page += "&wilayah=" + v.Area
	}
	return To(v.D.ID) + strings.Replace(page, "?&", "?", 1)
}

func (v *showView) reasons(ctx context.Context, r *web.Request, all []*programme.Programme, f determination.Figures) {
	for _, p := range all {
		var rows []reason
		for _, o := range f.Obstacles {
			if o.Programme == p.Code {
				rows = append(rows, reason{itemSentence(ctx, all, p, o.Item), o.Blocks, o.Open, o.Alone})
			}
		}
		slices.SortStableFunc(rows, func(a, b reason) int { return int(b.Blocks + b.Open - a.Blocks - a.Open) })
		if len(rows) == 0 {
			continue
		}
		v.Reasons = append(v.Reasons, reasonsOf{p.Name.In(r.Lang), web.List[reason]{ID: "alasan-" + p.Code,
			Caption: r.T("determination.page.reasons_of", "programme", p.Name.In(r.Lang)), Rows: rows, Query: r.List(),
			Columns: []web.Column[reason]{
				{Name: "syarat", Label: r.T("determination.page.item"), Value: func(x reason) any { return x.Sentence }},
				{Name: "menghalangi", Label: r.T("determination.page.blocks"), Kind: web.Count, Value: func(x reason) any { return x.Blocks }},
				{Name: "belum_diketahui", Label: r.T("determination.page.open"), Kind: web.Count, Value: func(x reason) any { return x.Open }},
				{Name: "satu_satunya", Label: r.T("determination.page.alone"), Kind: web.Count, Value: func(x reason) any { return x.Alone }},
			}}})
	}
}

// itemSentence says what a clause or exclusion is, about nobody in particular.
func itemSentence(ctx context.Context, all []*programme.Programme, p *programme.Programme, item int) string {
	l := web.Lang(ctx)
	if item < len(p.Clauses) {
		return p.Clauses[item].Because.Plain(l)
	}
	x := p.Exclusions[item-len(p.Clauses)]
	said := x.Because.Plain(l)
	if said == "" {
		for _, code := range x.Programmes {
			said += " " + nameOf(ctx, all, code)
		}
	}
	return web.T(ctx, "determination.page.excluded", "reason", strings.TrimSpace(said))
}

// quotas lists how far quotas reached, in the areas that the actor sees.
func (v *showView) quotas(r *web.Request, all []*programme.Programme, h *Handlers) {
	var rows []quotaLine
	for _, p := range all {
		result, _ := v.D.Content.Result(p.Code)
		for _, u := range result.Quota {
			name := r.T("programme.area.nation")
			if u.Area != "" {
				name = h.area(u.Area)
			}
			if u.Limit >= 0 && (r.Actor.Scope.IsNation() || u.Area != "" && r.Actor.Scope.Covers(u.Area)) && strings.HasPrefix(u.Area, v.Area) {
				rows = append(rows, quotaLine{p.Name.In(r.Lang), name, u})
			}
		}
	}
	v.Quotas = web.List[quotaLine]{ID: "kuota", Caption: r.T("determination.page.quotas"), Rows: rows, Query: r.List(), Columns: []web.Column[quotaLine]{
		{Name: "program", Label: r.T("determination.programme.name"), Value: func(q quotaLine) any { return q.Programme }},
		{Name: "wilayah", Label: r.T("determination.page.area"), Value: func(q quotaLine) any { return q.Area }},
		{Name: "kuota", Label: r.T("determination.page.limit"), Kind: web.Count, Value: func(q quotaLine) any { return q.Limit }},
		{Name: "memenuhi", Label: r.T("determination.page.qualified"), Kind: web.Count, Value: func(q quotaLine) any { return q.Qualified }},
		{Name: "menunggu", Label: r.T("determination.outcome.waitlisted"), Kind: web.Count, Value: func(q quotaLine) any { return q.Waiting }},
	}}
}

func proof(ctx context.Context, d determination.Header) []web.Pair {
	t := func(key string) string { return web.T(ctx, "determination.page."+key) }
	return []web.Pair{
		{Term: t("digest"), Show: breakable(d.Digest)},
		{Term: t("snapshot"), Show: breakable(d.Snapshot)},
		{Term: t("ranking"), Show: breakable(d.Ranking)},
		{Term: t("model"), Show: breakable(d.Model)},
		{Term: t("rule_pack"), Show: breakable(d.RulePack)},
	}
}

func steps(ctx context.Context, d determination.Header) []web.Step {
	who := func(login string, at string) string {
		if login == "" {
			return ""
		}
		return login + ", " + at
	}
	s := []web.Step{
		{Label: web.T(ctx, "determination.state.computed"), State: web.Passed, Note: who(d.CreatedBy, web.Moment(ctx, d.CreatedAt))},
		{Label: web.T(ctx, "determination.state.proposed"), Note: who(d.ProposedBy, web.Moment(ctx, d.ProposedAt))},
		{Label: web.T(ctx, "determination.state.enacted"), Note: who(d.DecidedBy, web.Moment(ctx, d.DecidedAt))},
	}
	switch d.State {
	case determination.Computed:
		s[1].State = web.Current
	case determination.Proposed:
		s[1].State, s[2].State = web.Passed, web.Current
	case determination.Enacted:
		s[1].State, s[2].State = web.Passed, web.Passed
	case determination.Rejected:
		s[1].State, s[2].State, s[2].Label = web.Passed, web.Stopped, web.T(ctx, "determination.state.rejected")
	}
	return s
}

// areaOptions are the parts of the chosen area, one level down, in which the
// determination decided anything for the actor to see.
func (h *Handlers) areaOptions(ctx context.Context, id ident.ID, chosen string) ([]web.Option, error) {
	digits := map[int]int{0: 4, 2: 4, 4: 6, 6: 10, 10: 10}[len(chosen)]
	var options []web.Option
	if chosen != "" {
		options = append(options, web.Option{Value: chosen, Label: h.area(chosen)})
	}
	figures, err := h.Service.Figures(ctx, id, chosen, digits)
	if err != nil {
		return nil, err
	}
	codes := map[string]bool{}
	for _, t := range figures.Tallies {
		codes[t.Area] = true
	}
	for _, code := range sortedKeys(codes) {
		if code != chosen {
			options = append(options, web.Option{Value: code, Label: h.area(code)})
		}
	}
	return options, nil
}

// breakable writes a digest so that a narrow page can break it, and whoever
// copies it gets it whole.
func breakable(digest string) templ.Component {
	var b strings.Builder
	b.WriteString(`<span class="code">`)
	for len(digest) > 8 {
		b.WriteString(html.EscapeString(digest[:8]) + "<wbr>")
		digest = digest[8:]
	}
	b.WriteString(html.EscapeString(digest) + "</span>")
	return templ.Raw(b.String())
}
