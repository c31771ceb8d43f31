package auditdb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/access"
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
	later, err := waiting(ctx, func(e audit.Entry) bool { return passes(ctx, e, f, p) })
	if err != nil {
		return nil, err
	}
	entries, err := scanEntries(tx.Query(ctx, "SELECT e.record FROM audit_entry e WHERE "+
		strings.Join(w.conditions, " AND ")+" ORDER BY e.seq "+order+" LIMIT "+w.bind(limit), w.args...))
	if err != nil {
		return nil, err
	}
	if order == "ASC" { // from this place on, up to limit
		entries = append(entries, later...)
		return newestFirst(entries[:min(limit, len(entries))], limit), nil
	}
	entries = append(newestFirst(later, limit), entries...)
	return entries[:min(limit, len(entries))], nil
}

// passes tells of an entry that waits what the query asks of the others.
func passes(ctx context.Context, e audit.Entry, f audit.Filter, p audit.Place) bool {
	actor, _ := access.From(ctx)
	ofGroup := strings.HasPrefix(e.Action, f.Action+".") && !strings.Contains(f.Action, ".")
	switch {
	case e.Area != "" && !inAny(actor.Scope, e.Area),
		f.Actor != "" && e.Actor != f.Actor,
		f.Subject != "" && e.Subject != f.Subject,
		f.Action != "" && e.Action != f.Action && !ofGroup,
		f.Area != "" && !strings.HasPrefix(e.Area, f.Area),
		f.Purpose != "" && e.Purpose != f.Purpose,
		!f.From.IsZero() && e.At.Before(f.From),
		!f.Until.IsZero() && !e.At.Before(f.Until),
		p.AtLeast > 0 && e.Seq < p.AtLeast,
		p.AtLeast == 0 && p.Below > 0 && e.Seq >= p.Below:
		return false
	}
	return true
}

// inAny reports whether an entry's area lies in one of the scope's, as the
// database compares it: by its text, which for staff of several areas begins
// with the first, and is a star for the nation.
func inAny(s access.Scope, area string) bool {
	return s.IsNation() || slices.ContainsFunc(s.Prefixes(), func(p string) bool { return strings.HasPrefix(area, p) })
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
