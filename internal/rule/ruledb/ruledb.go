// Package ruledb has the database answer rules: the third reader of a rule,
// beside the kernels and the interpreter.
//
// A batch of families is loaded into temporary tables, every rule is asked in
// one statement for all of them, and nothing is kept.
package ruledb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"

	"gotong/internal/column"
	"gotong/internal/db"
	"gotong/internal/indicator"
	"gotong/internal/rule"
	"gotong/internal/rule/rulesql"
)

// Reader answers rules by SQL. It is safe for concurrent use.
type Reader struct {
	db *db.DB

	mu      sync.Mutex
	written []written // the oldest first
}

// written is the SQL of rules. It holds the rules themselves: an address
// alone may later be that of another rule.
type written struct {
	rules   []*rule.Rule
	program rulesql.Program
}

// NewReader returns a Reader on a database.
func NewReader(d *db.DB) *Reader { return &Reader{db: d} }

// Ask answers rules for every family or member of a batch.
func (r *Reader) Ask(ctx context.Context, b *column.Batch, rules []*rule.Rule) ([]rule.Values, error) {
	p := r.program(rules)
	answers := make([]rule.Values, len(rules))
	for i, asked := range rules {
		answers[i] = room(asked, b)
	}
	err := r.db.Scratch(ctx, func(ctx context.Context) error {
		tx := db.From(ctx)
		if err := load(ctx, tx, p.Facts, b); err != nil {
			return err
		}
		for _, q := range p.Queries {
			if err := ask(ctx, tx, q, rules, answers); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("rule: asking the database: %w", err)
	}
	return answers, nil
}

// maxWritten bounds how many programs are remembered.
const maxWritten = 16

// program returns the SQL of rules, which a recheck asks for again and again.
func (r *Reader) program(rules []*rule.Rule) rulesql.Program {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range r.written {
		if slices.Equal(w.rules, rules) {
			return w.program
		}
	}
	dialect := rulesql.SQLite
	if r.db.Dialect() == db.Postgres {
		dialect = rulesql.Postgres
	}
	w := written{slices.Clone(rules), rulesql.Write(dialect, rules)}
	if len(r.written) == maxWritten {
		r.written = slices.Delete(r.written, 0, 1)
	}
	r.written = append(r.written, w)
	return w.program
}

// room returns answers that are all unknown.
func room(r *rule.Rule, b *column.Batch) rule.Values {
	n := r.Kernel().Rows(b)
	v := rule.Values{}
	if r.Form().Fallible() {
		v.Failed = column.NewBitmap(n)
	}
	if r.Kind() == rule.Bool {
		v.Truths = rule.Truths{Yes: column.NewBitmap(n), Known: column.NewBitmap(n), Failed: v.Failed}
		return v
	}
	v.Column = column.New(n)
	return v
}

// load makes the tables and fills them.
func load(ctx context.Context, tx *db.Tx, facts []*indicator.Indicator, b *column.Batch) error {
	// Temporary tables have no statistics until they are asked for, and
	// compiling a statement takes longer than answering it.
	prepare := []string{}
	if tx.Dialect() == db.Postgres {
		prepare = append(prepare, "SET LOCAL jit = off")
	}
	var family, member []*indicator.Indicator
	for _, i := range facts {
		if i.Level == indicator.Family {
			family = append(family, i)
		} else {
			member = append(member, i)
		}
	}
	prepare = append(prepare, create(rulesql.FamilyTable, "n INTEGER PRIMARY KEY", family),
		create(rulesql.MemberTable, "n INTEGER NOT NULL, i INTEGER PRIMARY KEY", member))
	for _, s := range prepare {
		if _, err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	if err := fill(ctx, tx, rulesql.FamilyTable, []string{"n"}, family, b.Families, func(row int) []any { return []any{row} }); err != nil {
		return err
	}
	of := familyOf(b)
	if err := fill(ctx, tx, rulesql.MemberTable, []string{"n", "i"}, member, b.Members, func(row int) []any { return []any{of[row], row} }); err != nil {
		return err
	}
	if tx.Dialect() == db.Postgres {
		for _, table := range []string{rulesql.FamilyTable, rulesql.MemberTable} {
			if _, err := tx.Exec(ctx, "ANALYZE "+table); err != nil {
				return err
			}
		}
	}
	return nil
}

func create(table, keys string, facts []*indicator.Indicator) string {
	s := "CREATE TEMPORARY TABLE " + table + " (" + keys
	for _, i := range facts {
		s += ", " + rulesql.Column(i) + " BIGINT"
	}
	return s + ")"
}

// familyOf returns the row of each member's family.
func familyOf(b *column.Batch) []int {
	of := make([]int, 0, b.Members.Rows)
	for f := range b.Families.Rows {
		from, to := b.MembersOf(f)
		for range to - from {
			of = append(of, f)
		}
	}
	return of
}

func fill(ctx context.Context, tx *db.Tx, table string, keys []string, facts []*indicator.Indicator, t *column.Table, key func(row int) []any) error {
	columns := make([]*column.Column, len(facts))
	for i, f := range facts {
		keys = append(keys, rulesql.Column(f))
		columns[i] = t.Columns[f.Code]
	}
	bulk := tx.NewBulk(table, keys...)
	for row := range t.Rows {
		values := key(row)
		for _, c := range columns {
			if c == nil || !c.Known.Get(row) {
				values = append(values, nil)
			} else {
				values = append(values, c.Values[row])
			}
		}
		if err := bulk.Add(ctx, values...); err != nil {
			return err
		}
	}
	return bulk.Flush(ctx)
}

// ask runs one query and puts its answers into their rows.
func ask(ctx context.Context, tx *db.Tx, q rulesql.Query, rules []*rule.Rule, into []rule.Values) error {
	rows, err := tx.Query(ctx, q.Text)
	var row int
	targets := []any{&row}
	values, states := make([]sql.NullInt64, len(q.Rules)), make([]int, len(q.Rules))
	for i, place := range q.Rules {
		if rules[place].Kind() != rule.Bool {
			targets = append(targets, &values[i])
		}
		targets = append(targets, &states[i])
	}
	return db.Each(rows, err, func(rows *sql.Rows) error {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		for i, place := range q.Rules {
			if err := put(into[place], row, values[i], states[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// put notes one answer.
func put(v rule.Values, row int, value sql.NullInt64, state int) error {
	switch {
	case state == rulesql.Failed && v.Failed != nil:
		v.Failed.Set(row)
	case state == rulesql.Unknown:
	case v.Column != nil && state == rulesql.Yes && value.Valid:
		v.Column.Set(row, value.Int64)
	case v.Column == nil && (state == rulesql.Yes || state == rulesql.No):
		v.Truths.Known.Set(row)
		if state == rulesql.Yes {
			v.Truths.Yes.Set(row)
		}
	default:
		return fmt.Errorf("the database gave the answer %d, which is none", state)
	}
	return nil
}
