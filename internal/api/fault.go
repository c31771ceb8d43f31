package api

import (
	"errors"
	"net/http"

	"gotong/internal/fault"
)

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
