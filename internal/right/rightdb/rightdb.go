// Package rightdb keeps what people ask about their own data. A request lies
// where the family stands: it goes along when the family moves, to the office
// that can still do what is asked.
package rightdb

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"gotong/internal/db"
	"gotong/internal/ident"
	"gotong/internal/right"
)

// Store implements right.Store.
type Store struct{}

var _ right.Store = Store{}

// New returns a Store that works in the transaction of its context.
func New() Store { return Store{} }

// Keep implements right.Store.
func (Store) Keep(ctx context.Context, r *right.Request, text []byte) error {
	came := "office"
	if r.Public {
		came = "public"
	}
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO right_request (id, area, family_id, kind, came, taken_by, at, due, text, status, decided_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')`, r.ID, r.Area, r.Family, string(r.Kind), came, r.TakenBy, r.At.UnixMilli(), r.Due.UnixMilli(), text, string(r.Status))
	if err != nil {
		return fmt.Errorf("rightdb: keeping a request: %w", err)
	}
	return nil
}

// Decide implements right.Store.
func (Store) Decide(ctx context.Context, r *right.Request, answer []byte, from right.Status) (bool, error) {
	at := sql.NullInt64{Int64: r.DecidedAt.UnixMilli(), Valid: !r.DecidedAt.IsZero()}
	done, err := db.From(ctx).Exec(ctx, `UPDATE right_request SET status = $1, decided_by = $2, decided_at = $3, answer = $4
		WHERE id = $5 AND status = $6 AND EXISTS (SELECT 1 FROM family f WHERE f.id = right_request.family_id AND {scope f.area})`, string(r.Status), r.DecidedBy, at, answer, r.ID, string(from))
	if err != nil {
		return false, fmt.Errorf("rightdb: deciding: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// from joins requests with their families.
const from = " FROM right_request r JOIN family f ON f.id = r.family_id WHERE {scope f.area}"

const columns = "r.id, f.area, r.family_id, r.kind, r.came, r.taken_by, r.at, r.due, r.text, r.status, r.decided_by, r.decided_at, r.answer"

func scan(row func(...any) error) (right.Request, error) {
	var r right.Request
	var came string
	var at, due int64
	var decided sql.NullInt64
	var text, answer []byte
	err := row(&r.ID, &r.Area, &r.Family, &r.Kind, &came, &r.TakenBy, &at, &due, &text, &r.Status, &r.DecidedBy, &decided, &answer)
	r.Public, r.At, r.Due, r.Text, r.Answer = came == "public", time.UnixMilli(at).UTC(), time.UnixMilli(due).UTC(), string(text), string(answer)
	if decided.Valid {
		r.DecidedAt = time.UnixMilli(decided.Int64).UTC()
	}
	return r, err
}

// Request implements right.Store. Its texts are as they are sealed.
func (Store) Request(ctx context.Context, id ident.ID) (*right.Request, error) {
	r, err := scan(db.From(ctx).QueryRow(ctx, "SELECT "+columns+from+" AND r.id = $1", id).Scan)
	if err != nil {
		return nil, db.NoRows(err, "right.not_found")
	}
	return &r, nil
}

// List implements right.Store. Texts are left out.
func (Store) List(ctx context.Context, f right.Filter, limit int) ([]right.Request, int64, error) {
	where, args := from, []any{}
	add := func(condition string, v any) {
		args = append(args, v)
		where += " AND " + condition + "$" + strconv.Itoa(len(args))
	}
	if f.Status != "" {
		add("r.status = ", string(f.Status))
	}
	if f.Kind != "" {
		add("r.kind = ", string(f.Kind))
	}
	if !f.Family.IsZero() {
		add("r.family_id = ", f.Family)
	}
	if !f.DueBy.IsZero() {
		add("r.due < ", f.DueBy.UnixMilli())
	}
	var n int64
	if err := db.From(ctx).QueryRow(ctx, "SELECT count(*)"+where, args...).Scan(&n); err != nil {
		return nil, 0, fmt.Errorf("rightdb: counting: %w", err)
	}
	if limit == 0 {
		return nil, n, nil
	}
	var all []right.Request
	rows, err := db.From(ctx).Query(ctx, "SELECT "+columns+where+" ORDER BY CASE WHEN r.status = 'open' THEN 0 ELSE 1 END, r.due, r.id LIMIT "+strconv.Itoa(limit), args...)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		r, err := scan(rows.Scan)
		r.Text, r.Answer = "", ""
		all = append(all, r)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("rightdb: listing: %w", err)
	}
	return all, n, nil
}

// KeepKnock implements right.Store.
func (Store) KeepKnock(ctx context.Context, k *right.Knock) error {
	_, err := db.From(ctx).Exec(ctx, "INSERT INTO right_knock (id, at, sealed) VALUES ($1, $2, $3)", k.ID, k.At.UnixMilli(), k.Sealed)
	if err != nil {
		return fmt.Errorf("rightdb: keeping a question: %w", err)
	}
	return nil
}

// Knocks implements right.Store.
func (Store) Knocks(ctx context.Context, limit int) ([]right.Knock, error) {
	var all []right.Knock
	rows, err := db.From(ctx).Query(ctx, "SELECT id, at, sealed FROM right_knock ORDER BY id LIMIT $1", limit)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var k right.Knock
		var at int64
		err := rows.Scan(&k.ID, &at, &k.Sealed)
		k.At = time.UnixMilli(at).UTC()
		all = append(all, k)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rightdb: questions: %w", err)
	}
	return all, nil
}

// DropKnocks implements right.Store.
func (Store) DropKnocks(ctx context.Context, ids []ident.ID) error {
	for _, id := range ids {
		if _, err := db.From(ctx).Exec(ctx, "DELETE FROM right_knock WHERE id = $1", id); err != nil {
			return fmt.Errorf("rightdb: dropping a question: %w", err)
		}
	}
	return nil
}

// Closed implements right.Store. A suspension or withdrawal that is granted
// lasts until it ends.
func (Store) Closed(ctx context.Context, area string, before time.Time) ([]right.Request, error) {
	return db.All(ctx, "rightdb: closed requests", "SELECT "+columns+from+` AND f.area >= $1 AND f.area < $2 AND r.decided_at < $3
		AND (r.status IN ('refused', 'ended') OR r.status = 'granted' AND r.kind NOT IN ('suspension', 'withdrawal')) ORDER BY r.id`,
		func(row db.Scanner, r *right.Request) error {
			var err error
			*r, err = scan(row)
			r.Text, r.Answer = "", ""
			return err
		}, area, area+":", before.UnixMilli())
}

// Forget implements right.Store.
func (Store) Forget(ctx context.Context, family ident.ID, sealed func(was []byte) []byte) ([][]byte, error) {
	return forget(ctx, "r.family_id = $1", family, sealed)
}

// ForgetOne implements right.Store.
func (Store) ForgetOne(ctx context.Context, id ident.ID, sealed func(was []byte) []byte) ([][]byte, error) {
	return forget(ctx, "r.id = $1", id, sealed)
}

func forget(ctx context.Context, where string, arg ident.ID, sealed func(was []byte) []byte) ([][]byte, error) {
	type one struct {
		id           ident.ID
		text, answer []byte
	}
	all, err := db.All(ctx, "rightdb: forgetting", "SELECT r.id, r.text, r.answer"+from+" AND "+where,
		func(scan db.Scanner, x *one) error { return scan(&x.id, &x.text, &x.answer) }, arg)
	if err != nil {
		return nil, err
	}
	var was [][]byte
	for _, x := range all {
		was = append(was, x.text)
		answer := any(nil)
		if x.answer != nil {
			was, answer = append(was, x.answer), sealed(x.answer)
		}
		err := db.Exec(ctx, "rightdb: forgetting", `UPDATE right_request SET text = $1, answer = $2
			WHERE id = $3 AND EXISTS (SELECT 1 FROM family f WHERE f.id = right_request.family_id AND {scope f.area})`, sealed(x.text), answer, x.id)
		if err != nil {
			return nil, err
		}
	}
	return was, nil
}
