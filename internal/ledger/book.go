package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/money"
	"gotong/internal/work"
)

// Book is the ledger.
type Book struct {
	unit  work.Unit
	store Store
	clock clock.Clock
}

// NewBook returns the ledger that store keeps.
func NewBook(unit work.Unit, store Store, c clock.Clock) *Book {
	return &Book{unit: unit, store: store, clock: c}
}

// Post enters p, inside the caller's transaction where there is one. Posting
// the same again returns the entry that stands already. It returns
// fault.Conflict when the key stands for another posting, or an account would
// give more than it holds; fault.Invalid when p does not sum to zero.
func (b *Book) Post(ctx context.Context, p Posting) (Entry, error) {
	actor, ok := access.From(ctx)
	if !ok {
		return Entry{}, fault.Forbidden("core.error.forbidden")
	}
	p, err := p.check()
	if err != nil {
		return Entry{}, err
	}
	var e Entry
	err = b.unit.Write(ctx, func(ctx context.Context) error {
		// The lock comes before the look at the key: of two that post the
		// same, the second finds the first.
		head, err := b.store.Lock(ctx)
		if err != nil {
			return err
		}
		e, err = b.store.ByKey(ctx, p.Key)
		switch {
		case err == nil && e.Body != p.digest():
			return fault.Conflict("ledger.key_reused", "key", p.Key)
		case err == nil || !fault.Is(err, fault.KindNotFound):
			return err
		}
		e = Entry{Posting: p, Seq: head.Seq + 1, Actor: actor.Login, At: b.clock.Now().Truncate(time.Millisecond), Body: p.digest()}
		e.Chain = e.chain(head.Chain)
		after, err := b.after(ctx, p)
		if err != nil {
			return err
		}
		return b.store.Append(ctx, e, after)
	})
	if err != nil {
		return Entry{}, fmt.Errorf("ledger: posting %s: %w", p.Key, err)
	}
	return e, nil
}

// Wait puts the caller in line behind whoever is posting, until the end of
// its transaction. Whoever will post, and before that makes audit entries,
// waits first: so that everybody takes the two locks in the same order.
func (b *Book) Wait(ctx context.Context) error {
	_, err := b.store.Lock(ctx)
	return err
}

// after returns each line's balance after it.
func (b *Book) after(ctx context.Context, p Posting) ([]money.Rupiah, error) {
	accounts := make([]Account, len(p.Lines))
	for i, l := range p.Lines {
		accounts[i] = l.Account
	}
	held, err := b.store.Balances(ctx, accounts)
	if err != nil {
		return nil, err
	}
	after := make([]money.Rupiah, len(p.Lines))
	for i, l := range p.Lines {
		sum, ok := held[l.Account].Add(l.Amount)
		if !ok {
			return nil, fault.Invalid("ledger.too_large")
		}
		if sum < 0 && !l.Account.mayOverdraw() {
			return nil, fault.Conflict("ledger.overdrawn", "account", l.Account.Code(),
				"have", held[l.Account], "need", -l.Amount)
		}
		after[i] = sum
	}
	return after, nil
}

// Balance returns what one account holds.
func (b *Book) Balance(ctx context.Context, a Account) (money.Rupiah, error) {
	var sum money.Rupiah
	err := b.unit.Read(ctx, func(ctx context.Context) error {
		held, err := b.store.Balances(ctx, []Account{a})
		sum = held[a]
		return err
	})
	return sum, err
}

// Known reports whether a fund was ever used.
func (b *Book) Known(ctx context.Context, fund string) (bool, error) {
	known := false
	err := b.unit.Read(ctx, func(ctx context.Context) error {
		all, err := b.store.All(ctx, fund)
		known = len(all) > 0
		return err
	})
	return known, err
}

// Balances returns the accounts of a fund, or of every fund for "", that were
// ever used and lie in the actor's areas. It needs access.SeeMoney.
func (b *Book) Balances(ctx context.Context, fund string) ([]Balance, error) {
	actor, err := access.Require(ctx, access.SeeMoney)
	if err != nil {
		return nil, err
	}
	all, err := work.Read(ctx, b.unit, func(ctx context.Context) ([]Balance, error) { return b.store.All(ctx, fund) })
	return slices.DeleteFunc(all, func(b Balance) bool { return !actor.Scope.Covers(Area(b.Account.Fund)) }), err
}

// Entries returns entries of the actor's funds with their lines, newest
// first. An entry of a record the caller may see, by its Object, is shown
// whatever fund it drew on. It needs access.SeeMoney.
func (b *Book) Entries(ctx context.Context, f Filter) ([]Entry, error) {
	actor, err := access.Require(ctx, access.SeeMoney)
	if err != nil {
		return nil, err
	}
	if f.Fund != "" && !actor.Scope.Covers(Area(f.Fund)) {
		return nil, nil
	}
	all, err := work.Read(ctx, b.unit, func(ctx context.Context) ([]Entry, error) { return b.store.Entries(ctx, f) })
	if f.Fund == "" && f.Object == "" {
		all = slices.DeleteFunc(all, func(e Entry) bool { return !actor.Scope.Covers(Area(e.Lines[0].Account.Fund)) })
	}
	return all, err
}
