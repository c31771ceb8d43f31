// Package ledgertest fixes the meaning of ledger.Store: one suite, run on
// every store.
package ledgertest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gotong/internal/access"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/ledger"
	"gotong/internal/money"
	"gotong/internal/work"
)

const fund = "2026/pkh"

func account(k ledger.Kind) ledger.Account { return ledger.Account{Kind: k, Fund: fund} }

func line(k ledger.Kind, amount money.Rupiah) ledger.Line {
	return ledger.Line{Account: account(k), Amount: amount}
}

func holds(k ledger.Kind, amount money.Rupiah) ledger.Balance {
	return ledger.Balance{Account: account(k), Amount: amount}
}

// Treasurer returns a context in which somebody who may see money acts.
func Treasurer() context.Context {
	return access.With(context.Background(), access.Actor{Login: "bendahara", Roles: []access.Role{access.Treasurer}, Scope: access.Nation()})
}

// Run holds a store, opened anew by open, to what ledger.Store promises.
func Run(t *testing.T, open func(t *testing.T) (work.Unit, ledger.Store)) {
	book := func(t *testing.T) *ledger.Book {
		unit, store := open(t)
		return ledger.NewBook(unit, store, clock.NewStepping(time.UnixMilli(1_780_000_000_000), time.Second))
	}
	t.Run("the way of the money", func(t *testing.T) { way(t, book(t)) })
	t.Run("refusals", func(t *testing.T) { refusals(t, book(t)) })
	t.Run("one key, one entry", func(t *testing.T) { oneKey(t, book(t)) })
	t.Run("a race for the last rupiah", func(t *testing.T) { race(t, book(t)) })
	t.Run("any order of postings", func(t *testing.T) { anyOrder(t, book(t)) })
}

func way(t *testing.T, b *ledger.Book) {
	ctx := Treasurer()
	steps := []ledger.Posting{
		ledger.Move("dipa/1", "allot", account(ledger.Treasury), account(ledger.Allotment), 1000).Of("", "DIPA-1"),
		ledger.Move("spm/1", "reserve", account(ledger.Allotment), account(ledger.Reserved), 700).Of("list-1", "SPM-1"),
		ledger.Move("sp2d/1", "release", account(ledger.Reserved), account(ledger.Released), 700).Of("list-1", "SP2D-1"),
		ledger.Move("send/1", "send", account(ledger.Released), account(ledger.Channel), 700).Of("list-1", ""),
		{Key: "settle/1", Kind: "settle", Object: "list-1", Lines: []ledger.Line{
			line(ledger.Channel, -650), line(ledger.Credited, 600), line(ledger.Returned, 50)}},
	}
	for _, p := range steps {
		if _, err := b.Post(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	got, err := b.Balances(ctx, fund)
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Balance{
		holds(ledger.Allotment, 300), holds(ledger.Channel, 50), holds(ledger.Credited, 600), holds(ledger.Released, 0),
		holds(ledger.Reserved, 0), holds(ledger.Returned, 50), holds(ledger.Treasury, -1000),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	entries, err := b.Entries(ctx, ledger.Filter{Object: "list-1", Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, e := range entries {
		keys = append(keys, e.Key)
	}
	if diff := cmp.Diff([]string{"settle/1", "send/1", "sp2d/1", "spm/1"}, keys); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(steps[4].Lines, entries[0].Lines); diff != "" {
		t.Error(diff)
	}
	page, err := b.Entries(ctx, ledger.Filter{Fund: fund, Before: 3, Limit: 1})
	if err != nil || len(page) != 1 || page[0].Document != "SPM-1" || page[0].Actor != "bendahara" {
		t.Errorf("the second entry is %+v, %v", page, err)
	}
	proven(t, b, 5)
}

func proven(t *testing.T, b *ledger.Book, entries int64) {
	t.Helper()
	proof, err := b.Prove(Treasurer())
	if err != nil {
		t.Fatal(err)
	}
	want := ledger.NewProof(ledger.Invariants...)
	want.Entries = entries
	if diff := cmp.Diff(want, proof); diff != "" {
		t.Error(diff)
	}
}

func refusals(t *testing.T, b *ledger.Book) {
	ctx := Treasurer()
	if _, err := b.Post(ctx, ledger.Move("dipa", "allot", account(ledger.Treasury), account(ledger.Allotment), 100)); err != nil {
		t.Fatal(err)
	}
	take := ledger.Move("take", "reserve", account(ledger.Allotment), account(ledger.Reserved), 60)
	for name, c := range map[string]struct {
		ctx  context.Context
		p    ledger.Posting
		kind fault.Kind
	}{
		"nobody acts":        {context.Background(), take, fault.KindForbidden},
		"more than is there": {ctx, ledger.Move("much", "reserve", account(ledger.Allotment), account(ledger.Reserved), 101), fault.KindConflict},
		"off by one": {ctx, ledger.Posting{Key: "off", Kind: "reserve", Lines: []ledger.Line{
			line(ledger.Allotment, -10), line(ledger.Reserved, 11)}}, fault.KindInvalid},
		"one side":  {ctx, ledger.Posting{Key: "one", Kind: "reserve", Lines: []ledger.Line{line(ledger.Reserved, 0)}}, fault.KindInvalid},
		"no lines":  {ctx, ledger.Posting{Key: "none", Kind: "reserve"}, fault.KindInvalid},
		"no key":    {ctx, ledger.Move("", "reserve", account(ledger.Allotment), account(ledger.Reserved), 1), fault.KindInvalid},
		"no fund":   {ctx, ledger.Move("nofund", "x", ledger.Account{Kind: ledger.Treasury}, account(ledger.Reserved), 1), fault.KindInvalid},
		"same side": {ctx, ledger.Move("same", "x", account(ledger.Reserved), account(ledger.Reserved), 1), fault.KindInvalid},
		"no road":   {ctx, ledger.Move("leap", "x", account(ledger.Allotment), account(ledger.Credited), 1), fault.KindInvalid},
		"two funds": {ctx, ledger.Move("two", "x", account(ledger.Allotment), ledger.Account{Kind: ledger.Reserved, Fund: "2026/bpnt"}, 1), fault.KindInvalid},
		"overflow": {ctx, ledger.Posting{Key: "big", Kind: "x", Lines: []ledger.Line{
			line(ledger.Allotment, 1<<63-1), line(ledger.Reserved, 1<<63-1), line(ledger.Treasury, 2)}}, fault.KindInvalid},
	} {
		if _, err := b.Post(c.ctx, c.p); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if sum, err := b.Balance(ctx, account(ledger.Allotment)); err != nil || sum != 100 {
		t.Errorf("a refused posting moved something: %v %v", sum, err)
	}
	proven(t, b, 1)
}

func oneKey(t *testing.T, b *ledger.Book) {
	ctx := Treasurer()
	p := ledger.Move("dipa", "allot", account(ledger.Treasury), account(ledger.Allotment), 100)
	var group sync.WaitGroup
	answers := make([]ledger.Entry, 100)
	for i := range answers {
		group.Go(func() {
			var err error
			if answers[i], err = b.Post(ctx, p); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, a := range answers {
		if a.Seq != 1 || a.Chain != answers[0].Chain || !a.At.Equal(answers[0].At) {
			t.Fatalf("two answers to one key: %+v and %+v", answers[0], a)
		}
	}
	other := ledger.Move("dipa", "allot", account(ledger.Treasury), account(ledger.Allotment), 101)
	if _, err := b.Post(ctx, other); !fault.Is(err, fault.KindConflict) {
		t.Errorf("another posting under the same key: %v", err)
	}
	proven(t, b, 1)
}

func race(t *testing.T, b *ledger.Book) {
	ctx := Treasurer()
	if _, err := b.Post(ctx, ledger.Move("dipa", "allot", account(ledger.Treasury), account(ledger.Allotment), 10)); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	var taken atomic.Int64
	for i := range 30 {
		group.Go(func() {
			_, err := b.Post(ctx, ledger.Move(fmt.Sprint("take/", i), "reserve", account(ledger.Allotment), account(ledger.Reserved), 1))
			switch {
			case err == nil:
				taken.Add(1)
			case !fault.Is(err, fault.KindConflict):
				t.Error(err)
			}
		})
	}
	group.Wait()
	if taken.Load() != 10 {
		t.Errorf("%d of 10 rupiah were taken", taken.Load())
	}
	proven(t, b, 11)
}

// anyOrder holds the book to a model that only adds: whatever is posted, in
// whatever order and however often, the balances are the model's.
func anyOrder(t *testing.T, b *ledger.Book) {
	ctx := Treasurer()
	entries, round := int64(0), 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		model := map[ledger.Kind]money.Rupiah{}
		fund := fmt.Sprint("2026/", round)
		key := rapid.IntRange(1, 12)
		done := map[int]ledger.Posting{}
		for range rapid.IntRange(1, 15).Draw(t, "steps") {
			from := rapid.SampledFrom(ledger.Kinds[:5]).Draw(t, "from")
			to := rapid.SampledFrom(ledger.Kinds[1:6]).Draw(t, "to")
			amount := money.Rupiah(rapid.Int64Range(1, 50).Draw(t, "amount"))
			n := key.Draw(t, "key")
			p := ledger.Move(fmt.Sprint(fund, "/", n), "move", ledger.Account{Kind: from, Fund: fund}, ledger.Account{Kind: to, Fund: fund}, amount)
			was, again := done[n]
			_, err := b.Post(ctx, p)
			switch {
			case !slices.Contains(ledger.Roads, ledger.Road{From: from, To: to}):
				if !fault.Is(err, fault.KindInvalid) {
					t.Fatalf("%s to %s, where no road is: %v", from, to, err)
				}
			case again:
				if same := cmp.Equal(was, p); same != (err == nil) {
					t.Fatalf("a key used again, same %v: %v", same, err)
				}
			case from != ledger.Treasury && model[from] < amount:
				if !fault.Is(err, fault.KindConflict) {
					t.Fatalf("%s of %s from %s: %v", amount, model[from], from, err)
				}
			case err != nil:
				t.Fatal(err)
			default:
				model[from] -= amount
				model[to] += amount
				done[n] = p
				entries++
			}
		}
		for k, want := range model {
			if got, err := b.Balance(ctx, ledger.Account{Kind: k, Fund: fund}); err != nil || got != want {
				t.Fatalf("%s holds %s, the model %s: %v", k, got, want, err)
			}
		}
	})
	proven(t, b, entries)
}
