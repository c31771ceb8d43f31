package api

import (
	"net/http"
	"strconv"
	"strings"

	"gotong/internal/i18n"
)

// titleOf names a status in the caller's language.
func titleOf(lang i18n.Lang, status int) string {
	if key := "api.title." + strconv.Itoa(status); i18n.Has(lang, key) {
		return i18n.T(lang, key)
	}
	return http.StatusText(status)
}

// sayings are the beginnings of what the frame says of a request that does
// not have the form of its operation, and the keys of what is said instead;
// {said} is what follows.
var sayings = []struct{ begins, key string }{
	{"validation failed", "api.form.wrong"},
	{"request body is required", "api.form.no_body"},
	{"request body is too large", "api.form.too_large"},
	{"request body read timeout", "api.form.too_slow"},
	{"unknown content type", "api.form.content_type"},
	{"unexpected property", "api.form.unexpected"},
	{"expected required property ", "api.form.required"},
	{"required ", "api.form.required_place"},
	{"expected string to be RFC 3339 date", "api.form.date"},
	{"expected string to match pattern ", "api.form.pattern"},
	{"expected value to be one of ", "api.form.one_of"},
	{"expected string", "api.form.string"},
	{"expected boolean", "api.form.boolean"},
	{"expected integer", "api.form.integer"},
	{"expected number >= ", "api.form.least"},
	{"expected number <= ", "api.form.most"},
	{"expected number", "api.form.number"},
	{"expected length >= ", "api.form.shortest"},
	{"expected length <= ", "api.form.longest"},
	{"expected array length >= ", "api.form.fewest"},
	{"expected array length <= ", "api.form.items"},
	{"expected array", "api.form.array"},
	{"expected object", "api.form.object"},
	{"invalid integer", "api.form.integer"},
	{"invalid float", "api.form.number"},
	{"invalid boolean", "api.form.boolean"},
	{"invalid date", "api.form.date"},
}

// say puts what the frame says into the caller's language; what it has no
// words for stays as it is.
func say(lang i18n.Lang, message string) string {
	for _, s := range sayings {
		if said, ok := strings.CutPrefix(message, s.begins); ok {
			said = strings.TrimSuffix(said, " to be present")
			return i18n.T(lang, s.key, "said", strings.Trim(said, ` ":`))
		}
	}
	return message
}
