// Package auditdb keeps the audit log in the database.
package auditdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"gotong/internal/audit"
	"gotong/internal/db"
)

// Store keeps entries, their Merkle tree and its signed heads.
type Store struct{}

// New returns a Store that works in the transaction of its context.
func New() *Store { return &Store{} }

// Append adds entries. In a Write they are in its transaction; the head's row
// is locked first, so that entries of concurrent transactions stand in one
// order. In a Read, which looks at data and changes none, they are kept beside
// the database before Append returns, and put into the log soon; see aside.go.
// Where looks are gathered, whoever gathers them has them kept.
func (s *Store) Append(ctx context.Context, entries []audit.Entry) error {
	tx := db.From(ctx)
	if !tx.Writable() {
		if audit.Gathered(ctx, entries) {
			return nil
		}
		return s.keepAside(ctx, tx, entries)
	}
	return add(ctx, tx, entries)
}

// add adds entries at the end of the log, after the looks that wait.
func add(ctx context.Context, tx *db.Tx, entries []audit.Entry) error {
	var size, looks int64
	there := false
	err := tx.Few(ctx, "UPDATE audit_head SET size = size + $1 WHERE one = 1 RETURNING size, looks", []any{len(entries)},
		func(scan db.Scanner) error { there = true; return scan(&size, &looks) })
	if err == nil && !there {
		err = sql.ErrNoRows
	}
	if err != nil {
		return fmt.Errorf("auditdb: locking the head: %w", err)
	}
	size -= int64(len(entries))
	if tx.Waits(looks) {
		waiting, err := putIn(ctx, tx, looks)
		if err != nil {
			return err
		}
		entries = slices.Concat(waiting, entries)
	}
	return write(ctx, tx, size, entries)
}

// write writes entries from place seq on.
func write(ctx context.Context, tx *db.Tx, seq int64, entries []audit.Entry) error {
	rows := rowsInto(tx, len(entries), "audit_entry", "seq", "at", "actor", "action", "subject", "area", "record")
	tree := &tree{tx: tx, fresh: map[int64]tlog.Hash{}}
	for i := range entries {
		e := &entries[i]
		e.Seq = seq + int64(i)
		record, err := e.Record()
		if err != nil {
			return err
		}
		if err := rows.Add(ctx, e.Seq, e.At.UnixMilli(), e.Actor, e.Action, e.Subject, e.Area, record); err != nil {
			return err
		}
		if err := tree.add(ctx, e.Seq, record); err != nil {
			return err
		}
	}
	if err := rows.Flush(ctx); err != nil {
		return err
	}
	return tree.flush(ctx)
}

// adder takes rows for a table.
type adder interface {
	Add(ctx context.Context, values ...any) error
	Flush(ctx context.Context) error
}

// fewRows are put in one by one sooner than a Bulk is made ready for them.
const fewRows = 8

// rowsInto takes n rows.
func rowsInto(tx *db.Tx, n int, table string, columns ...string) adder {
	if n > fewRows {
		return tx.NewBulk(table, columns...)
	}
	places := make([]string, len(columns))
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	return inserts("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(places, ", ") + ")")
}

// inserts puts rows in by the statement.
type inserts string

func (q inserts) Add(ctx context.Context, values ...any) error {
	if err := db.From(ctx).Put(ctx, string(q), values...); err != nil {
		return fmt.Errorf("auditdb: %w", err)
	}
	return nil
}

func (inserts) Flush(context.Context) error { return nil }

// tree reads stored hashes and buffers new ones.
type tree struct {
	tx    *db.Tx
	fresh map[int64]tlog.Hash
	order []int64
}

func (t *tree) add(ctx context.Context, seq int64, record []byte) error {
	hashes, err := tlog.StoredHashesForRecordHash(seq, tlog.RecordHash(record), t.reader(ctx))
	if err != nil {
		return fmt.Errorf("auditdb: hashing entry %d: %w", seq, err)
	}
	at := tlog.StoredHashIndex(0, seq)
	for i, h := range hashes {
		t.fresh[at+int64(i)] = h
		t.order = append(t.order, at+int64(i))
	}
	return nil
}

func (t *tree) flush(ctx context.Context) error {
	rows := rowsInto(t.tx, len(t.order), "audit_hash", "idx", "hash")
	for _, idx := range t.order {
		h := t.fresh[idx]
		if err := rows.Add(ctx, idx, h[:]); err != nil {
			return err
		}
	}
	return rows.Flush(ctx)
}

func (t *tree) reader(ctx context.Context) tlog.HashReaderFunc {
	return func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, idx := range indexes {
			if h, ok := t.fresh[idx]; ok {
				hashes[i] = h
				continue
			}
			there := false
			err := t.tx.Few(ctx, "SELECT hash FROM audit_hash WHERE idx = $1", []any{idx}, func(scan db.Scanner) error {
				var b sql.RawBytes
				err := scan(&b)
				there = copy(hashes[i][:], b) == len(hashes[i])
				return err
			})
			if err == nil && !there {
				err = sql.ErrNoRows
			}
			if err != nil {
				return nil, fmt.Errorf("hash %d: %w", idx, err)
			}
		}
		return hashes, nil
	}
}

// Entries returns at most limit entries from Seq from on.
func (s *Store) Entries(ctx context.Context, from int64, limit int) ([]audit.Entry, error) {
	entries, err := scanEntries(db.From(ctx).Query(ctx,
		"SELECT record FROM audit_entry WHERE seq >= $1 ORDER BY seq LIMIT $2", from, limit))
	if err != nil || len(entries) == limit {
		return entries, err
	}
	later, err := waiting(ctx, func(e audit.Entry) bool { return e.Seq >= from })
	return append(entries, later[:min(len(later), limit-len(entries))]...), err
}

// About returns the newest entries on one subject, newest first.
func (s *Store) About(ctx context.Context, subject string, limit int) ([]audit.Entry, error) {
	waiting, err := waiting(ctx, func(e audit.Entry) bool { return e.Subject == subject })
	if err != nil || len(waiting) >= limit {
		return newestFirst(waiting, limit), err
	}
	kept, err := scanEntries(db.From(ctx).Query(ctx,
		"SELECT record FROM audit_entry WHERE subject = $1 ORDER BY seq DESC LIMIT $2", subject, limit-len(waiting)))
	return append(newestFirst(waiting, limit), kept...), err
}

// CountAbout counts the entries on one subject.
func (s *Store) CountAbout(ctx context.Context, subject string) (int64, error) {
	var n int64
	err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM audit_entry WHERE subject = $1", subject).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("auditdb: counting entries: %w", err)
	}
	waiting, err := waiting(ctx, func(e audit.Entry) bool { return e.Subject == subject })
	return n + int64(len(waiting)), err
}

func scanEntries(rows *sql.Rows, err error) ([]audit.Entry, error) {
	var all []audit.Entry
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return err
		}
		var e audit.Entry
		if err := json.Unmarshal(b, &e); err != nil {
			return err
		}
		all = append(all, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("auditdb: reading entries: %w", err)
	}
	return all, nil
}

// SaveCheckpoint signs the head and keeps it. The same size is kept once. Looks
// that wait, also those that a killed program left, come into the log first.
func (s *Store) SaveCheckpoint(ctx context.Context, sign func(size int64, root [32]byte) []byte, at time.Time) (audit.Checkpoint, error) {
	tx := db.From(ctx)
	c := audit.Checkpoint{At: at}
	if err := settle(ctx, tx); err != nil {
		return c, err
	}
	if err := tx.QueryRow(ctx, "SELECT size FROM audit_head WHERE one = 1").Scan(&c.Size); err != nil {
		return c, fmt.Errorf("auditdb: reading the head: %w", err)
	}
	t := &tree{tx: tx, fresh: map[int64]tlog.Hash{}}
	root, err := tlog.TreeHash(c.Size, t.reader(ctx))
	if err != nil {
		return c, fmt.Errorf("auditdb: hashing the head: %w", err)
	}
	c.Root = root
	c.Signature = sign(c.Size, c.Root)
	_, err = tx.Exec(ctx, `INSERT INTO audit_checkpoint (size, at, root, signature) VALUES ($1, $2, $3, $4)
		ON CONFLICT (size) DO NOTHING`, c.Size, at.UnixMilli(), c.Root[:], c.Signature)
	if err != nil {
		return c, fmt.Errorf("auditdb: keeping a checkpoint: %w", err)
	}
	return c, nil
}
