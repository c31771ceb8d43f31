package deliveryweb

import (
	"context"
	"strconv"
	"strings"

	"gotong/internal/access"
	"gotong/internal/delivery"
	"gotong/internal/fault"
	"gotong/internal/web"
)

type traceView struct {
	web.Base
	Lead   string
	About  []web.Pair
	Parts  web.List[delivery.Part]
	Walk   []web.Event
	Family string // path of the family's page; "" for who may not open it
	Proofs []seenView
	Links  []web.Crumb
	Back   string
}

// trace is the last step of the walk: one line from the allotment to the
// recipient, and back where it came back.
func (h *Handlers) trace(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	line, _ := strconv.ParseInt(r.PathValue("line"), 10, 64)
	t, err := h.Service.Trace(ctx, id, line)
	if err != nil {
		return nil, err
	}
	names, _, err := h.names(ctx, r)
	if err != nil {
		return nil, err
	}
	terms, err := h.Service.Programmes.Terms(ctx, t.List.Programme)
	if err != nil && !fault.Is(err, fault.KindNotFound) { // a programme that ended names its parts no more
		return nil, err
	}
	i := t.Line
	v := traceView{Base: r.Base(delivery.Reference(t.List.Number, i.LineNo)).At(web.Crumb{Label: r.T("delivery.lists.title"), Href: ListsPath}, web.Crumb{Label: t.List.Number, Href: To(id)}),
		Lead: strings.Join([]string{name(names, t.List.Programme), t.List.Period.String(), h.Areas.Name(i.Area)}, " · "),
		About: []web.Pair{
			{Term: r.T("delivery.holder"), Value: i.Holder},
			{Term: r.T("delivery.account"), Value: strings.TrimSpace(i.Bank + " " + i.Masked)},
			{Term: r.T("delivery.amount"), Value: web.Rupiah(ctx, i.Amount)},
			{Term: r.T("delivery.status_label"), Show: web.Badge(lineTone(i.Status), statusText(r, t.List.Means, i.Status))},
		},
		Parts: web.List[delivery.Part]{ID: "komponen", Caption: r.T("delivery.parts"), Rows: i.Parts, Query: r.List(), Columns: []web.Column[delivery.Part]{
			{Name: "komponen", Label: r.T("delivery.component"), Value: func(p delivery.Part) any { return partName(ctx, terms, p) }},
			{Name: "jumlah", Label: r.T("delivery.amount"), Kind: web.Amount, Value: func(p delivery.Part) any { return p.Amount }},
		}},
		Walk: h.walk(ctx, r, t), Back: toFund(t.List.Fund), Proofs: h.seen(ctx, r, id, line, t.Proofs)}
	if i.Code != "" {
		v.About = append(v.About, web.Pair{Term: r.T("delivery.reason"), Value: reasonText(r, t.List.Means, i.Code), Note: r.T("delivery.road." + string(i.Code))})
	}
	for _, said := range adjusted(ctx, terms, i.Adjusted) {
		v.About = append(v.About, web.Pair{Term: r.T("delivery.adjusted.title"), Value: said})
	}
	if h.FamilyPage != nil && r.Actor.Can(access.SeeFamilies) {
		v.Family = h.FamilyPage(i.FamilyID)
	}
	if r.Actor.Can(access.MakePayment) || r.Actor.Can(access.CheckPayment) {
		v.Links = append(v.Links, web.Crumb{Label: r.T("delivery.holds.new"), Href: HoldsPath + "/baru?keluarga=" + i.FamilyID.String()})
	}
	if r.Actor.Can(access.Reconcile) && t.List.Means == delivery.ByBank {
		v.Links = append(v.Links, web.Crumb{Label: r.T("delivery.route.new"), Href: RoutesPath + "/baru?keluarga=" + i.FamilyID.String() + "&program=" + t.List.Programme})
	}
	waiting, _, err := h.Service.Exceptions(ctx, delivery.ExceptionFilter{ListID: id, LineNo: line, Limit: 1})
	if err != nil {
		return nil, err
	}
	for _, e := range waiting {
		v.Links = append(v.Links, web.Crumb{Label: r.T("delivery.trace.exception"), Href: toException(e.ID)})
	}
	return web.Page(tracePage(v)), nil
}

// walk puts the list's acts and the line's own events into one story.
func (h *Handlers) walk(ctx context.Context, r *web.Request, t *delivery.Trace) []web.Event {
	own := map[int64]delivery.Event{}
	for _, e := range t.Events {
		own[e.No] = e
	}
	var story []web.Event
	for _, a := range t.Acts {
		e, moved := own[a.No]
		if !moved && !wholeList[a.Kind] {
			continue
		}
		parts := []string{a.Actor}
		step := web.Event{At: web.Moment(ctx, a.At), Title: r.T("delivery.act_done." + string(a.Kind)), Tone: actTone(a.Kind)}
		if moved {
			step.Tone = lineTone(e.Status)
			parts = append(parts, statusText(r, t.List.Means, e.Status))
			if e.Code != "" {
				parts = append(parts, reasonText(r, t.List.Means, e.Code))
			}
		}
		if a.Entry > 0 {
			parts = append(parts, r.T("delivery.entry.no", "n", web.Number(ctx, a.Entry)))
		}
		step.Text = strings.Join(parts, " · ")
		story = append(story, step)
	}
	return story
}
