package programme

import "gotong/internal/i18n"

// Plain writes the sentence about nobody in particular: thresholds by their
// values, facts by their names in brackets. A file that gives none has none.
func (w Words) Plain(l i18n.Lang) string {
	if w.Empty() {
		return ""
	}
	return w.in(l).Plain(l)
}
