package registryweb

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/web"
)

// EventPath is where events are listed and decided.
const EventPath = "/peristiwa"

func toEvent(e registry.Event) string { return EventPath + "/" + e.ID.String() }

type inboxView struct {
	web.Base
	List                   web.List[registry.Event]
	Areas, Kinds, Statuses []web.Option
	Whose                  []web.Option
	Status                 string // "" is those that wait
	MayApprove             bool
}

const inboxLength = 50

// inbox lists events: those that wait, unless the address asks for others.
func (h *Handlers) inbox(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	status := q.Text("status")
	if status == "" {
		status = string(registry.EventProposed)
	}
	f := registry.EventFilter{Area: q.Text("wilayah"), Kind: registry.ChangeKind(q.Text("jenis")), Status: registry.EventStatus(status), Limit: inboxLength}
	if status == whole {
		f.Status = ""
	}
	if q.Text("usulan") == "lain" {
		f.NotBy = r.Actor.Login
	}
	if n, err := strconv.Atoi(q.After); err == nil && n > 0 {
		f.Offset = n
	}
	columns := h.eventColumns(r)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "peristiwa", columns, h.allEvents(ctx, f, r.Route.Purpose)), nil
	}
	events, n, err := h.Service.Events(ctx, f, r.Route.Purpose)
	if err != nil {
		return nil, err
	}
	v := inboxView{Base: r.Base(r.T("event.title")), Areas: areaOptions(h.Service.Atlas(), r.Actor.Scope, f.Area), MayApprove: r.Actor.Can(access.ApproveChanges) && f.Status == registry.EventProposed && n > 0,
		Whose: []web.Option{{Value: "lain", Label: r.T("event.mine_others")}}}
	for _, k := range append(slices.Clone(registry.LifeKinds), registry.Undone) {
		v.Kinds = append(v.Kinds, web.Option{Value: string(k), Label: r.T("registry.change." + string(k))})
	}
	if status != string(registry.EventProposed) {
		v.Status = status
	}
	for _, s := range registry.EventStatuses {
		if s != registry.EventProposed { // that is the empty choice
			v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: r.T("event.state." + string(s))})
		}
	}
	v.Statuses = append(v.Statuses, web.Option{Value: whole, Label: r.T("event.all_states")})
	v.List = web.List[registry.Event]{Caption: r.T("event.title"), Columns: columns, Rows: events, Query: q, Total: &n, Href: toEvent,
		Empty: r.T("event.none"), Files: r.MayExport()}
	if next := f.Offset + len(events); int64(next) < n {
		v.List.Next = strconv.Itoa(next)
	}
	if v.MayApprove {
		v.List.Pick = func(e registry.Event) string { return e.ID.String() }
	}
	return web.Page(inboxPage(v)), nil
}

// allEvents goes through all that the filter lets through.
func (h *Handlers) allEvents(ctx context.Context, f registry.EventFilter, purpose access.Purpose) func(func(registry.Event, error) bool) {
	return func(yield func(registry.Event, error) bool) {
		for f.Offset, f.Limit = 0, 0; ; {
			events, n, err := h.Service.Events(ctx, f, purpose)
			if err != nil {
				yield(registry.Event{}, err)
				return
			}
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
			}
			if f.Offset += len(events); len(events) == 0 || int64(f.Offset) >= n {
				return
			}
		}
	}
}

func (h *Handlers) eventColumns(r *web.Request) []web.Column[registry.Event] {
	atlas := h.Service.Atlas()
	return []web.Column[registry.Event]{
		{Name: "jenis", Label: r.T("event.kind"), Value: func(e registry.Event) any { return r.T("registry.change." + string(e.Kind)) }},
		{Name: "keluarga", Label: r.T("event.head"), Value: func(e registry.Event) any { return e.HeadName }},
		{Name: "wilayah", Label: r.T("event.area"), Value: func(e registry.Event) any { return village(atlas, e.Area) }},
		{Name: "berlaku", Label: r.T("event.on"), Kind: web.Date, Value: func(e registry.Event) any { return e.EffectiveOn }},
		{Name: "diusulkan_oleh", Label: r.T("event.proposed_by"), Value: func(e registry.Event) any { return e.ProposedBy }},
		{Name: "diusulkan", Label: r.T("event.proposed_at"), Kind: web.Time, Value: func(e registry.Event) any { return e.ProposedAt }},
		{Name: "status", Label: r.T("event.status"), Value: func(e registry.Event) any { return r.T("event.state." + string(e.Status)) },
			Show: func(e registry.Event) templ.Component {
				return web.Badge(eventTone(e.Status), r.T("event.state."+string(e.Status)))
			}},
		{Name: "bukti", Label: r.T("event.evidence"), Hide: true, Value: func(e registry.Event) any { return e.Evidence }},
		{Name: "diputuskan_oleh", Label: r.T("event.decided_by"), Hide: true, Value: func(e registry.Event) any { return e.DecidedBy }},
		{Name: "alasan_putusan", Label: r.T("event.decision"), Hide: true, Value: func(e registry.Event) any { return e.Decision }},
	}
}

func eventTone(s registry.EventStatus) web.Tone {
	switch s {
	case registry.EventProposed:
		return web.Wait
	case registry.EventRecorded:
		return web.Good
	case registry.EventRejected:
		return web.Bad
	}
	return web.Quiet
}

type eventView struct {
	entryView
	Event    registry.Event
	Pairs    []web.Pair
	Differ   []difference
	Problem  string // why it cannot be approved
	May      bool   // approve it
	TakeOver bool
	Own      bool
	MayUndo  bool
	Families []memberLink
	Stopped  []string
	Again    []string
	Fates    []fateRow // what an erasure took away, and what it left
	Papers   web.PaperForm
	Recorded bool
	Reason   string
}

// difference is what an approval changes of one family.
type difference struct {
	Title string
	Lines []string
}

// event is the page of an event: what it was or would be, what it stopped,
// and what is to be decided about it.
func (h *Handlers) event(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.eventView(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(eventPage(v)), nil
}

func (h *Handlers) eventView(ctx context.Context, r *web.Request) (eventView, error) {
	id, err := ident.Parse(r.PathValue("id"))
	if err != nil {
		return eventView{}, fault.NotFound("event.not_found").Because(err)
	}
	e, req, err := h.Service.Event(ctx, id, r.Route.Purpose)
	if err != nil {
		return eventView{}, err
	}
	v := eventView{entryView: h.entryView(r, r.T("registry.change."+string(e.Kind))), Event: *e, Reason: r.Text("alasan")}
	v.Base, v.Back = v.At(web.Crumb{Label: r.T("event.title"), Href: EventPath}), EventPath
	v.Pairs = h.eventPairs(ctx, r, e)
	v.Own, v.TakeOver, v.Recorded = e.ProposedBy == r.Actor.Login, e.AreaTo != "", e.Status == registry.EventRecorded
	switch e.Status {
	case registry.EventProposed:
		v.May = !v.Own && (r.Actor.Can(access.ApproveChanges) || v.TakeOver && r.Actor.Can(access.EditFamilies) && r.Actor.Scope.Covers(e.AreaTo))
		if v.May {
			h.preview(ctx, r, &v)
		}
	case registry.EventRecorded, registry.EventUndone:
		v.MayUndo = v.Recorded && r.Actor.Can(access.EditFamilies) && e.Kind != registry.Undone && e.Kind != registry.Erasure
		h.outcome(ctx, r, &v, req)
	}
	return v, nil
}

func (h *Handlers) eventPairs(ctx context.Context, r *web.Request, e *registry.Event) []web.Pair {
	pairs := []web.Pair{
		{Term: r.T("event.head"), Value: headOf(r, e)}, {Term: r.T("event.area"), Value: h.Service.Atlas().Path(e.Area, ", ")},
		{Term: r.T("event.on"), Value: web.Day(ctx, e.EffectiveOn)}, {Term: r.T("event.evidence"), Value: e.Evidence},
		{Term: r.T("event.proposed_by"), Value: e.ProposedBy, Note: web.Moment(ctx, e.ProposedAt)},
	}
	if e.AreaTo != "" {
		pairs = append(pairs, web.Pair{Term: r.T("event.area_to"), Value: h.Service.Atlas().Path(e.AreaTo, ", ")})
	}
	if e.Note != "" {
		pairs = append(pairs, web.Pair{Term: r.T("event.note"), Value: e.Note})
	}
	if e.DecidedBy != "" {
		pairs = append(pairs, web.Pair{Term: r.T("event.decided_by"), Value: e.DecidedBy, Note: web.Moment(ctx, e.DecidedAt)})
	}
	if e.Decision != "" {
		pairs = append(pairs, web.Pair{Term: r.T("event.decision"), Value: decisionText(r, e)})
	}
	return pairs
}

// decisionText is the reason in words; of an event that lapsed it is the kind
// of what happened instead.
func decisionText(r *web.Request, e *registry.Event) string {
	if e.Status == registry.EventClosed {
		return r.T("registry.change." + e.Decision)
	}
	return e.Decision
}

// preview shows what an approval would change, or why it cannot be given.
func (h *Handlers) preview(ctx context.Context, r *web.Request, v *eventView) {
	p, err := h.Service.Preview(ctx, v.Event.ID)
	if err != nil {
		v.Problem = problemOf(r, err)
		return
	}
	v.Mark = p.Mark()
	for _, w := range p.Warnings {
		v.Warnings = append(v.Warnings, warning{Text: web.T(ctx, w.Key, w.Args...)})
	}
	v.Differ = h.differences(ctx, r, p)
}

func problemOf(r *web.Request, err error) string {
	var refused registry.Refused
	if errors.As(err, &refused) && len(refused) > 0 {
		return i18n.Error(r.Lang, refused[0].Fault)
	}
	return i18n.Error(r.Lang, err)
}

func (h *Handlers) differences(ctx context.Context, r *web.Request, p *registry.Preview) []difference {
	var all []difference
	for _, f := range p.Families {
		t := &teller{h: h, ctx: ctx, d: &registry.Dossier{History: &registry.History{}}, members: map[ident.ID]registry.MemberCore{}}
		d := difference{Title: r.T("event.family_named", "name", f.After.Family.HeadName)}
		if f.Before.Family.Version == 0 {
			d.Title = r.T("event.founded", "name", f.After.Family.HeadName)
		} else {
			t.before(f.Before)
			d.Title = r.T("event.family_named", "name", f.Before.Family.HeadName)
		}
		if d.Lines = t.core(&f.Change); len(d.Lines) == 0 {
			d.Lines = []string{r.T("event.no_change")}
		}
		all = append(all, d)
	}
	return all
}

// outcome shows what was recorded, and what that stopped.
func (h *Handlers) outcome(ctx context.Context, r *web.Request, v *eventView, _ *registry.Request) {
	for _, c := range v.Event.Changes {
		d, err := h.Service.Family(ctx, c.Family, r.Route.Purpose)
		if err != nil { // it stands in another area now
			continue
		}
		v.Families = append(v.Families, memberLink{Name: r.T("event.family_named", "name", named(r, d.Family.HeadName)), Href: To(c.Family)})
		t := &teller{h: h, ctx: ctx, d: d, members: map[ident.ID]registry.MemberCore{}}
		for i := range d.Changes {
			change := &d.Changes[i]
			said := t.core(change)
			if change.Version != c.Version {
				continue
			}
			title := "event.family_named"
			if change.Version == 1 {
				title = "event.founded"
			}
			v.Differ = append(v.Differ, difference{Title: r.T(title, "name", named(r, d.Family.HeadName)), Lines: said})
			for _, s := range change.Body.Stopped {
				v.Stopped = append(v.Stopped, s.In(r.Lang))
			}
			v.Fates = append(v.Fates, fateRows(ctx, change.Body.Fates)...)
			if len(v.Fates) > 0 && document.Erased.MayIssue(r.Actor) {
				v.Papers = web.PaperForm{About: v.Event.ID.String(), Kinds: []string{string(document.Erased)}}
			}
			for _, s := range h.Service.ToResume(d.History, change) {
				v.Again = append(v.Again, s.In(r.Lang))
			}
		}
	}
}

// headOf is whose family an event is of.
func headOf(r *web.Request, e *registry.Event) string {
	if e.Kind == registry.Erasure && e.Status == registry.EventRecorded {
		return named(r, e.HeadName)
	}
	return e.HeadName
}

// named is a name, or says that it was erased.
func named(r *web.Request, name string) string {
	if name == "" {
		return r.T("event.erased_name")
	}
	return name
}

// approve carries a proposal out.
func (h *Handlers) approve(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.eventView(ctx, r)
	if err != nil {
		return nil, err
	}
	read := ""
	if r.Text(fieldRead) != "" {
		read = r.Text(fieldMark)
	}
	out, err := h.Service.Approve(ctx, v.Event.ID, read)
	switch {
	case err == nil && out.Written:
		return web.SeeOther(toEvent(v.Event), web.Done("event.recorded_done")), nil
	case fault.Is(err, fault.KindForbidden):
		return nil, err
	case err != nil:
		v.Problem = problemOf(r, err)
	}
	return web.Invalid(eventPage(v)), nil
}

// reject turns a proposal down, or takes one's own back.
func (h *Handlers) reject(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.eventView(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := h.Service.Reject(ctx, v.Event.ID, v.Reason); err != nil {
		if !v.Errors.Take(r.Lang, "alasan", err) {
			return nil, err
		}
		return web.Invalid(eventPage(v)), nil
	}
	return web.SeeOther(EventPath, web.Done("event.rejected_done")), nil
}

// undo takes a recorded event back.
func (h *Handlers) undo(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.eventView(ctx, r)
	if err != nil {
		return nil, err
	}
	v.Basis.Version = 0
	out, err := h.Service.Do(ctx, registry.Request{Kind: registry.Undone, Event: v.Event.ID, Basis: v.Basis})
	done, err := v.entered(ctx, r, nil, out, err)
	switch {
	case err != nil:
		return nil, err
	case done:
		return web.SeeOther(EventPath+"/"+out.Event.String(), web.Done("event.recorded_done")), nil
	case !out.Proposed.IsZero():
		return web.SeeOther(EventPath+"/"+out.Proposed.String(), web.Done("event.proposed")), nil
	}
	return web.Invalid(eventPage(v)), nil
}

type bulkView struct {
	web.Confirmation
	Items []bulkItem
}

type bulkItem struct {
	Title, Problem string
	Differ         []difference
	Warnings       []string
}

// approveMany previews the proposals that were chosen, and approves those
// that were shown when it is sent again.
func (h *Handlers) approveMany(ctx context.Context, r *web.Request) (web.Response, error) {
	if marks := r.All("setuju"); len(marks) > 0 {
		return h.approveAll(ctx, r, marks)
	}
	ids := r.All("pilih")
	v := bulkView{Confirmation: web.Confirmation{Base: r.Base(r.T("event.approve_many_title")).At(web.Crumb{Label: r.T("event.title"), Href: EventPath}),
		Lead: r.T("event.approve_many_lead"), Action: EventPath + "/setujui", Cancel: EventPath}}
	for _, text := range ids {
		id, err := ident.Parse(text)
		if err != nil {
			continue
		}
		p, err := h.Service.Preview(ctx, id)
		item := bulkItem{Title: r.T("registry.change."+string(p.Event.Kind)) + ", " + p.Event.HeadName}
		if err != nil {
			if fault.KindOf(err) == fault.KindInternal {
				return nil, err
			}
			item.Problem = problemOf(r, err)
		} else {
			item.Differ = h.differences(ctx, r, p)
			for _, w := range p.Warnings {
				item.Warnings = append(item.Warnings, web.T(ctx, w.Key, w.Args...))
			}
			v.Hidden = append(v.Hidden, web.Pair{Term: "setuju", Value: id.String() + "_" + p.Mark()})
		}
		v.Items = append(v.Items, item)
	}
	if len(v.Items) == 0 {
		return web.SeeOther(EventPath, web.Warned("event.nothing_chosen")), nil
	}
	v.Submit = r.T("event.approve_n", "n", web.Number(ctx, len(v.Hidden)))
	return web.Page(bulkPage(v)), nil
}

// approveAll approves each proposal by itself: one that fits no more stays
// behind, and the others hold.
func (h *Handlers) approveAll(ctx context.Context, r *web.Request, marks []string) (web.Response, error) {
	done, left := 0, 0
	for _, text := range marks {
		text, mark, _ := strings.Cut(text, "_")
		id, err := ident.Parse(text)
		if err != nil {
			return nil, fault.Invalid("core.error.invalid").Because(err)
		}
		out, err := h.Service.Approve(ctx, id, mark)
		switch {
		case err == nil && out.Written:
			done++
		case err != nil && fault.KindOf(err) == fault.KindInternal:
			return nil, err
		default:
			left++
		}
	}
	return web.SeeOther(EventPath, web.Done("event.approved_n", "n", strconv.Itoa(done), "left", strconv.Itoa(left))), nil
}
