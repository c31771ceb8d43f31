package runweb

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gotong/internal/run"
	"gotong/internal/web"
)

// newest is how many runs the list looks back at: months of an office's work.
const newest = 1000

// pageLength is how many runs a page of the list shows.
const pageLength = 50

type listView struct {
	web.Base
	List   web.List[run.Run]
	Kinds  []web.Option
	States []web.Option
	Lead   string
}

func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	all, err := h.service.Recent(ctx, newest)
	if err != nil {
		return nil, err
	}
	kinds := kindOptions(r, all)
	lead := r.T("run.lead")
	if len(all) == newest {
		lead += " " + r.T("run.newest", "n", web.Number(ctx, newest))
	}
	found := slices.DeleteFunc(all, func(x run.Run) bool { return !fits(x, q) })
	columns := columns(ctx, r, h.clock.Now())
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "pekerjaan", columns, web.Rows(found)), nil
	}
	return web.Page(listPage(listView{
		Base: r.Base(r.T("run.title")), Lead: lead, Kinds: kinds, States: stateOptions(r),
		List: web.PagedBy(r, pageLength, func(x run.Run) string { return x.ID.String() }, web.List[run.Run]{
			Caption: r.T("run.title"), Columns: columns, Rows: found, Query: q,
			Href: To, Empty: emptySentence(r, q),
		}),
	})), nil
}

func emptySentence(r *web.Request, q web.Query) string {
	if q.Filtered() {
		return r.T("run.none")
	}
	return r.T("run.empty")
}

// fits reports whether a run is one that the list's address asks for.
func fits(x run.Run, q web.Query) bool {
	if kind := q.Text("jenis"); kind != "" && string(x.Kind) != kind {
		return false
	}
	if state := q.Text("status"); state != "" && string(x.State) != state {
		return false
	}
	by := strings.ToLower(q.Text("oleh"))
	return by == "" || strings.Contains(strings.ToLower(x.Actor.Login+" "+x.Actor.Name), by)
}

func columns(ctx context.Context, r *web.Request, now time.Time) []web.Column[run.Run] {
	return []web.Column[run.Run]{
		{Name: "jenis", Label: r.T("run.kind"), Value: func(x run.Run) any { return kindName(r.Lang, x.Kind) }},
		{Name: "status", Label: r.T("run.state"), Value: func(x run.Run) any { return stateName(r.Lang, x) },
			Show: func(x run.Run) templ.Component { return web.Badge(stateTone(x.State), stateName(r.Lang, x)) }},
		{Name: "uji_coba", Label: r.T("run.trial"), Kind: web.YesNo, Value: func(x run.Run) any { return x.Dry }},
		{Name: "oleh", Label: r.T("run.by"), Value: func(x run.Run) any { return x.Actor.Name }},
		{Name: "diminta", Label: r.T("run.asked"), Kind: web.Time, Value: func(x run.Run) any { return moment(x.AskedAt) }},
		{Name: "selesai", Label: r.T("run.ended"), Kind: web.Time, Hide: true, Value: func(x run.Run) any { return moment(x.EndedAt) }},
		{Name: "lama", Label: r.T("run.took"), Value: func(x run.Run) any { return took(ctx, x, now) }},
		{Name: "jumlah", Label: r.T("run.counted"), Kind: web.Count, Value: func(x run.Run) any { return counted(x) }},
		{Name: "nomor", Label: r.T("run.number"), Kind: web.Code, Hide: true, Value: func(x run.Run) any { return x.ID.String() }},
	}
}

// moment returns t, or nil for a time that has not come.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// took says how long a run has been worked on.
func took(ctx context.Context, x run.Run, now time.Time) any {
	switch {
	case x.StartedAt.IsZero():
		return nil
	case x.State.Ended():
		return web.Span(ctx, x.EndedAt.Sub(x.StartedAt))
	default:
		return web.Span(ctx, now.Sub(x.StartedAt))
	}
}

// counted returns how many items the run's last stage counted.
func counted(x run.Run) any {
	if n := len(x.Progress.Stages); n > 0 {
		return x.Progress.Stages[n-1].Sum()
	}
	return nil
}

func kindOptions(r *web.Request, all []run.Run) []web.Option {
	var options []web.Option
	for _, x := range all {
		o := web.Option{Value: string(x.Kind), Label: kindName(r.Lang, x.Kind)}
		if !slices.Contains(options, o) {
			options = append(options, o)
		}
	}
	slices.SortFunc(options, func(a, b web.Option) int { return strings.Compare(a.Label, b.Label) })
	return options
}

func stateOptions(r *web.Request) []web.Option {
	var options []web.Option
	for _, s := range []run.State{run.Queued, run.Running, run.Done, run.Failed, run.Cancelled} {
		options = append(options, web.Option{Value: string(s), Label: word(r.Lang, "states", string(s))})
	}
	return options
}
