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

// Number returns the next number of a programme's lists for a period.
func (s *Store) Number(ctx context.Context, programme string, p delivery.Period) (int, error) {
	var n int
	err := db.From(ctx).QueryRow(ctx, `INSERT INTO pay_list_number (programme, period, last) VALUES ($1, $2, 1)
		ON CONFLICT (programme, period) DO UPDATE SET last = pay_list_number.last + 1 RETURNING last`,
		programme, p.String()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("deliverydb: numbering a list: %w", err)
	}
	return n, nil
}

// AddList adds a draft.
func (s *Store) AddList(ctx context.Context, l *delivery.PayList) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO pay_list (id, number, programme, version, period, fund, determination, area, channel,
			status, lines, total, digest, maker, made_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		l.ID, l.Number, l.Programme, l.Version, l.Period.String(), l.Fund, l.Determination, l.Area, string(l.Means),
		string(l.Status), l.Lines, int64(l.Total), l.Digest[:], l.Made.By, l.Made.At.UnixMilli())
	if err != nil {
		return fmt.Errorf("deliverydb: adding a list: %w", err)
	}
	return nil
}

const listColumns = `l.id, l.number, l.programme, l.version, l.period, l.fund, l.determination, l.area, l.channel, l.status, l.lines, l.total,
	l.digest, l.maker, l.made_at, l.checker, l.checked_at, l.checked_digest, l.checked_seal,
	l.releaser, l.released_at, l.released_digest, l.released_seal`

func scanList(scan func(...any) error, l *delivery.PayList) error {
	var period string
	var made int64
	var digest, checked, released []byte
	var checker, releaser sql.NullString
	var checkedAt, releasedAt sql.NullInt64
	err := scan(&l.ID, &l.Number, &l.Programme, &l.Version, &period, &l.Fund, &l.Determination, &l.Area, &l.Means, &l.Status, &l.Lines, &l.Total,
		&digest, &l.Made.By, &made, &checker, &checkedAt, &checked, &l.Checked.Seal, &releaser, &releasedAt, &released, &l.Released.Seal)
	if err != nil {
		return err
	}
	if l.Period, err = delivery.ParsePeriod(period); err != nil {
		return err
	}
	copy(l.Digest[:], digest)
	copy(l.Checked.Digest[:], checked)
	copy(l.Released.Digest[:], released)
	l.Made.At, l.Made.Digest = time.UnixMilli(made).UTC(), l.Digest
	l.Checked.By, l.Checked.At = checker.String, db.Instant(checkedAt)
	l.Released.By, l.Released.At = releaser.String, db.Instant(releasedAt)
	return nil
}

// Lock returns a list and has others wait for it.
func (s *Store) Lock(ctx context.Context, id ident.ID) (*delivery.PayList, error) {
	// An update takes the row's lock in both engines.
	result, err := db.From(ctx).Exec(ctx, "UPDATE pay_list AS l SET turn = turn + 1 WHERE l.id = $1 AND {scope l.area}", id)
	if err := one(result, err); err != nil {
		return nil, fmt.Errorf("deliverydb: locking a list: %w", err)
	}
	return s.List(ctx, id)
}

// List returns a list.
func (s *Store) List(ctx context.Context, id ident.ID) (*delivery.PayList, error) {
	return s.find(ctx, "l.id = $1", id)
}

// ByNumber returns a list by its number.
func (s *Store) ByNumber(ctx context.Context, number string) (*delivery.PayList, error) {
	return s.find(ctx, "l.number = $1", number)
}

func (s *Store) find(ctx context.Context, where string, arg any) (*delivery.PayList, error) {
	var l delivery.PayList
	row := db.From(ctx).QueryRow(ctx, "SELECT "+listColumns+" FROM pay_list l WHERE {scope l.area} AND "+where, arg)
	if err := scanList(row.Scan, &l); err != nil {
		return nil, fmt.Errorf("deliverydb: reading a list: %w", db.NoRows(err, "delivery.no_list"))
	}
	return &l, nil
}

// SaveList writes what may change of a list.
func (s *Store) SaveList(ctx context.Context, l *delivery.PayList) error {
	err := one(db.From(ctx).Exec(ctx, `UPDATE pay_list AS l SET status = $2, lines = $3, total = $4, digest = $5,
			checker = $6, checked_at = $7, checked_digest = $8, checked_seal = $9,
			releaser = $10, released_at = $11, released_digest = $12, released_seal = $13
		WHERE l.id = $1 AND {scope l.area}`,
		l.ID, string(l.Status), l.Lines, int64(l.Total), l.Digest[:],
		db.Text(l.Checked.By), db.Millis(l.Checked.At), digest(l.Checked.Digest), l.Checked.Seal,
		db.Text(l.Released.By), db.Millis(l.Released.At), digest(l.Released.Digest), l.Released.Seal))
	if err != nil {
		return fmt.Errorf("deliverydb: saving a list: %w", err)
	}
	return nil
}

// Lists returns lists, newest first.
func (s *Store) Lists(ctx context.Context, f delivery.ListFilter) ([]delivery.ListRow, int64, error) {
	var where strings.Builder
	args := []any{}
	and := func(condition, v string) {
		if v != "" {
			args = append(args, v)
			fmt.Fprintf(&where, " AND "+condition, len(args))
		}
	}
	and("l.programme = $%d", f.Programme)
	and("l.period = $%d", f.Period)
	and("l.area LIKE $%d || '%%'", f.Area)
	and("l.status = $%d", string(f.Status))
	and("l.fund = $%d", f.Fund)
	tx := db.From(ctx)
	var total int64
	if err := tx.QueryRow(ctx, "SELECT COUNT(*) FROM pay_list l WHERE {scope l.area}"+where.String(), args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("deliverydb: counting lists: %w", err)
	}
	args = append(args, max(1, f.Limit), f.Offset)
	rows, err := tx.Query(ctx, fmt.Sprintf("SELECT %s FROM pay_list l WHERE {scope l.area}%s ORDER BY l.made_at DESC, l.number DESC LIMIT $%d OFFSET $%d",
		listColumns, where.String(), len(args)-1, len(args)), args...)
	var all []delivery.ListRow
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var r delivery.ListRow
		err := scanList(rows.Scan, &r.PayList)
		all = append(all, r)
		return err
	})
	for i := range all {
		if err == nil {
			all[i].Sums, err = s.Tally(ctx, all[i].ID)
		}
	}
	if err != nil {
		return nil, 0, fmt.Errorf("deliverydb: listing lists: %w", err)
	}
	return all, total, nil
}

// Tally returns a list's sums as they were last recounted.
func (s *Store) Tally(ctx context.Context, id ident.ID) (delivery.Sums, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT n.status, n.lines, n.total FROM pay_list_sum n
		JOIN pay_list l ON l.id = n.list_id WHERE n.list_id = $1 AND {scope l.area}`, id)
	return scanSums(rows, err)
}

// Sums counts a list's lines by status, from the lines.
func (s *Store) Sums(ctx context.Context, id ident.ID) (delivery.Sums, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT i.status, COUNT(*), CAST(SUM(i.amount - i.short) AS BIGINT) FROM instruction i
		WHERE i.list_id = $1 AND {scope i.area} GROUP BY i.status`, id)
	return scanSums(rows, err)
}

func scanSums(rows *sql.Rows, err error) (delivery.Sums, error) {
	all := delivery.Sums{}
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var status delivery.Status
		var n delivery.Sum
		err := rows.Scan(&status, &n.Lines, &n.Total)
		all[status] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: counting lines: %w", err)
	}
	return all, nil
}

// Recount brings the sums of a list up to date.
func (s *Store) Recount(ctx context.Context, id ident.ID) error {
	tx := db.From(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM pay_list_sum WHERE list_id = (SELECT l.id FROM pay_list l WHERE l.id = $1 AND {scope l.area})", id); err != nil {
		return fmt.Errorf("deliverydb: recounting: %w", err)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO pay_list_sum (list_id, status, lines, total)
		SELECT i.list_id, i.status, COUNT(*), CAST(SUM(i.amount - i.short) AS BIGINT) FROM instruction i
		WHERE i.list_id = $1 AND {scope i.area} GROUP BY i.list_id, i.status`, id); err != nil {
		return fmt.Errorf("deliverydb: recounting: %w", err)
	}
	return nil
}

// Shift brings the sums up to date with what one act moved.
func (s *Store) Shift(ctx context.Context, id ident.ID, from, to delivery.Status, left, came delivery.Sum) error {
	tx := db.From(ctx)
	for _, move := range []struct {
		status delivery.Status
		by     delivery.Sum
	}{{from, delivery.Sum{Lines: -left.Lines, Total: -left.Total}}, {to, came}} {
		if _, err := tx.Exec(ctx, `INSERT INTO pay_list_sum (list_id, status, lines, total)
			SELECT l.id, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BIGINT) FROM pay_list l WHERE l.id = $1 AND {scope l.area}
			ON CONFLICT (list_id, status) DO UPDATE SET lines = pay_list_sum.lines + excluded.lines, total = pay_list_sum.total + excluded.total`,
			id, string(move.status), move.by.Lines, int64(move.by.Total)); err != nil {
			return fmt.Errorf("deliverydb: shifting sums: %w", err)
		}
	}
	return nil
}

// Acts returns a list's history, oldest first.
func (s *Store) Acts(ctx context.Context, id ident.ID) ([]delivery.Act, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT `+actColumns+` FROM pay_list_act a JOIN pay_list l ON l.id = a.list_id
		WHERE a.list_id = $1 AND {scope l.area} ORDER BY a.act`, id)
	var all []delivery.Act
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var a delivery.Act
		err := scanAct(rows.Scan, &a)
		all = append(all, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading acts: %w", err)
	}
	return all, nil
}

const actColumns = "a.list_id, a.act, a.kind, a.actor, a.at, a.entry, a.file_id, a.note, a.lines, a.total"

func scanAct(scan func(...any) error, a *delivery.Act, more ...any) error {
	var at int64
	var entry sql.NullInt64
	into := append([]any{&a.ListID, &a.No, &a.Kind, &a.Actor, &at, &entry, &a.FileID, &a.Note, &a.Sum.Lines, &a.Sum.Total}, more...)
	if err := scan(into...); err != nil {
		return err
	}
	a.At, a.Entry = time.UnixMilli(at).UTC(), entry.Int64
	return nil
}

// Record ends an act.
func (s *Store) Record(ctx context.Context, a *delivery.Act) error {
	if err := s.begin(ctx, a); err != nil {
		return err
	}
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO pay_list_act (list_id, act, kind, actor, at, entry, file_id, note, lines, total)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ListID, a.No, string(a.Kind), a.Actor, a.At.UnixMilli(), number(a.Entry), a.FileID, a.Note, a.Sum.Lines, int64(a.Sum.Total))
	if err != nil {
		return fmt.Errorf("deliverydb: recording an act: %w", err)
	}
	return nil
}

// begin numbers an act; its list is locked by the caller.
func (s *Store) begin(ctx context.Context, a *delivery.Act) error {
	if a.No > 0 {
		return nil
	}
	err := db.From(ctx).QueryRow(ctx, `SELECT COALESCE(MAX(a.act), 0) + 1 FROM pay_list_act a
		JOIN pay_list l ON l.id = a.list_id WHERE a.list_id = $1 AND {scope l.area}`, a.ListID).Scan(&a.No)
	if err != nil {
		return fmt.Errorf("deliverydb: numbering an act: %w", err)
	}
	return nil
}
