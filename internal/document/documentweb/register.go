package documentweb

import (
	"context"
	"encoding/hex"
	"iter"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"gotong/internal/document"
	"gotong/internal/i18n"
	"gotong/internal/ident"
	"gotong/internal/web"
)

const pageLength = 50

type listView struct {
	web.Base
	List   web.List[document.Document]
	Kinds  []web.Option
	States []web.Option
}

func kindName(r *web.Request, k document.Kind) string { return r.T("document.kind." + string(k)) }

// filter reads what the address says.
func filter(q web.Query) document.Filter {
	f := document.Filter{Text: q.Text("nomor"), Limit: pageLength + 1}
	if k := document.Kind(q.Text("jenis")); k.Valid() {
		f.Kinds = []document.Kind{k}
	}
	if s := document.State(q.Text("status")); slices.Contains(document.States, s) {
		f.State = s
	}
	if id, err := ident.Parse(q.Text("tentang")); err == nil {
		f.Subject = id.String()
	}
	if id, err := ident.Parse(q.After); err == nil {
		f.Before = id
	}
	return f
}

// list is the register of issued papers.
func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	q := r.List()
	columns := h.columns(r)
	f := filter(q)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, "dokumen", columns, h.all(ctx, f)), nil
	}
	rows, total, err := h.Service.List(ctx, f)
	if err != nil {
		return nil, err
	}
	next := ""
	if len(rows) > pageLength {
		rows = rows[:pageLength]
		next = rows[pageLength-1].ID.String()
	}
	v := listView{Base: r.Base(r.T("document.title")), List: web.List[document.Document]{Caption: r.T("document.title"), Columns: columns, Rows: rows,
		Query: q, Total: &total, Next: next, Href: func(d document.Document) string { return To(d.ID) }, Empty: r.T("document.list.none"), Files: r.MayExport()}}
	for _, k := range document.Seen(r.Actor) {
		v.Kinds = append(v.Kinds, web.Option{Value: string(k), Label: kindName(r, k)})
	}
	for _, s := range document.States {
		v.States = append(v.States, web.Option{Value: string(s), Label: r.T("document.state." + string(s))})
	}
	return web.Page(listPage(v)), nil
}

// all gives every paper that the filter lets through, page by page.
func (h *Handlers) all(ctx context.Context, f document.Filter) iter.Seq2[document.Document, error] {
	return func(yield func(document.Document, error) bool) {
		const atOnce = 1000
		f.Limit = atOnce
		for {
			rows, _, err := h.Service.List(ctx, f)
			if err != nil {
				yield(document.Document{}, err)
				return
			}
			for i := range rows {
				if !yield(rows[i], nil) {
					return
				}
			}
			if len(rows) < atOnce {
				return
			}
			f.Before = rows[len(rows)-1].ID
		}
	}
}

func (h *Handlers) columns(r *web.Request) []web.Column[document.Document] {
	type doc = document.Document
	return []web.Column[doc]{
		{Name: "nomor", Label: r.T("document.list.number"), Value: func(d doc) any { return d.Number }},
		{Name: "versi", Label: r.T("document.list.version"), Kind: web.Count, Value: func(d doc) any { return int64(d.Version) }},
		{Name: "jenis", Label: r.T("document.list.kind"), Value: func(d doc) any { return kindName(r, d.Kind) }},
		{Name: "wilayah", Label: r.T("document.list.area"), Value: func(d doc) any { return h.area(d.Area) }},
		{Name: "tanggal", Label: r.T("document.list.date"), Value: func(d doc) any { return d.Date }},
		{Name: "diterbitkan_oleh", Label: r.T("document.list.by"), Value: func(d doc) any { return d.IssuedBy }},
		{Name: "halaman", Label: r.T("document.list.pages"), Kind: web.Count, Value: func(d doc) any { return int64(d.Pages) }},
		{Name: "status", Label: r.T("document.list.state"), Value: func(d doc) any { return r.T("document.state." + string(d.State())) },
			Show: func(d doc) templ.Component {
				return web.Badge(tone(d.State()), r.T("document.state."+string(d.State())))
			}},
		{Name: "kode", Label: r.T("document.list.code"), Kind: web.Code, Hide: true, Value: func(d doc) any { return document.FormatCode(d.Code) }},
		{Name: "sidik_jari", Label: r.T("document.list.hash"), Kind: web.Code, Hide: true, Value: func(d doc) any { return hex.EncodeToString(d.Hash[:]) }},
		{Name: "bahasa", Label: r.T("document.list.lang"), Hide: true, Value: func(d doc) any { return string(d.Lang) }},
	}
}

func (h *Handlers) area(code string) string {
	if code == "" {
		return "Indonesia"
	}
	return h.Atlas.Path(code, ", ")
}

// issue has a paper issued and shows it. The same paper asked for again is
// the one that there is.
func (h *Handlers) issue(ctx context.Context, r *web.Request) (web.Response, error) {
	area := r.Text("lingkup")
	if area != "" {
		var err error
		if area, err = h.Atlas.Parse(area); err != nil {
			return nil, err
		}
	}
	d, err := h.Service.Issue(ctx, document.Request{Kind: document.Kind(r.Text("jenis")), Subject: r.Text("tentang"), Area: area,
		Lang: i18n.ParseLang(r.Text("bahasa"))})
	if err != nil {
		return nil, err
	}
	return web.SeeOther(To(d.ID)), nil
}

type showView struct {
	web.Base
	D           *document.Document
	State       string
	Tone        web.Tone
	About       []web.Pair
	Proof       []web.Pair
	Former      string
	Next        string
	MayWithdraw bool
	MaySheets   bool
	Errors      web.Errors
	Reason      string
}

// show is one paper's page.
func (h *Handlers) show(ctx context.Context, r *web.Request) (web.Response, error) {
	v, err := h.view(ctx, r)
	if err != nil {
		return nil, err
	}
	return web.Page(showPage(v)), nil
}

func (h *Handlers) view(ctx context.Context, r *web.Request) (showView, error) {
	id, err := idOf(r)
	if err != nil {
		return showView{}, err
	}
	d, err := h.Service.Document(ctx, id)
	if err != nil {
		return showView{}, err
	}
	v := showView{Base: r.Base(d.Number).At(web.Crumb{Label: r.T("document.title"), Href: Path}), D: d, State: r.T("document.state." + string(d.State())),
		Tone: tone(d.State()), MayWithdraw: d.State() == document.Valid && d.Kind.MayWithdraw(r.Actor) && r.Actor.Scope.Covers(d.Area),
		MaySheets: d.Kind.Listing() && r.MayExport()}
	v.About = []web.Pair{{Term: r.T("document.list.kind"), Value: kindName(r, d.Kind)}, {Term: r.T("document.list.date"), Value: web.Day(ctx, d.Date)},
		{Term: r.T("document.list.area"), Value: h.area(d.Area)}, {Term: r.T("document.list.lang"), Value: r.T("document.lang." + string(d.Lang))},
		{Term: r.T("document.list.version"), Value: web.Number(ctx, d.Version)}, {Term: r.T("document.list.pages"), Value: web.Number(ctx, d.Pages)},
		{Term: r.T("document.list.rows"), Value: web.Number(ctx, d.Rows)}, {Term: r.T("document.list.by"), Value: d.IssuedBy}}
	v.Proof = []web.Pair{{Term: r.T("document.list.code"), Value: document.FormatCode(d.Code)}, {Term: r.T("document.list.hash"), Value: hashText(d.Hash)},
		{Term: r.T("document.list.file"), Value: hashText(d.File)}}
	if !d.Former.IsZero() {
		v.Former = To(d.Former)
	}
	if !d.Next.IsZero() {
		v.Next = To(d.Next)
	}
	return v, nil
}

// hashText writes a digest in groups, so that a narrow screen can break it.
func hashText(sum [32]byte) string {
	var b strings.Builder
	for i, c := range hex.EncodeToString(sum[:]) {
		if i > 0 && i%8 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// fileName names a download after the paper's number.
func fileName(d *document.Document, ending string) string {
	name := strings.NewReplacer("/", "-", `\`, "-", " ", "-").Replace(d.Number)
	if d.Version > 1 {
		name += "-v" + web.Number(context.Background(), d.Version)
	}
	return name + ending
}

func (h *Handlers) pdf(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	d, pdf, err := h.Service.File(ctx, id)
	if err != nil {
		return nil, err
	}
	return web.Bytes(fileName(d, ".pdf"), "application/pdf", pdf), nil
}

func (h *Handlers) sheets(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	d, b, err := h.Service.Sheets(ctx, id)
	if err != nil {
		return nil, err
	}
	return web.Bytes(fileName(d, ".xlsx"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b), nil
}

// withdraw declares a paper void.
func (h *Handlers) withdraw(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	reason := r.Text("alasan")
	err = h.Service.Withdraw(ctx, id, reason)
	if err == nil {
		return web.SeeOther(To(id), web.Done("document.show.withdrawn")), nil
	}
	var errs web.Errors
	if !errs.Take(r.Lang, "alasan", err) {
		return nil, err
	}
	v, viewErr := h.view(ctx, r)
	if viewErr != nil {
		return nil, viewErr
	}
	v.Errors, v.Reason = errs, reason
	return web.Invalid(showPage(v)), nil
}
