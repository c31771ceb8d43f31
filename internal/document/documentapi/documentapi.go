// Package documentapi is the papers' part of the JSON interface: have one
// issued, list and fetch them, and, without a session, ask whether one is
// genuine.
package documentapi

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gotong/internal/api"
	"gotong/internal/document"
	"gotong/internal/i18n"
	"gotong/internal/ident"
)

// Register adds the operations to the interface.
func Register(a huma.API, service *document.Service, keys document.Keys) {
	h := &handlers{service, keys}
	tags := []string{"document"}
	huma.Register(a, api.Signed(huma.Operation{OperationID: "documents", Method: http.MethodGet, Path: "/api/v1/documents",
		Summary: "Issued papers, newest first", Tags: tags}), h.list)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "issue-document", Method: http.MethodPost, Path: "/api/v1/documents",
		Summary: "Issue a paper; the same paper asked for again is the one that there is", Tags: tags}), h.issue)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "document", Method: http.MethodGet, Path: "/api/v1/documents/{id}",
		Summary: "One paper's entry in the register", Tags: tags}), h.one)
	huma.Register(a, api.Signed(huma.Operation{OperationID: "document-file", Method: http.MethodGet, Path: "/api/v1/documents/{id}/pdf",
		Summary: "A paper as it was issued, to the byte", Tags: tags}), h.file)
	huma.Register(a, huma.Operation{OperationID: "document-key", Method: http.MethodGet, Path: "/api/v1/document-key",
		Summary: "The office's public key, which proves its papers without asking", Tags: tags}, h.key)
}

type handlers struct {
	service *document.Service
	keys    document.Keys
}

// entry is a paper's entry in the register.
type entry struct {
	ID       string    `json:"id" format:"uuid"`
	Kind     string    `json:"kind" enum:"sk,sptjm,nominatif,rekonsiliasi,surat,bast,undangan,mutu,jejak,hak,kewajiban,musnah,pelanggaran,hapus"`
	Lang     string    `json:"lang" enum:"id,en"`
	Subject  string    `json:"subject" doc:"id of the determination, pay list, family or handover"`
	Area     string    `json:"area" doc:"code of the area; empty is all"`
	Number   string    `json:"number"`
	Version  int       `json:"version"`
	State    string    `json:"state" enum:"valid,superseded,withdrawn"`
	Date     string    `json:"date" format:"date"`
	IssuedAt time.Time `json:"issued_at"`
	IssuedBy string    `json:"issued_by"`
	Pages    int       `json:"pages"`
	Rows     int       `json:"rows"`
	Code     string    `json:"code" doc:"short code, as printed on every page"`
	Seal     string    `json:"seal" doc:"whole code, signed by the office"`
	Hash     string    `json:"hash" doc:"SHA-256 of the record of what stands on the paper"`
	File     string    `json:"file_sha256"`
	Former   string    `json:"former,omitempty" doc:"id of the version before"`
	Next     string    `json:"next,omitempty" doc:"id of the version after"`
}

func entryOf(d *document.Document) entry {
	e := entry{ID: d.ID.String(), Kind: string(d.Kind), Lang: string(d.Lang), Subject: d.Subject, Area: d.Area, Number: d.Number, Version: d.Version,
		State: string(d.State()), Date: d.Date.String(), IssuedAt: d.IssuedAt, IssuedBy: d.IssuedBy, Pages: d.Pages, Rows: d.Rows,
		Code: document.FormatCode(d.Code), Seal: d.Seal, Hash: hex.EncodeToString(d.Hash[:]), File: hex.EncodeToString(d.File[:])}
	if !d.Former.IsZero() {
		e.Former = d.Former.String()
	}
	if !d.Next.IsZero() {
		e.Next = d.Next.String()
	}
	return e
}

type listInput struct {
	Kind    string `query:"kind" enum:"sk,sptjm,nominatif,rekonsiliasi,surat,bast,undangan,mutu,jejak,hak,kewajiban,musnah,pelanggaran,hapus"`
	State   string `query:"state" enum:"valid,superseded,withdrawn"`
	Subject string `query:"subject" maxLength:"60"`
	Before  string `query:"before" maxLength:"36" doc:"id of the last paper of the page before"`
	Limit   int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type listOutput struct {
	Body struct {
		Total     int64   `json:"total"`
		Documents []entry `json:"documents"`
	}
}

func (h *handlers) list(ctx context.Context, in *listInput) (*listOutput, error) {
	f := document.Filter{State: document.State(in.State), Subject: in.Subject, Limit: in.Limit}
	if in.Kind != "" {
		f.Kinds = []document.Kind{document.Kind(in.Kind)}
	}
	if in.Before != "" {
		var err error
		if f.Before, err = parse(in.Before); err != nil {
			return nil, err
		}
	}
	all, total, err := h.service.List(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Total, out.Body.Documents = total, []entry{}
	for i := range all {
		out.Body.Documents = append(out.Body.Documents, entryOf(&all[i]))
	}
	return out, nil
}

type entryOutput struct{ Body entry }

type issueInput struct {
	Body struct {
		Kind    string `json:"kind" enum:"sk,sptjm,nominatif,rekonsiliasi,surat,bast,undangan,mutu,jejak,hak,kewajiban,musnah,pelanggaran,hapus"`
		Subject string `json:"subject" maxLength:"36" doc:"id of what it is about: a determination, a list, a family, a request, an erasure; of a report on quality, an area"`
		Area    string `json:"area,omitempty" pattern:"^[0-9]{0,10}$" doc:"of a decree; empty is all of the caller's area"`
		Lang    string `json:"lang,omitempty" enum:"id,en" default:"id"`
	}
}

func (h *handlers) issue(ctx context.Context, in *issueInput) (*entryOutput, error) {
	d, err := h.service.Issue(ctx, document.Request{Kind: document.Kind(in.Body.Kind), Subject: in.Body.Subject, Area: in.Body.Area,
		Lang: i18n.ParseLang(in.Body.Lang)})
	if err != nil {
		return nil, err
	}
	return &entryOutput{entryOf(d)}, nil
}

type idInput struct {
	ID string `path:"id" maxLength:"36"`
}

func parse(id string) (ident.ID, error) { return api.ID(id, "document.none_such") }

func (h *handlers) one(ctx context.Context, in *idInput) (*entryOutput, error) {
	id, err := parse(in.ID)
	if err != nil {
		return nil, err
	}
	d, err := h.service.Document(ctx, id)
	if err != nil {
		return nil, err
	}
	return &entryOutput{entryOf(d)}, nil
}

type fileOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (h *handlers) file(ctx context.Context, in *idInput) (*fileOutput, error) {
	id, err := parse(in.ID)
	if err != nil {
		return nil, err
	}
	_, pdf, err := h.service.File(ctx, id)
	if err != nil {
		return nil, err
	}
	return &fileOutput{"application/pdf", pdf}, nil
}

type keyOutput struct {
	Body struct {
		PEM string `json:"pem"`
	}
}

func (h *handlers) key(context.Context, *struct{}) (*keyOutput, error) {
	out := &keyOutput{}
	out.Body.PEM = string(document.KeyFile(h.keys.Public()))
	return out, nil
}
