package api

import (
	"context"
	"errors"
	"iter"
	"net/http"

	"gotong/internal/fault"
	"gotong/internal/i18n"
	"gotong/internal/upload"
)

// byField lists what is wrong with each field of a request, where a slice
// says it so: all at once, to be mended at once.
func byField(lang i18n.Lang, err error) []Detail {
	var many interface {
		error
		Fields() iter.Seq2[string, *fault.Error]
	}
	if !errors.As(err, &many) {
		return nil
	}
	var all []Detail
	for field, f := range many.Fields() {
		all = append(all, Detail{Location: field, Message: i18n.Error(lang, f)})
	}
	return all
}

func codeOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Key
	}
	return ""
}

// statusOf is the one table from kinds of failure to HTTP statuses here.
func statusOf(err error) int {
	switch fault.KindOf(err) {
	case fault.KindInvalid:
		return http.StatusUnprocessableEntity
	case fault.KindNotFound:
		return http.StatusNotFound
	case fault.KindConflict:
		return http.StatusConflict
	case fault.KindForbidden:
		return http.StatusForbidden
	case fault.KindUnavailable:
		return http.StatusServiceUnavailable
	case fault.KindTooOften:
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}

// statusGone is the status of an answer that nobody waits for any more: only
// the log sees it.
const statusGone = 499

// cutShort returns the status and the sentence of a request that was not read
// to its end, or that nobody waits for; 0 for every other failure.
func cutShort(err error) (status int, key string) {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, "upload.too_large"
	case errors.Is(err, upload.ErrTooSlow):
		return http.StatusRequestTimeout, "upload.too_slow"
	case errors.Is(err, context.Canceled):
		return statusGone, "upload.cut"
	}
	return 0, ""
}
