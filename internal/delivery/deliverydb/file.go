package deliverydb

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"

	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/ident"
)

// AddFile puts a list's order file into the outbox.
func (s *Store) AddFile(ctx context.Context, f *delivery.PaymentFile) error {
	_, err := db.From(ctx).Exec(ctx, `INSERT INTO payment_file (batch, list_id, area, state, lines, total) VALUES ($1, $2, $3, $4, $5, $6)`,
		f.Batch, f.ListID, f.Area, string(f.State), f.Lines, int64(f.Total))
	if err != nil {
		return fmt.Errorf("deliverydb: adding an order file: %w", err)
	}
	return nil
}

// File returns a list's order file.
func (s *Store) File(ctx context.Context, list ident.ID) (*delivery.PaymentFile, error) {
	var f delivery.PaymentFile
	var sum []byte
	var cut, handing, handed sql.NullInt64
	err := db.From(ctx).QueryRow(ctx, `SELECT f.batch, f.list_id, f.area, f.state, f.name, f.sha256, f.lines, f.total, f.tries,
			f.cut_at, f.handing_at, f.handed_at, f.receipt
		FROM payment_file f WHERE f.list_id = $1 AND {scope f.area}`, list).
		Scan(&f.Batch, &f.ListID, &f.Area, &f.State, &f.Name, &sum, &f.Lines, &f.Total, &f.Tries, &cut, &handing, &handed, &f.Receipt)
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading an order file: %w", db.NoRows(err, "delivery.no_file"))
	}
	copy(f.SHA256[:], sum)
	f.CutAt, f.HandingAt, f.HandedAt = db.Instant(cut), db.Instant(handing), db.Instant(handed)
	return &f, nil
}

// SaveFile writes what may change of an order file.
func (s *Store) SaveFile(ctx context.Context, f *delivery.PaymentFile) error {
	err := one(db.From(ctx).Exec(ctx, `UPDATE payment_file AS f SET state = $2, name = $3, sha256 = $4, lines = $5, total = $6, tries = $7,
			cut_at = $8, handing_at = $9, handed_at = $10, receipt = $11 WHERE f.batch = $1 AND {scope f.area}`,
		f.Batch, string(f.State), f.Name, digest(f.SHA256), f.Lines, int64(f.Total), f.Tries,
		db.Millis(f.CutAt), db.Millis(f.HandingAt), db.Millis(f.HandedAt), f.Receipt))
	if err != nil {
		return fmt.Errorf("deliverydb: saving an order file: %w", err)
	}
	return nil
}

const returnColumns = `f.id, f.sha256, f.name, f.batch, f.list_id, f.area, f.actor, f.at, f.lines, f.matched, f.explained, f.queued, f.credited, f.returned`

func scanReturn(scan func(...any) error, f *delivery.ReturnFile) error {
	var sum []byte
	var at int64
	err := scan(&f.ID, &sum, &f.Name, &f.Batch, &f.ListID, &f.Area, &f.Actor, &at, &f.Lines, &f.Matched, &f.Explained, &f.Queued, &f.Credited, &f.Returned)
	copy(f.SHA256[:], sum)
	f.At = time.UnixMilli(at).UTC()
	return err
}

// Returned returns a return file by its digest.
func (s *Store) Returned(ctx context.Context, sum [32]byte) (*delivery.ReturnFile, error) {
	var f delivery.ReturnFile
	row := db.From(ctx).QueryRow(ctx, "SELECT "+returnColumns+" FROM return_file f WHERE f.sha256 = $1 AND {scope f.area}", sum[:])
	if err := scanReturn(row.Scan, &f); err != nil {
		return nil, fmt.Errorf("deliverydb: reading a return file: %w", db.NoRows(err, "delivery.no_file"))
	}
	return &f, nil
}

// Returns lists the return files of a list, oldest first.
func (s *Store) Returns(ctx context.Context, list ident.ID) ([]delivery.ReturnFile, error) {
	rows, err := db.From(ctx).Query(ctx, "SELECT "+returnColumns+" FROM return_file f WHERE f.list_id = $1 AND {scope f.area} ORDER BY f.at, f.id", list)
	var all []delivery.ReturnFile
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var f delivery.ReturnFile
		err := scanReturn(rows.Scan, &f)
		all = append(all, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading return files: %w", err)
	}
	return all, nil
}

// AddReturn records a return file and what was found of each line.
func (s *Store) AddReturn(ctx context.Context, f *delivery.ReturnFile, findings iter.Seq[delivery.Finding]) error {
	tx := db.From(ctx)
	_, err := tx.Exec(ctx, `INSERT INTO return_file (id, sha256, name, batch, list_id, area, actor, at, lines, matched, explained, queued, credited, returned)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		f.ID, f.SHA256[:], f.Name, f.Batch, f.ListID, f.Area, f.Actor, f.At.UnixMilli(), f.Lines, f.Matched, f.Explained, f.Queued,
		int64(f.Credited), int64(f.Returned))
	if err != nil {
		return fmt.Errorf("deliverydb: adding a return file: %w", err)
	}
	rows := tx.NewBulk("return_line", "file_id", "line", "reference", "status", "code", "amount", "at", "verdict", "reason", "line_no")
	for n := range findings {
		if err := rows.Add(ctx, f.ID, n.Line, n.Reference, string(n.Status), string(n.Result.Code), int64(n.Amount), n.At.UnixMilli(),
			string(n.Verdict), string(n.Reason), number(n.LineNo)); err != nil {
			return err
		}
	}
	return rows.Flush(ctx)
}
