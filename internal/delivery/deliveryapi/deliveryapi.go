// Package deliveryapi is delivery's part of the JSON interface: pay lists in
// sums, the proof of the books, return files to be tried, and the acts that
// move money or stop it, each under a key. No account number leaves by it, and names only
// on the sheets of the post office, for who may export.
package deliveryapi

import (
	"bytes"
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/delivery"
	"gotong/internal/i18n"
	"gotong/internal/ledger"
	"gotong/internal/run"
)

// uploadMost is the largest return file that is taken, in bytes.
const uploadMost = 40 << 20

// Register adds the operations to the interface.
//
// place gives an area its name, for the sheets.
func Register(a huma.API, service *delivery.Service, place func(area string) string) {
	h := &handlers{service, place}
	tags := []string{"delivery"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "pay-lists", Method: http.MethodGet, Path: "/api/v1/pay-lists",
		Summary: "Pay lists with their sums by status, newest first", Tags: tags}), h.lists)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "pay-list", Method: http.MethodGet, Path: "/api/v1/pay-lists/{number}",
		Summary: "One pay list: its three hands, its files and its history", Tags: tags}), h.list)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "reconcile-dry-run", Method: http.MethodPost, Path: "/api/v1/reconciliations/dry-run",
		Summary: "What a bank's return file would settle; nothing changes", Tags: tags, MaxBodyBytes: uploadMost, BodyReadTimeout: -1}), h.reconcile)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "ledger-proof", Method: http.MethodGet, Path: "/api/v1/ledger/proof",
		Summary: "Every invariant of the books, recomputed now", Tags: tags}), h.proof)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "pay-list-sheets", Method: http.MethodGet, Path: "/api/v1/pay-lists/{number}/sheets",
		Summary: "What payers of the post office take along: a ZIP of packages to be filled in without signal", Tags: tags}), h.sheets)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "reconcile", Method: http.MethodPost, Path: "/api/v1/reconciliations",
		Summary: "Take a return file of a bank, or a payer's package; the same file again changes nothing", Tags: tags, MaxBodyBytes: uploadMost, BodyReadTimeout: -1}), h.take)
	h.acts(a)
	h.stops(a)
}

type handlers struct {
	service *delivery.Service
	place   func(area string) string
}

type sum struct {
	Lines int64 `json:"lines"`
	Total int64 `json:"total_rupiah"`
}

// payList is a pay list in sums.
type payList struct {
	ID        string                  `json:"id" format:"uuid"`
	Number    string                  `json:"number"`
	Programme string                  `json:"programme"`
	Version   string                  `json:"version"`
	Period    string                  `json:"period" doc:"year and instalment, such as 2026-01"`
	Area      string                  `json:"area" doc:"code of the area; empty is the nation"`
	Means     delivery.Means          `json:"means"`
	Status    delivery.ListStatus     `json:"status"`
	Lines     int64                   `json:"lines"`
	Total     int64                   `json:"total_rupiah"`
	Digest    string                  `json:"digest" doc:"SHA-256 of what would be paid"`
	Sums      map[delivery.Status]sum `json:"sums"`
}

func payListOf(l delivery.PayList, sums delivery.Sums) payList {
	p := payList{ID: l.ID.String(), Number: l.Number, Programme: l.Programme, Version: l.Version, Period: l.Period.String(), Area: l.Area,
		Means: l.Means, Status: l.Status, Lines: l.Lines, Total: int64(l.Total), Digest: hex.EncodeToString(l.Digest[:]), Sums: map[delivery.Status]sum{}}
	for s, n := range sums {
		p.Sums[s] = sum{n.Lines, int64(n.Total)}
	}
	return p
}

type listsInput struct {
	Programme string `query:"programme" maxLength:"40"`
	Period    string `query:"period" maxLength:"10"`
	Status    string `query:"status" enum:"draft,checked,released,sent,settled,discarded"`
	Offset    int    `query:"offset" minimum:"0"`
	Limit     int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type listsOutput struct {
	Body struct {
		Total int64     `json:"total"`
		Lists []payList `json:"lists"`
	}
}

func (h *handlers) lists(ctx context.Context, in *listsInput) (*listsOutput, error) {
	rows, total, err := h.service.Lists(ctx, delivery.ListFilter{Programme: in.Programme, Period: in.Period,
		Status: delivery.ListStatus(in.Status), Offset: in.Offset, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &listsOutput{}
	out.Body.Total, out.Body.Lists = total, []payList{}
	for _, r := range rows {
		out.Body.Lists = append(out.Body.Lists, payListOf(r.PayList, r.Sums))
	}
	return out, nil
}

// hand is one person's part in a list.
type hand struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Digest string    `json:"digest" doc:"of the lines that the person saw"`
}

func handOf(h delivery.Hand) *hand {
	if h.By == "" {
		return nil
	}
	return &hand{h.By, h.At, hex.EncodeToString(h.Digest[:])}
}

type act struct {
	Kind  delivery.ActKind `json:"kind"`
	By    string           `json:"by"`
	At    time.Time        `json:"at"`
	Sum   sum              `json:"sum"`
	Entry int64            `json:"ledger_entry,omitempty"`
}

type bankFile struct {
	State   delivery.FileState `json:"state" doc:"handing: handed over, outcome unknown"`
	SHA256  string             `json:"sha256,omitempty"`
	Lines   int64              `json:"lines"`
	Total   int64              `json:"total_rupiah"`
	Tries   int                `json:"tries"`
	Receipt string             `json:"receipt,omitempty"`
}

type payListOutput struct {
	Body struct {
		payList
		Made     *hand     `json:"made"`
		Checked  *hand     `json:"checked,omitempty"`
		Released *hand     `json:"released,omitempty"`
		File     *bankFile `json:"file,omitempty"`
		History  []act     `json:"history"`
	}
}

func (h *handlers) list(ctx context.Context, in *struct {
	Number string `path:"number" maxLength:"60"`
}) (*payListOutput, error) {
	l, err := h.service.ByNumber(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	o, err := h.service.Overview(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	out := &payListOutput{}
	out.Body.payList = payListOf(o.PayList, o.Sums)
	out.Body.Made, out.Body.Checked, out.Body.Released = handOf(o.Made), handOf(o.Checked), handOf(o.Released)
	if f := o.File; f != nil {
		out.Body.File = &bankFile{State: f.State, Lines: f.Lines, Total: int64(f.Total), Tries: f.Tries, Receipt: f.Receipt}
		if f.State != delivery.FileDue {
			out.Body.File.SHA256 = hex.EncodeToString(f.SHA256[:])
		}
	}
	out.Body.History = []act{}
	for _, a := range o.Acts {
		out.Body.History = append(out.Body.History, act{a.Kind, a.Actor, a.At, sum{a.Sum.Lines, int64(a.Sum.Total)}, a.Entry})
	}
	return out, nil
}

type reconcileInput struct {
	Name    string `query:"name" maxLength:"200" doc:"of the file"`
	RawBody []byte `contentType:"text/csv"`
}

// queued is a line that people would have to look at.
type queued struct {
	Line      int    `json:"line"`
	Reference string `json:"reference"`
	Reason    string `json:"reason" doc:"the same in every language"`
	Sentence  string `json:"sentence"`
	ToDo      string `json:"to_do"`
}

// refused says why a file would be refused whole.
type refused struct {
	Code   string `json:"code" doc:"the same in every language"`
	Detail string `json:"detail"`
}

type reconcileOutput struct {
	Body struct {
		Batch     string   `json:"batch"`
		SHA256    string   `json:"sha256"`
		Known     bool     `json:"known" doc:"the same file was taken before"`
		Lines     int64    `json:"lines"`
		Matched   int64    `json:"matched"`
		Explained int64    `json:"explained"`
		Queued    int64    `json:"queued"`
		Rejected  int64    `json:"rejected"`
		Credited  int64    `json:"credited_rupiah"`
		Returned  int64    `json:"returned_rupiah"`
		Queue     []queued `json:"queue"`
		Refused   *refused `json:"refused,omitempty"`
	}
}

// reconcile says what a file would settle.
func (h *handlers) reconcile(ctx context.Context, in *reconcileInput) (*reconcileOutput, error) {
	return h.reconciled(ctx, in, true)
}

// take settles what a file says.
func (h *handlers) take(ctx context.Context, in *reconcileInput) (*reconcileOutput, error) {
	return h.reconciled(ctx, in, false)
}

func (h *handlers) reconciled(ctx context.Context, in *reconcileInput, dry bool) (*reconcileOutput, error) {
	r, err := h.service.Reconcile(ctx, in.Name, bytes.NewReader(in.RawBody), dry, run.Silent{})
	if err != nil {
		return nil, err
	}
	l, out := api.Lang(ctx), &reconcileOutput{}
	b := &out.Body
	b.Batch, b.SHA256, b.Known = r.Batch, r.SHA256, r.Known
	b.Lines, b.Matched, b.Explained, b.Queued, b.Rejected = r.Lines, r.Matched, r.Explained, r.Queued, r.Rejected
	b.Credited, b.Returned, b.Queue = int64(r.Credited), int64(r.Returned), []queued{}
	for _, f := range r.Queue {
		b.Queue = append(b.Queue, queued{f.Line, f.Reference, string(f.Reason),
			i18n.T(l, "delivery.code."+string(f.Reason)), i18n.T(l, "delivery.road."+string(f.Reason))})
	}
	if r.Refused != nil {
		b.Refused = &refused{r.Refused.Key, i18n.Error(l, r.Refused)}
	}
	return out, nil
}

type sheetsOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (h *handlers) sheets(ctx context.Context, in *struct {
	Number string `path:"number" maxLength:"60"`
}) (*sheetsOutput, error) {
	l, err := h.service.ByNumber(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	name, b, err := h.service.SheetPackages(ctx, l.ID, h.place)
	if err != nil {
		return nil, err
	}
	return &sheetsOutput{"application/zip", `attachment; filename="` + name + `"`, b}, nil
}

type proofOutput struct{ Body *ledger.Proof }

func (h *handlers) proof(ctx context.Context, _ *struct{}) (*proofOutput, error) {
	p, err := h.service.ProveLedger(ctx)
	if err != nil {
		return nil, err
	}
	return &proofOutput{p}, nil
}
