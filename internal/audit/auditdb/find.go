package auditdb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/audit"
	"gotong/internal/db"
)

// Find returns a page of entries, newest first. Entries of no area are
// everybody's who may see the log.
func (s *Store) Find(ctx context.Context, f audit.Filter, p audit.Place, limit int) ([]audit.Entry, error) {
	tx := db.From(ctx)
	w := where{}
	w.add("(e.area = '' OR {scope e.area})")
	w.text("e.actor = ", f.Actor)
	w.text("e.subject = ", f.Subject)
	if group := f.Action + "."; f.Action != "" && !strings.Contains(f.Action, ".") {
		w.add("(e.action = " + w.bind(f.Action) + " OR substr(e.action, 1, " + w.bind(len(group)) + ") = " + w.bind(group) + ")")
	} else {
		w.text("e.action = ", f.Action)
	}
	if f.Area != "" {
		w.add("e.area >= " + w.bind(f.Area) + " AND e.area < " + w.bind(f.Area+":"))
	}
	if f.Purpose != "" {
		w.add(holds(tx.Dialect(), w.bind(purposeOf(string(f.Purpose)))))
	}
	if !f.From.IsZero() {
		w.add("e.at >= " + w.bind(f.From.UnixMilli()))
	}
	if !f.Until.IsZero() {
		w.add("e.at < " + w.bind(f.Until.UnixMilli()))
	}
	order := "DESC"
	switch {
	case p.AtLeast > 0:
		order = "ASC"
		w.add("e.seq >= " + w.bind(p.AtLeast))
	case p.Below > 0:
		w.add("e.seq < " + w.bind(p.Below))
	}
	entries, err := scanEntries(tx.Query(ctx, "SELECT e.record FROM audit_entry e WHERE "+
		strings.Join(w.conditions, " AND ")+" ORDER BY e.seq "+order+" LIMIT "+w.bind(limit), w.args...))
	if order == "ASC" {
		slices.Reverse(entries)
	}
	return entries, err
}

// purposeOf returns the bytes that a record on this purpose holds, and no
// other: inside a JSON text the quotes of these would be escaped.
func purposeOf(purpose string) []byte {
	b, err := json.Marshal(purpose)
	if err != nil { // a string always has a JSON form
		panic(err)
	}
	return fmt.Appendf(nil, `"purpose":%s`, b)
}

// holds is the condition that a record holds the bytes bound at place.
func holds(d db.Dialect, place string) string {
	if d == db.Postgres {
		return "position(" + place + " IN e.record) > 0"
	}
	return "instr(e.record, " + place + ") > 0"
}

// where collects conditions and what is bound in them.
type where struct {
	conditions []string
	args       []any
}

func (w *where) bind(v any) string {
	w.args = append(w.args, v)
	return "$" + strconv.Itoa(len(w.args))
}

func (w *where) add(condition string) { w.conditions = append(w.conditions, condition) }

func (w *where) text(condition, value string) {
	if value != "" {
		w.add(condition + w.bind(value))
	}
}
