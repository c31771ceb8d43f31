package ledger

import (
	"context"

	"gotong/internal/money"
)

// Head is the last entry, to which the next one is linked.
type Head struct {
	Seq   int64
	Chain [32]byte
}

// Filter says which entries are wanted.
type Filter struct {
	Fund   string // of any account of the entry; "" is every fund
	Object string // "" is every object
	Before int64  // entries older than this Seq; 0 is from the newest on
	Limit  int
}

// Row is one line as it is stored, with the entry it belongs to.
type Row struct {
	Entry   Entry // without lines
	Head    bool  // the first row of its entry
	Empty   bool  // the entry has no line at all
	Account string
	Amount  money.Rupiah
	Balance money.Rupiah
}

// Store keeps the books. Every method works in the transaction of its context.
type Store interface {
	// Lock puts the caller in line behind whoever is posting, until the
	// transaction's end, and returns the last entry.
	Lock(ctx context.Context) (Head, error)
	// ByKey returns the entry of a key, with its lines; fault.NotFound when
	// there is none.
	ByKey(ctx context.Context, key string) (Entry, error)
	// Balances returns what the accounts hold; those never used hold 0.
	Balances(ctx context.Context, accounts []Account) (map[Account]money.Rupiah, error)
	// Append writes an entry; after holds each line's balance after it.
	Append(ctx context.Context, e Entry, after []money.Rupiah) error
	// All returns every account of a fund that was ever used, or of all
	// funds for "", ordered by fund.
	All(ctx context.Context, fund string) ([]Balance, error)
	// Entries returns entries with their lines, newest first.
	Entries(ctx context.Context, f Filter) ([]Entry, error)
	// Rows gives every line in the order of entry and account.
	Rows(ctx context.Context, fn func(r *Row) error) error
	// Loose returns how many lines have no entry, and what the head says is
	// the last entry.
	Loose(ctx context.Context) (lines, head int64, err error)
}
