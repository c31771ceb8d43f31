package deliverydb

import (
	"fmt"
	"strings"
)

// where gathers the conditions of a list and their arguments.
type where struct {
	text strings.Builder
	args []any
}

// is adds a condition, with %d where the number of its place goes; nothing
// for an empty value.
func (w *where) is(condition, v string) {
	if v != "" {
		w.any(condition, v)
	}
}

// any is is for a value that is always asked for.
func (w *where) any(condition string, v any) {
	w.args = append(w.args, v)
	fmt.Fprintf(&w.text, " AND "+condition, len(w.args))
}

// page ends the conditions with an order and one page's bounds.
func (w *where) page(order string, limit, offset int) string {
	w.args = append(w.args, max(1, limit), offset)
	return fmt.Sprintf("%s%s LIMIT $%d OFFSET $%d", w.text.String(), order, len(w.args)-1, len(w.args))
}
