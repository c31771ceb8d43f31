package auditdb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gotong/internal/audit"
	"gotong/internal/db"
)

// putInMost is how many waiting looks come into the log at a time, so that no
// act waits long behind them.
const putInMost = 2000

// keepAside keeps looks durably beside the database, in the order in which
// they came. The number that each is given there goes into the log with it,
// and they stand in it without a gap: one that was lost or removed shows.
func (s *Store) keepAside(ctx context.Context, tx *db.Tx, entries []audit.Entry) error {
	notes := make([][]byte, len(entries))
	for i, e := range entries {
		b, err := json.Marshal(e)
		if err != nil {
			return err
		}
		notes[i] = b
	}
	return tx.Aside(ctx, notes, looksIn, fold)
}

// settle puts all looks that wait into the log.
func settle(ctx context.Context, tx *db.Tx) error {
	for {
		var size, looks int64
		if err := tx.QueryRow(ctx, "UPDATE audit_head SET size = size WHERE one = 1 RETURNING size, looks").Scan(&size, &looks); err != nil {
			return fmt.Errorf("auditdb: locking the head: %w", err)
		}
		waiting, err := putIn(ctx, tx, looks)
		if err != nil || len(waiting) == 0 {
			return err
		}
		if err := write(ctx, tx, size, waiting); err != nil {
			return err
		}
	}
}

// looksIn returns up to which number looks are in the log.
func looksIn(ctx context.Context) (looks int64, err error) {
	if err := db.From(ctx).QueryRow(ctx, "SELECT looks FROM audit_head WHERE one = 1").Scan(&looks); err != nil {
		return 0, fmt.Errorf("auditdb: reading the head: %w", err)
	}
	return looks, nil
}

// fold puts looks into the log: these, or those that wait aside.
func fold(ctx context.Context, notes []db.Note) error {
	entries, err := entriesOf(notes)
	if err != nil {
		return err
	}
	return add(ctx, db.From(ctx), entries)
}

// putIn returns the looks that wait after number looks, and has the head say
// that they are in.
func putIn(ctx context.Context, tx *db.Tx, looks int64) ([]audit.Entry, error) {
	notes, err := tx.Pending(ctx, looks, putInMost)
	if err != nil {
		return nil, err
	}
	if len(notes) == 0 {
		return nil, nil
	}
	entries, err := entriesOf(notes)
	if err != nil {
		return nil, err
	}
	last := notes[len(notes)-1].No
	err = db.Exec(ctx, "auditdb: putting looks in", "UPDATE audit_head SET size = size + $1, looks = $2 WHERE one = 1", len(notes), last)
	if err != nil {
		return nil, err
	}
	tx.Folded(last)
	return entries, nil
}

func entriesOf(notes []db.Note) ([]audit.Entry, error) {
	entries := make([]audit.Entry, len(notes))
	for i, n := range notes {
		if err := json.Unmarshal(n.Bytes, &entries[i]); err != nil {
			return nil, fmt.Errorf("auditdb: look %d cannot be read: %w", n.No, err)
		}
		entries[i].Look = n.No
	}
	return entries, nil
}

// waiting returns the looks that wait to come into the log and are wanted, as
// if they stood behind its last entry, oldest first: whoever asks who looked
// is told of them too.
func waiting(ctx context.Context, wanted func(audit.Entry) bool) ([]audit.Entry, error) {
	tx := db.From(ctx)
	if tx.Dialect() == db.Postgres {
		return nil, nil // where looks do not wait
	}
	var size, looks int64
	if err := tx.QueryRow(ctx, "SELECT size, looks FROM audit_head WHERE one = 1").Scan(&size, &looks); err != nil {
		return nil, fmt.Errorf("auditdb: reading the head: %w", err)
	}
	var found []audit.Entry
	for {
		notes, err := tx.Pending(ctx, looks, putInMost)
		if err != nil {
			return nil, err
		}
		entries, err := entriesOf(notes)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Seq = size; wanted(e) {
				found = append(found, e)
			}
			size, looks = size+1, e.Look
		}
		if len(notes) < putInMost {
			return found, nil
		}
	}
}

// newestFirst returns the last of entries, in reverse.
func newestFirst(entries []audit.Entry, limit int) []audit.Entry {
	last := slices.Clone(entries[max(0, len(entries)-limit):])
	slices.Reverse(last)
	return last
}
