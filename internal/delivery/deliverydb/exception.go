package deliverydb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/ident"
)

// AddExceptions adds exceptions.
func (s *Store) AddExceptions(ctx context.Context, all []delivery.Exception) error {
	rows := db.From(ctx).NewBulk("payment_exception", "id", "area", "list_id", "line_no", "family_id", "file_id", "file_line",
		"code", "said", "detail", "amount", "opened_at", "status")
	for _, e := range all {
		if err := rows.Add(ctx, e.ID, e.Area, e.ListID, number(e.LineNo), e.FamilyID, e.FileID, number(int64(e.FileLine)),
			string(e.Code), string(e.Said), e.Detail, int64(e.Amount), e.OpenedAt.UnixMilli(), string(e.Status)); err != nil {
			return err
		}
	}
	return rows.Flush(ctx)
}

const exceptionColumns = `x.id, x.area, x.list_id, l.number, x.line_no, x.family_id, x.file_id, x.file_line, x.code, x.said, x.detail,
	x.amount, x.opened_at, x.status, x.action, x.note, x.proposer, x.proposed_at, x.approver, x.resolved_at`

func scanException(scan func(...any) error, e *delivery.Exception) error {
	var line, fileLine, proposedAt, resolvedAt sql.NullInt64
	var opened int64
	var proposer, approver sql.NullString
	err := scan(&e.ID, &e.Area, &e.ListID, &e.Number, &line, &e.FamilyID, &e.FileID, &fileLine, &e.Code, &e.Said, &e.Detail,
		&e.Amount, &opened, &e.Status, &e.Action, &e.Note, &proposer, &proposedAt, &approver, &resolvedAt)
	e.LineNo, e.FileLine, e.OpenedAt = line.Int64, int(fileLine.Int64), time.UnixMilli(opened).UTC()
	e.Proposer, e.Approver = proposer.String, approver.String
	e.ProposedAt, e.ResolvedAt = db.Instant(proposedAt), db.Instant(resolvedAt)
	return err
}

// Exception returns one exception.
func (s *Store) Exception(ctx context.Context, id ident.ID) (*delivery.Exception, error) {
	var e delivery.Exception
	row := db.From(ctx).QueryRow(ctx, "SELECT "+exceptionColumns+` FROM payment_exception x JOIN pay_list l ON l.id = x.list_id
		WHERE x.id = $1 AND {scope x.area}`, id)
	if err := scanException(row.Scan, &e); err != nil {
		return nil, fmt.Errorf("deliverydb: reading an exception: %w", db.NoRows(err, "delivery.no_exception"))
	}
	return &e, nil
}

// SaveException writes what may change of an exception.
func (s *Store) SaveException(ctx context.Context, e *delivery.Exception) error {
	err := one(db.From(ctx).Exec(ctx, `UPDATE payment_exception AS x SET status = $2, action = $3, note = $4, proposer = $5, proposed_at = $6,
			approver = $7, resolved_at = $8 WHERE x.id = $1 AND {scope x.area}`,
		e.ID, string(e.Status), string(e.Action), e.Note, db.Text(e.Proposer), db.Millis(e.ProposedAt), db.Text(e.Approver), db.Millis(e.ResolvedAt)))
	if err != nil {
		return fmt.Errorf("deliverydb: saving an exception: %w", err)
	}
	return nil
}

// Lapse closes the exceptions of lines that are let back or given up.
func (s *Store) Lapse(ctx context.Context, list ident.ID, lines []int64) error {
	const lapse = `UPDATE payment_exception AS x SET status = 'lapsed'
		WHERE x.list_id = $1 AND x.status IN ('open', 'proposed') AND {scope x.area}`
	if lines == nil {
		_, err := db.From(ctx).Exec(ctx, lapse, list)
		return err
	}
	for _, n := range lines {
		if _, err := db.From(ctx).Exec(ctx, lapse+" AND x.line_no = $2", list, n); err != nil {
			return fmt.Errorf("deliverydb: closing exceptions: %w", err)
		}
	}
	return nil
}

// LapseFile closes the exceptions of a code of the lines that a return file
// matched.
func (s *Store) LapseFile(ctx context.Context, list, file ident.ID, code delivery.Code) error {
	_, err := db.From(ctx).Exec(ctx, `UPDATE payment_exception AS x SET status = 'lapsed'
		WHERE x.list_id = $1 AND x.code = $3 AND x.status IN ('open', 'proposed') AND {scope x.area}
			AND x.line_no IN (SELECT r.line_no FROM return_line r WHERE r.file_id = $2 AND r.verdict = 'matched')`, list, file, string(code))
	if err != nil {
		return fmt.Errorf("deliverydb: closing exceptions: %w", err)
	}
	return nil
}

// Exceptions returns exceptions, oldest first.
func (s *Store) Exceptions(ctx context.Context, f delivery.ExceptionFilter) ([]delivery.Exception, int64, error) {
	var where strings.Builder
	args := []any{}
	and := func(condition string, v any) {
		args = append(args, v)
		fmt.Fprintf(&where, " AND "+condition, len(args))
	}
	if f.Status != "" {
		and("x.status = $%d", string(f.Status))
	} else {
		where.WriteString(" AND x.status IN ('open', 'proposed')")
	}
	if f.Code != "" {
		and("x.code = $%d", string(f.Code))
	}
	if len(f.Codes) > 0 {
		places := make([]string, len(f.Codes))
		for i, c := range f.Codes {
			args = append(args, string(c))
			places[i] = fmt.Sprintf("$%d", len(args))
		}
		where.WriteString(" AND x.code IN (" + strings.Join(places, ", ") + ")")
	}
	if f.Area != "" {
		and("x.area LIKE $%d || '%%'", f.Area)
	}
	if !f.ListID.IsZero() {
		and("x.list_id = $%d", f.ListID)
	}
	if f.LineNo != 0 {
		and("x.line_no = $%d", f.LineNo)
	}
	if !f.Before.IsZero() {
		and("x.opened_at < $%d", f.Before.UnixMilli())
	}
	tx := db.From(ctx)
	var total int64
	if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM payment_exception x WHERE {scope x.area}"+where.String(), args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("deliverydb: counting exceptions: %w", err)
	}
	args = append(args, max(1, f.Limit), f.Offset)
	rows, err := tx.Query(ctx, fmt.Sprintf(`SELECT %s FROM payment_exception x JOIN pay_list l ON l.id = x.list_id
		WHERE {scope x.area}%s ORDER BY x.opened_at, x.id LIMIT $%d OFFSET $%d`, exceptionColumns, where.String(), len(args)-1, len(args)), args...)
	var all []delivery.Exception
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var e delivery.Exception
		err := scanException(rows.Scan, &e)
		all = append(all, e)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("deliverydb: listing exceptions: %w", err)
	}
	return all, total, nil
}

// Ageing counts the unresolved ones by code and by age.
func (s *Store) Ageing(ctx context.Context, bounds []time.Time) ([]delivery.Age, error) {
	buckets := ""
	args := make([]any, len(bounds))
	for i, b := range bounds {
		args[i] = b.UnixMilli()
		buckets += fmt.Sprintf(", SUM(CASE WHEN x.opened_at >= $%d THEN 1 ELSE 0 END)", i+1)
	}
	rows, err := db.From(ctx).Query(ctx, `SELECT x.code, COUNT(*), CAST(SUM(x.amount) AS BIGINT), MIN(x.opened_at)`+buckets+` FROM payment_exception x
		WHERE x.status IN ('open', 'proposed') AND {scope x.area} GROUP BY x.code ORDER BY x.code`, args...)
	var all []delivery.Age
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		a := delivery.Age{Buckets: make([]int64, len(bounds)+1)}
		var oldest int64
		into := []any{&a.Code, &a.Count, &a.Total, &oldest}
		for i := range bounds {
			into = append(into, &a.Buckets[i])
		}
		err := rows.Scan(into...)
		a.Oldest = time.UnixMilli(oldest).UTC()
		// Each sum holds those before it; what remains is older than all bounds.
		a.Buckets[len(bounds)] = a.Count
		for i := len(bounds); i > 0; i-- {
			a.Buckets[i] -= a.Buckets[i-1]
		}
		all = append(all, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: ageing: %w", err)
	}
	return all, nil
}
