package deliveryweb

import (
	"context"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"gotong/internal/access"
	"gotong/internal/bank"
	"gotong/internal/delivery"
	"gotong/internal/i18n"
	"gotong/internal/web"
)

type listView struct {
	web.Base
	Overview *delivery.Overview
	Lead     string
	Steps    []web.Step
	Stats    []web.Stat
	About    []web.Pair
	Buttons  []button
	Statuses []web.Option
	Codes    []web.Option
	Lines    web.List[delivery.Instruction]
	Returns  web.List[delivery.ReturnFile]
	History  []web.Event
	Unknown  bool   // handed over, outcome unknown
	Barred   string // why it can be neither released nor sent; "" for nothing
	Restored string // where that is said
	Papers   web.PaperForm
	Answer   bool // a bank's answer about accounts can be brought
	Question string
	Errors   web.Errors
	Duty     *dutyView // nil where duties change nothing
}

// button is an act that the list's page offers: a page to go to, or with Post
// a form to send.
type button struct {
	Href, Label string
	Post, Main  bool
}

func (h *Handlers) list(ctx context.Context, r *web.Request) (web.Response, error) {
	id, err := idOf(r)
	if err != nil {
		return nil, err
	}
	o, err := h.Service.Overview(ctx, id)
	if err != nil {
		return nil, err
	}
	q := r.List()
	f := delivery.LineFilter{Status: delivery.Status(q.Text("status")), Code: delivery.Code(q.Text("alasan")), Limit: pageLength + 1}
	columns := h.lineColumns(r, o.Means, o.Number)
	if format, wanted, err := r.Wanted(); err != nil {
		return nil, err
	} else if wanted {
		return web.TableFile(format, o.Number, columns, h.allLines(ctx, id, f)), nil
	}
	names, _, err := h.names(ctx, r)
	if err != nil {
		return nil, err
	}
	lines, prev, next, err := h.page(ctx, q, id, f)
	if err != nil {
		return nil, err
	}
	v := listView{Base: r.Base(o.Number).At(web.Crumb{Label: r.T("delivery.lists.title"), Href: ListsPath}), Overview: o,
		Lead:  strings.Join([]string{name(names, o.Programme), o.Period.String(), h.area(r, o.Area)}, " · "),
		Steps: steps(ctx, r, o), About: about(ctx, r, o), Buttons: buttons(r, o), History: h.history(ctx, r, o),
		Unknown: o.File != nil && o.File.State == delivery.FileHanding,
		Answer:  o.Status == delivery.Draft && o.Means == delivery.ByBank && r.Actor.Can(access.MakePayment),
		Lines: web.List[delivery.Instruction]{Caption: r.T("delivery.lines_of", "number", o.Number), Columns: columns, Rows: lines, Query: q, Prev: prev, Next: next,
			Href: func(i delivery.Instruction) string { return toLine(id, i.LineNo) }, Empty: r.T("delivery.no_lines"), Files: r.MayExport()},
		Returns: returnList(r, o.Returns)}
	if o.Barred != nil {
		v.Barred, v.Restored = i18n.Error(r.Lang, o.Barred), h.Restored
	}
	if v.Answer && r.MayExport() {
		v.Question = To(id) + "/rekening"
	}
	for _, s := range delivery.Statuses {
		if n := o.Sums[s]; n.Lines > 0 {
			v.Stats = append(v.Stats, web.Stat{Label: statusText(r, o.Means, s), Value: web.Rupiah(ctx, n.Total),
				Note: r.T("delivery.n_lines", "n", web.Number(ctx, n.Lines)), Href: To(id) + "?status=" + string(s)})
			v.Statuses = append(v.Statuses, web.Option{Value: string(s), Label: statusText(r, o.Means, s)})
		}
	}
	for _, c := range append(append([]delivery.Code{}, delivery.HoldCodes...), bankCodes()...) {
		v.Codes = append(v.Codes, web.Option{Value: string(c), Label: r.T("delivery.code." + string(c))})
	}
	if v.Duty, err = h.duty(ctx, r, o); err != nil {
		return nil, err
	}
	v.Papers = papers(r, o)
	return web.Page(listPage(v)), nil
}

// papers are those that the actor may have issued of a list.
func papers(r *web.Request, o *delivery.Overview) web.PaperForm {
	p := web.PaperForm{About: o.ID.String()}
	if o.Status != delivery.Discarded && r.Actor.Can(access.MakePayment) {
		p.Kinds = append(p.Kinds, "sptjm", "nominatif")
	}
	if o.Means == delivery.Post && (o.Status == delivery.Released || o.Status == delivery.Sent) && r.Actor.Can(access.MakePayment) {
		p.Kinds = append(p.Kinds, "undangan")
	}
	if (o.Status == delivery.Sent || o.Status == delivery.Settled) && r.Actor.Can(access.Reconcile) {
		p.Kinds = append(p.Kinds, "rekonsiliasi")
	}
	return p
}

// page returns a page of lines and the cursors of its neighbours.
func (h *Handlers) page(ctx context.Context, q web.Query, id [16]byte, f delivery.LineFilter) (lines []delivery.Instruction, prev, next string, err error) {
	f.After, _ = strconv.ParseInt(q.After, 10, 64)
	f.Before, _ = strconv.ParseInt(q.Before, 10, 64)
	if lines, err = h.Service.Lines(ctx, id, f); err != nil || len(lines) == 0 {
		return lines, "", "", err
	}
	more := len(lines) > pageLength
	if more && f.Before > 0 {
		lines = lines[1:]
	} else if more {
		lines = lines[:pageLength]
	}
	if f.Before > 0 && more || f.After > 0 {
		prev = strconv.FormatInt(lines[0].LineNo, 10)
	}
	if f.Before > 0 || more {
		next = strconv.FormatInt(lines[len(lines)-1].LineNo, 10)
	}
	return lines, prev, next, nil
}

func (h *Handlers) allLines(ctx context.Context, id [16]byte, f delivery.LineFilter) func(yield func(delivery.Instruction, error) bool) {
	return func(yield func(delivery.Instruction, error) bool) {
		f.Limit = 1000
		for {
			page, err := h.Service.Lines(ctx, id, f)
			if err != nil {
				yield(delivery.Instruction{}, err)
				return
			}
			for _, i := range page {
				if !yield(i, nil) {
					return
				}
				f.After = i.LineNo
			}
			if len(page) < f.Limit {
				return
			}
		}
	}
}

// statusKey names how a line stands; whom the post office pays has no account.
func statusKey(m delivery.Means, s delivery.Status) string {
	if s == delivery.Credited && m.ByFile() {
		return "delivery.status.credited_" + string(m)
	}
	return "delivery.status." + string(s)
}

func statusText(r *web.Request, m delivery.Means, s delivery.Status) string {
	return r.T(statusKey(m, s))
}

func (h *Handlers) lineColumns(r *web.Request, means delivery.Means, number string) []web.Column[delivery.Instruction] {
	return []web.Column[delivery.Instruction]{
		{Name: "baris", Label: r.T("delivery.line"), Kind: web.Code, Value: func(i delivery.Instruction) any { return i.LineNo }},
		{Name: "referensi", Label: r.T("delivery.reference"), Kind: web.Code, Hide: true, Value: func(i delivery.Instruction) any { return delivery.Reference(number, i.LineNo) }},
		{Name: "penerima", Label: r.T("delivery.holder"), Value: func(i delivery.Instruction) any { return i.Holder }},
		{Name: "wilayah", Label: r.T("delivery.area"), Value: func(i delivery.Instruction) any { return h.Areas.Name(i.Area) }},
		{Name: "rekening", Label: r.T("delivery.account"), Kind: web.Code, Value: func(i delivery.Instruction) any { return strings.TrimSpace(i.Bank + " " + i.Masked) }},
		{Name: "jumlah", Label: r.T("delivery.amount"), Kind: web.Amount, Value: func(i delivery.Instruction) any { return i.Amount }},
		{Name: "status", Label: r.T("delivery.status_label"), Value: func(i delivery.Instruction) any { return statusText(r, means, i.Status) },
			Show: func(i delivery.Instruction) templ.Component {
				return web.Badge(lineTone(i.Status), statusText(r, means, i.Status))
			}},
		{Name: "alasan", Label: r.T("delivery.reason"), Value: func(i delivery.Instruction) any { return codeText(r, means, i.Code) }},
	}
}

func codeText(r *web.Request, m delivery.Means, c delivery.Code) any {
	if c == "" {
		return nil
	}
	return reasonText(r, m, c)
}

// postReasons are what a payer of the post office says in other words than a
// bank does.
var postReasons = []delivery.Code{delivery.Code(bank.NameMismatch), delivery.Code(bank.Deceased), delivery.Code(bank.NoReason)}

// reasonText says why a line stands as it does.
func reasonText(r *web.Request, m delivery.Means, c delivery.Code) string {
	if m == delivery.Post && slices.Contains(postReasons, c) {
		return r.T("delivery.code_post." + string(c))
	}
	return r.T("delivery.code." + string(c))
}

func returnList(r *web.Request, files []delivery.ReturnFile) web.List[delivery.ReturnFile] {
	return web.List[delivery.ReturnFile]{ID: "berkas-kembali", Caption: r.T("delivery.returns"), Rows: files, Query: r.List(), Empty: r.T("delivery.no_returns"),
		Columns: []web.Column[delivery.ReturnFile]{
			{Name: "berkas", Label: r.T("delivery.file"), Value: func(f delivery.ReturnFile) any { return f.Name }},
			{Name: "waktu", Label: r.T("delivery.at"), Kind: web.Time, Value: func(f delivery.ReturnFile) any { return f.At }},
			{Name: "baris", Label: r.T("delivery.lines"), Kind: web.Count, Value: func(f delivery.ReturnFile) any { return f.Lines }},
			{Name: "cocok", Label: r.T("delivery.matched"), Kind: web.Count, Value: func(f delivery.ReturnFile) any { return f.Matched }},
			{Name: "diketahui", Label: r.T("delivery.explained"), Kind: web.Count, Value: func(f delivery.ReturnFile) any { return f.Explained }},
			{Name: "antre", Label: r.T("delivery.queued"), Kind: web.Count, Value: func(f delivery.ReturnFile) any { return f.Queued }},
			{Name: "masuk", Label: r.T("delivery.status.credited"), Kind: web.Amount, Value: func(f delivery.ReturnFile) any { return f.Credited }},
			{Name: "retur", Label: r.T("delivery.status.returned"), Kind: web.Amount, Value: func(f delivery.ReturnFile) any { return f.Returned }},
			{Name: "oleh", Label: r.T("delivery.by"), Value: func(f delivery.ReturnFile) any { return f.Actor }},
		}}
}

// steps shows whose hands a list has been in, and whose it waits for.
func steps(ctx context.Context, r *web.Request, o *delivery.Overview) []web.Step {
	hand := func(x delivery.Hand) string {
		if x.By == "" {
			return ""
		}
		return x.By + ", " + web.Moment(ctx, x.At)
	}
	at := map[delivery.ListStatus]int{delivery.Draft: 1, delivery.Checked: 2, delivery.Released: 3, delivery.Sent: 4, delivery.Settled: 5}[o.Status]
	all := []web.Step{
		{Label: r.T("delivery.step.made"), Note: hand(o.Made)},
		{Label: r.T("delivery.step.checked"), Note: hand(o.Checked)},
		{Label: r.T("delivery.step.released"), Note: hand(o.Released)},
		{Label: r.T("delivery.step.sent")},
		{Label: r.T("delivery.step.settled")},
	}
	for i := range all {
		switch {
		case o.Status == delivery.Discarded:
			all[i].State = web.Stopped
		case i < at:
			all[i].State = web.Passed
		case i == at:
			all[i].State = web.Current
		}
	}
	return all
}

func about(ctx context.Context, r *web.Request, o *delivery.Overview) []web.Pair {
	pairs := []web.Pair{
		{Term: r.T("delivery.amount"), Value: web.Rupiah(ctx, o.Total), Note: r.T("delivery.n_lines", "n", web.Number(ctx, o.Lines))},
		{Term: r.T("delivery.means_label"), Value: r.T("delivery.means." + string(o.Means))},
		{Term: r.T("delivery.version"), Value: o.Version},
		{Term: r.T("delivery.digest"), Value: grouped(o.Digest), Note: r.T("delivery.digest_note")},
	}
	if f := o.File; f != nil {
		pairs = append(pairs, web.Pair{Term: r.T("delivery.bank_file"), Show: fileState(f, short(f.SHA256))})
	}
	return pairs
}

func short(sum [32]byte) string {
	if sum == [32]byte{} {
		return ""
	}
	return "SHA-256 " + grouped(sum)
}

// grouped writes a digest in groups, which people can compare and a narrow
// window can break.
func grouped(sum [32]byte) string {
	parts := make([]string, 0, 8)
	for i := 0; i < len(sum); i += 4 {
		parts = append(parts, hex.EncodeToString(sum[i:i+4]))
	}
	return strings.Join(parts, " ")
}

// buttons are what the actor can do with a list as it stands.
func buttons(r *web.Request, o *delivery.Overview) []button {
	var all []button
	at, may := To(o.ID), r.Actor.Can
	add := func(p access.Permission, b button) {
		if may(p) {
			all = append(all, b)
		}
	}
	me := r.Actor.Login
	switch o.Status {
	case delivery.Draft:
		if o.Means == delivery.ByBank {
			add(access.MakePayment, button{Href: at + "/rekening", Label: r.T("delivery.accounts.check"), Post: true, Main: true})
		}
		if o.Made.By != me {
			add(access.CheckPayment, button{Href: at + "/periksa", Label: r.T("delivery.act.check"), Main: true})
		}
	case delivery.Checked:
		if o.Barred == nil && o.Made.By != me && o.Checked.By != me {
			add(access.ReleasePayment, button{Href: at + "/lepas", Label: r.T("delivery.act.release"), Main: true})
		}
	case delivery.Released:
		switch {
		case o.Barred != nil:
		case o.Means == delivery.Goods:
			add(access.MakePayment, button{Href: at + "/bagikan", Label: r.T("delivery.act.dispatch"), Post: true, Main: true})
		case o.File.State == delivery.FileDue:
			add(access.MakePayment, button{Href: at + "/potong", Label: r.T("delivery.act.cut"), Post: true, Main: true})
		default:
			add(access.MakePayment, button{Href: at + "/kirim", Label: r.T("delivery.act.send"), Main: true})
		}
	case delivery.Sent:
		switch {
		case o.Means == delivery.Goods:
			add(access.Reconcile, button{Href: at + "/serah", Label: r.T("delivery.act.hand"), Main: true})
		case o.File.State == delivery.FileHanding:
			add(access.MakePayment, button{Href: at + "/tanya", Label: r.T("delivery.act.enquire"), Post: true, Main: true})
		default:
			add(access.Reconcile, button{Href: at + "/ambil", Label: r.T("delivery.act.collect"), Post: true, Main: true})
		}
	}
	if o.Status == delivery.Draft || o.Status == delivery.Checked {
		if may(access.MakePayment) || may(access.CheckPayment) {
			all = append(all, button{Href: at + "/tahan", Label: r.T("delivery.act.hold")})
		}
		add(access.MakePayment, button{Href: at + "/batal", Label: r.T("delivery.act.discard")})
	}
	if o.Means == delivery.Post && (o.Status == delivery.Released || o.Status == delivery.Sent || o.Status == delivery.Settled) && r.MayExport() {
		all = append(all, button{Href: at + "/lembar", Label: r.T("delivery.act.sheets")})
	}
	if o.File != nil && o.File.State != delivery.FileDue && r.MayExport() {
		all = append(all, button{Href: at + "/berkas", Label: r.T("delivery.act.download")})
	}
	return all
}

// history shows a list's acts, newest first.
func (h *Handlers) history(ctx context.Context, r *web.Request, o *delivery.Overview) []web.Event {
	events := make([]web.Event, 0, len(o.Acts))
	for i := len(o.Acts) - 1; i >= 0; i-- {
		events = append(events, actEvent(ctx, r, o.Acts[i]))
	}
	return events
}

func actEvent(ctx context.Context, r *web.Request, a delivery.Act) web.Event {
	parts := []string{a.Actor}
	if a.Sum.Lines > 0 {
		parts = append(parts, r.T("delivery.n_lines", "n", web.Number(ctx, a.Sum.Lines)), web.Rupiah(ctx, a.Sum.Total))
	}
	if a.Entry > 0 {
		parts = append(parts, r.T("delivery.entry.no", "n", web.Number(ctx, a.Entry)))
	}
	if a.Note != "" && a.Kind != delivery.ActCut {
		parts = append(parts, a.Note)
	}
	return web.Event{At: web.Moment(ctx, a.At), Title: r.T("delivery.act_done." + string(a.Kind)), Text: strings.Join(parts, " · "), Tone: actTone(a.Kind)}
}

// wholeList are the acts that concern every line without moving it.
var wholeList = map[delivery.ActKind]bool{delivery.ActMade: true, delivery.ActChecked: true, delivery.ActVoided: true, delivery.ActCut: true, delivery.ActReceipt: true}

// days is how long ago something was, in full days.
func days(now, then time.Time) int64 { return max(0, int64(now.Sub(then)/(24*time.Hour))) }
