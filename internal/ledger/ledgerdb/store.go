// Package ledgerdb keeps the ledger in the database.
package ledgerdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ledger"
	"gotong/internal/money"
)

// Store keeps accounts, entries and lines.
type Store struct{}

// New returns a Store that works in the transaction of its context.
func New() *Store { return &Store{} }

// Lock puts the caller in line and returns the last entry.
func (s *Store) Lock(ctx context.Context) (ledger.Head, error) {
	tx := db.From(ctx)
	var h ledger.Head
	// The number is taken here and given by Append: a posting that turns out
	// to stand already leaves the head as it was.
	if err := tx.QueryRow(ctx, "UPDATE ledger_head SET seq = seq WHERE one = 1 RETURNING seq").Scan(&h.Seq); err != nil {
		return h, fmt.Errorf("ledgerdb: locking the head: %w", err)
	}
	if h.Seq == 0 {
		return h, nil
	}
	var chain []byte
	if err := tx.QueryRow(ctx, "SELECT chain FROM ledger_entry WHERE seq = $1", h.Seq).Scan(&chain); err != nil {
		return h, fmt.Errorf("ledgerdb: reading the head: %w", err)
	}
	copy(h.Chain[:], chain)
	return h, nil
}

const entryColumns = "e.seq, e.key, e.kind, e.document, e.object, e.actor, e.at, e.body, e.chain"

// entryRow scans entryColumns and whatever follows them.
func entryRow(scan func(...any) error, e *ledger.Entry, more ...any) error {
	var at int64
	var body, chain []byte
	into := append([]any{&e.Seq, &e.Key, &e.Kind, &e.Document, &e.Object, &e.Actor, &at, &body, &chain}, more...)
	if err := scan(into...); err != nil {
		return err
	}
	e.At = time.UnixMilli(at).UTC()
	copy(e.Body[:], body)
	copy(e.Chain[:], chain)
	return nil
}

// ByKey returns the entry of a key.
func (s *Store) ByKey(ctx context.Context, key string) (ledger.Entry, error) {
	tx := db.From(ctx)
	var e ledger.Entry
	row := tx.QueryRow(ctx, "SELECT "+entryColumns+" FROM ledger_entry e WHERE e.key = $1", key)
	err := entryRow(row.Scan, &e)
	if errors.Is(err, sql.ErrNoRows) {
		return e, fault.NotFound("ledger.no_entry")
	}
	if err != nil {
		return e, fmt.Errorf("ledgerdb: reading entry %s: %w", key, err)
	}
	entries := []ledger.Entry{e}
	err = s.lines(ctx, entries)
	return entries[0], err
}

// Balances returns what accounts hold.
func (s *Store) Balances(ctx context.Context, accounts []ledger.Account) (map[ledger.Account]money.Rupiah, error) {
	tx := db.From(ctx)
	held := map[ledger.Account]money.Rupiah{}
	for _, a := range accounts {
		var amount money.Rupiah
		err := tx.QueryRow(ctx, "SELECT balance FROM ledger_line WHERE code = $1 ORDER BY entry DESC LIMIT 1", a.Code()).Scan(&amount)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("ledgerdb: balance of %s: %w", a.Code(), err)
		}
		held[a] = amount
	}
	return held, nil
}

// Append writes the lines first, and then the entry that seals them.
func (s *Store) Append(ctx context.Context, e ledger.Entry, after []money.Rupiah) error {
	tx := db.From(ctx)
	for i, l := range e.Lines {
		if _, err := tx.Exec(ctx, `INSERT INTO ledger_account (code, kind, fund) VALUES ($1, $2, $3)
			ON CONFLICT (code) DO NOTHING`, l.Account.Code(), string(l.Account.Kind), l.Account.Fund); err != nil {
			return fmt.Errorf("ledgerdb: opening an account: %w", err)
		}
		if _, err := tx.Exec(ctx, "INSERT INTO ledger_line (entry, code, amount, balance) VALUES ($1, $2, $3, $4)",
			e.Seq, l.Account.Code(), int64(l.Amount), int64(after[i])); err != nil {
			return fmt.Errorf("ledgerdb: adding a line: %w", err)
		}
	}
	if _, err := tx.Exec(ctx, `INSERT INTO ledger_entry (seq, key, kind, document, object, actor, at, body, chain)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, e.Seq, e.Key, e.Kind, e.Document, e.Object, e.Actor,
		e.At.UnixMilli(), e.Body[:], e.Chain[:]); err != nil {
		return fmt.Errorf("ledgerdb: sealing an entry: %w", err)
	}
	if _, err := tx.Exec(ctx, "UPDATE ledger_head SET seq = $1 WHERE one = 1", e.Seq); err != nil {
		return fmt.Errorf("ledgerdb: moving the head: %w", err)
	}
	return nil
}

// All returns every account that was ever used.
func (s *Store) All(ctx context.Context, fund string) ([]ledger.Balance, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT a.code, l.balance FROM ledger_account a
		JOIN ledger_line l ON l.code = a.code
			AND l.entry = (SELECT MAX(m.entry) FROM ledger_line m WHERE m.code = a.code)
		WHERE $1 = '' OR a.fund = $1 ORDER BY a.fund, a.kind`, fund)
	var all []ledger.Balance
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var code string
		var b ledger.Balance
		if err := rows.Scan(&code, &b.Amount); err != nil {
			return err
		}
		var err error
		b.Account, err = ledger.ParseAccount(code)
		all = append(all, b)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledgerdb: balances: %w", err)
	}
	return all, nil
}

// Entries returns entries with their lines, newest first.
func (s *Store) Entries(ctx context.Context, f ledger.Filter) ([]ledger.Entry, error) {
	var where strings.Builder
	args := []any{}
	and := func(condition string, v any) {
		args = append(args, v)
		fmt.Fprintf(&where, " AND "+condition, len(args))
	}
	if f.Fund != "" {
		and(`EXISTS (SELECT 1 FROM ledger_line l JOIN ledger_account a ON a.code = l.code
			WHERE l.entry = e.seq AND a.fund = $%d)`, f.Fund)
	}
	if f.Object != "" {
		and("e.object = $%d", f.Object)
	}
	if f.Before > 0 {
		and("e.seq < $%d", f.Before)
	}
	args = append(args, max(1, f.Limit))
	rows, err := db.From(ctx).Query(ctx, fmt.Sprintf("SELECT %s FROM ledger_entry e WHERE 1 = 1%s ORDER BY e.seq DESC LIMIT $%d",
		entryColumns, where.String(), len(args)), args...)
	var all []ledger.Entry
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var e ledger.Entry
		err := entryRow(rows.Scan, &e)
		all = append(all, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledgerdb: entries: %w", err)
	}
	return all, s.lines(ctx, all)
}

// lines fills in the lines of entries.
func (s *Store) lines(ctx context.Context, entries []ledger.Entry) error {
	for i := range entries {
		rows, err := db.From(ctx).Query(ctx, "SELECT code, amount FROM ledger_line WHERE entry = $1 ORDER BY code", entries[i].Seq)
		err = db.Each(rows, err, func(rows *sql.Rows) error {
			var code string
			var l ledger.Line
			if err := rows.Scan(&code, &l.Amount); err != nil {
				return err
			}
			var err error
			l.Account, err = ledger.ParseAccount(code)
			entries[i].Lines = append(entries[i].Lines, l)
			return err
		})
		if err != nil {
			return fmt.Errorf("ledgerdb: lines: %w", err)
		}
	}
	return nil
}

// Rows gives every line in the order of entry and account.
func (s *Store) Rows(ctx context.Context, fn func(r *ledger.Row) error) error {
	rows, err := db.From(ctx).Query(ctx, "SELECT "+entryColumns+`, l.code, l.amount, l.balance
		FROM ledger_entry e LEFT JOIN ledger_line l ON l.entry = e.seq ORDER BY e.seq, l.code`)
	last := int64(0)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var r ledger.Row
		var account sql.NullString
		var amount, balance sql.NullInt64
		if err := entryRow(rows.Scan, &r.Entry, &account, &amount, &balance); err != nil {
			return err
		}
		r.Head, r.Empty = r.Entry.Seq != last, !account.Valid
		last = r.Entry.Seq
		r.Account, r.Amount, r.Balance = account.String, money.Rupiah(amount.Int64), money.Rupiah(balance.Int64)
		return fn(&r)
	})
	if err != nil {
		return fmt.Errorf("ledgerdb: reading every line: %w", err)
	}
	return nil
}

// Loose counts lines without an entry and reads the head.
func (s *Store) Loose(ctx context.Context) (lines, head int64, err error) {
	err = db.From(ctx).QueryRow(ctx, `SELECT
		(SELECT COUNT(*) FROM ledger_line l WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.seq = l.entry)),
		(SELECT seq FROM ledger_head WHERE one = 1)`).Scan(&lines, &head)
	if err != nil {
		err = fmt.Errorf("ledgerdb: counting loose lines: %w", err)
	}
	return lines, head, err
}
