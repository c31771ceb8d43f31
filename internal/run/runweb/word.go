package runweb

import (
	"strings"
	"unicode"

	"gotong/internal/i18n"
	"gotong/internal/run"
	"gotong/internal/web"
)

// word returns the sentence of key in the group of locales, or key itself in
// plain letters where it has none: a slice may bring words of its own.
func word(l i18n.Lang, group, key string) string {
	if full := "run." + group + "." + key; i18n.Has(l, full) {
		return i18n.T(l, full)
	}
	plain := []rune(strings.TrimSpace(strings.NewReplacer("_", " ", ".", " ").Replace(key)))
	if len(plain) > 0 {
		plain[0] = unicode.ToUpper(plain[0])
	}
	return string(plain)
}

func kindName(l i18n.Lang, k run.Kind) string { return word(l, "kinds", string(k)) }

// stateName says where a run stands; one that was asked to stop and has not
// yet says so.
func stateName(l i18n.Lang, r run.Run) string {
	if r.Cancel && !r.State.Ended() {
		return i18n.T(l, "run.cancelling")
	}
	return word(l, "states", string(r.State))
}

func stateTone(s run.State) web.Tone {
	switch s {
	case run.Done:
		return web.Good
	case run.Failed:
		return web.Bad
	case run.Cancelled:
		return web.Quiet
	default:
		return web.Wait
	}
}
