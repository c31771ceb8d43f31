package registryweb

import (
	"context"
	"errors"

	"gotong/internal/access"
	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/web"
)

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
