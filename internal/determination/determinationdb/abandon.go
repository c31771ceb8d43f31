package determinationdb

import (
	"context"
	"database/sql"
	"time"

	"gotong/internal/db"
	"gotong/internal/determination"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Unfinished implements determination.Store.
func (Store) Unfinished(ctx context.Context, before time.Time) ([]determination.Header, error) {
	var hs []determination.Header
	rows, err := db.From(ctx).Query(ctx, "SELECT "+headerColumns+` FROM determination WHERE created_at < $1
		AND id IN (SELECT w.determination_id FROM determination_writing w WHERE w.done > 0) ORDER BY created_at, id`, before.UnixMilli())
	return hs, db.Each(rows, err, func(rows *sql.Rows) error {
		h, err := scanHeader(rows)
		hs = append(hs, h)
		return err
	})
}

// abandoned stands in the place of how many steps are written, and is more
// than there ever are: no step follows it, and rows may go (migration 0104).
const abandoned = 1 << 30

// Abandon implements determination.Store.
func (Store) Abandon(ctx context.Context, id ident.ID) error {
	res, err := db.From(ctx).Exec(ctx, "UPDATE determination_writing SET done = $2 WHERE determination_id = $1", id, abandoned)
	return taken(res, err)
}

// taken refuses where not one row was there to change.
func taken(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return fault.Conflict("determination.written_elsewhere").Because(err)
	}
	return nil
}

// DropRows implements determination.Store.
func (Store) DropRows(ctx context.Context, id ident.ID, programme, part string) error {
	tx := db.From(ctx)
	for _, q := range []string{
		"DELETE FROM outcome WHERE {scope outcome.area} AND ",
		"DELETE FROM outcome_count WHERE {scope outcome_count.area} AND ",
		"DELETE FROM outcome_reason WHERE {scope outcome_reason.area} AND ",
	} {
		if _, err := tx.Exec(ctx, q+dropped, id, programme, part, part+":", abandoned); err != nil {
			return err
		}
	}
	return nil
}

// dropped are the rows of a programme in a partition of a determination that
// is abandoned. A colon comes after every digit.
const dropped = `determination_id = $1 AND programme = $2 AND area >= $3 AND area < $4
	AND EXISTS (SELECT 1 FROM determination_writing w WHERE w.determination_id = $1 AND w.done = $5)`

// Resumable implements determination.Store.
func (Store) Resumable(ctx context.Context, id ident.ID) error {
	res, err := db.From(ctx).Exec(ctx, "UPDATE determination_writing SET done = 0 WHERE determination_id = $1 AND done = $2", id, abandoned)
	return taken(res, err)
}
