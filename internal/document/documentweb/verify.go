package documentweb

import (
	"context"
	"errors"
	"io"

	"gotong/internal/document"
	"gotong/internal/fault"
	"gotong/internal/web"
)

type verifyView struct {
	web.Base
	Errors web.Errors
	Asked  bool
	File   bool // a file was asked about, not a code
	Found  document.Verdict
	State  document.State
	About  []web.Pair
}

func (h *Handlers) verifyView(r *web.Request) verifyView {
	return verifyView{Base: r.Base(r.T("document.verify.title"))}
}

// form is the public page.
func (h *Handlers) form(_ context.Context, r *web.Request) (web.Response, error) {
	return web.Page(verifyPage(h.verifyView(r))), nil
}

// verify answers a code that was typed or a file that was chosen. What was
// typed is not repeated, and nothing of the file is kept.
func (h *Handlers) verify(ctx context.Context, r *web.Request) (web.Response, error) {
	v := h.verifyView(r)
	pdf, err := uploaded(r)
	if err != nil {
		if !v.Errors.Take(r.Lang, "dokumen", err) {
			return nil, err
		}
		return web.Invalid(verifyPage(v)), nil
	}
	code := r.PostFormValue("kode")
	switch {
	case pdf != nil:
		v.File = true
		v.Found, err = h.Service.CheckFile(ctx, pdf)
	case document.CleanCode(code) == "":
		v.Errors.Add("kode", r.T("document.verify.missing"))
		return web.Invalid(verifyPage(v)), nil
	default:
		v.Found, err = h.Service.Check(ctx, code)
	}
	if err != nil {
		return nil, err
	}
	return web.Page(verifyPage(h.answered(ctx, r, v))), nil
}

// uploaded returns the file that came along, nil for none.
func uploaded(r *web.Request) ([]byte, error) {
	f, err := r.Upload("dokumen")
	if err != nil {
		if errors.Is(err, web.ErrNoFile) || fault.Is(err, fault.KindInvalid) {
			return nil, nil // a code was typed instead
		}
		return nil, err
	}
	defer f.Close()
	if f.Size == 0 {
		return nil, nil
	}
	b, err := io.ReadAll(io.LimitReader(f, mostUpload+1))
	if err != nil {
		return nil, err
	}
	if len(b) > mostUpload {
		return nil, fault.Invalid("document.verify.too_large")
	}
	return b, nil
}

// scanned answers the address that a QR holds.
func (h *Handlers) scanned(ctx context.Context, r *web.Request) (web.Response, error) {
	v := h.verifyView(r)
	var err error
	if v.Found, err = h.Service.Check(ctx, r.PathValue("kode")); err != nil {
		return nil, err
	}
	return web.Page(verifyPage(h.answered(ctx, r, v))), nil
}

// answered says what the register says of a paper to anybody: never whom it
// names, nor whom it is about.
func (h *Handlers) answered(ctx context.Context, r *web.Request, v verifyView) verifyView {
	v.Asked = true
	d := v.Found.Document
	if d == nil {
		return v
	}
	v.State = d.State()
	v.About = []web.Pair{{Term: r.T("document.list.kind"), Value: kindName(r, d.Kind)}, {Term: r.T("document.list.number"), Value: d.Number},
		{Term: r.T("document.list.version"), Value: web.Number(ctx, d.Version)}, {Term: r.T("document.list.date"), Value: web.Day(ctx, d.Date)},
		{Term: r.T("document.list.office"), Value: d.Office}, {Term: r.T("document.list.pages"), Value: web.Number(ctx, d.Pages)},
		{Term: r.T("document.list.hash"), Value: hashText(d.Hash)}, {Term: r.T("document.list.code"), Value: document.FormatCode(d.Code)}}
	return v
}

// key gives the office's public key to whoever wants to check papers without
// asking.
func (h *Handlers) key(context.Context, *web.Request) (web.Response, error) {
	return web.Bytes("kantor.pub", "application/x-pem-file", document.KeyFile(h.Keys.Public())), nil
}
