package registryweb

import (
	"context"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"gotong/internal/access"
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

// difference is what an approval changes of one family.
type difference struct {
	Title string
	Lines []string
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
