package web

import (
	"context"
	"errors"
	"net/http"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/upload"
)

// statuses is the one table that turns kinds of fault into HTTP statuses.
var statuses = map[fault.Kind]int{
	fault.KindInternal:    http.StatusInternalServerError,
	fault.KindInvalid:     http.StatusUnprocessableEntity,
	fault.KindNotFound:    http.StatusNotFound,
	fault.KindConflict:    http.StatusConflict,
	fault.KindForbidden:   http.StatusForbidden,
	fault.KindUnavailable: http.StatusServiceUnavailable,
	fault.KindTooOften:    http.StatusTooManyRequests,
}

// Status returns the HTTP status of an error.
func Status(err error) int {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, new(tooOften)):
		return http.StatusTooManyRequests
	case errors.As(err, new(wrongMethod)):
		return http.StatusMethodNotAllowed
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, upload.ErrTooSlow):
		return http.StatusRequestTimeout
	case errors.Is(err, context.Canceled):
		return 499 // the reader closed the page; only the log sees this
	}
	return statuses[fault.KindOf(err)]
}

// refuse answers with the page of an error's kind. What is no fault is
// logged in full and shown without detail.
func (rt *Router) refuse(w http.ResponseWriter, r *Request, err error) {
	err = fault.Disk(err)
	if waitedInVain(err) && r.Method == http.MethodPost && !r.Htmx() {
		if err := rt.wait(w, r); err != nil {
			rt.config.Log.ErrorContext(r.Context(), "error page failed", "error", err.Error())
		}
		return
	}
	status := Status(err)
	if status == http.StatusInternalServerError {
		v := visitOf(r.Context())
		rt.config.Log.ErrorContext(r.Context(), "page failed", "request", v.id, "route", r.Route.Pattern, "error", err.Error())
	}
	kind := fault.KindOf(err).String()
	sentence := i18n.Error(r.Lang, err)
	switch status {
	case http.StatusRequestEntityTooLarge:
		kind, sentence = "too_large", r.T("web.error.too_large.text")
	case http.StatusRequestTimeout:
		kind, sentence = "too_slow", r.T("upload.too_slow")
	}
	var often tooOften
	if errors.As(err, &often) {
		kind, sentence = "too_often", r.T("web.error.too_often.text", "seconds", often.seconds())
		w.Header().Set("Retry-After", often.seconds())
	}
	var wrong wrongMethod
	if errors.As(err, &wrong) {
		kind, sentence = "wrong_method", r.T("web.error.wrong_method.text")
		w.Header().Set("Allow", wrong.allowed)
	}
	p := ErrorPage{Kind: kind, Sentence: sentence}
	p.Title = r.T("web.error." + kind + ".title")
	if status == http.StatusInternalServerError {
		p.Reference = visitOf(r.Context()).id
	}
	w.Header().Del("Content-Length")
	w.Header().Del("Content-Disposition")
	if r.Htmx() { // the failed part of the page stays; the message goes to the top
		h := w.Header()
		h.Set("HX-Retarget", "#pesan")
		h.Set("HX-Reswap", "innerHTML")
		h.Set("HX-Reselect", "#galat")
		err = Render(w, r.Request, status, errorNotice(p))
	} else {
		p.Base = r.Base(p.Title)
		err = Render(w, r.Request, status, errorPage(p))
	}
	if err != nil {
		rt.config.Log.ErrorContext(r.Context(), "error page failed", "error", err.Error())
		http.Error(w, p.Sentence, status)
	}
}

// ErrorPage is what the page of a failure shows.
type ErrorPage struct {
	Base
	Kind      string // of fault.Kind, too_large, too_slow or wrong_method
	Sentence  string
	Reference string // request id, for the administrator; internal failures only
}
