package ledger

import (
	"context"
	"fmt"
	"slices"

	"gotong/internal/access"
	"gotong/internal/money"
)

// The invariants that Prove recomputes.
const (
	EntriesBalance   = "entries_balance"   // every entry's lines sum to zero
	EntriesTwoSided  = "entries_two_sided" // every entry has two lines or more, and every line an entry
	BalancesRunning  = "balances_running"  // each line's balance is the one before plus its amount
	NothingOverdrawn = "nothing_overdrawn" // no account but the treasury was ever below zero
	SequenceWhole    = "sequence_whole"    // entries are 1, 2, 3, … and each key is used once
	ChainUnbroken    = "chain_unbroken"    // every digest is that of what stands there
	MoneyOnRoads     = "money_on_roads"    // every entry goes a road, within one fund

	ReservedWithinAllotment = "reserved_within_allotment" // nothing is reserved that was not allotted
	ChannelAccounted        = "channel_accounted"         // credited, returned and what waits are what was sent
	RemittedWithinReturned  = "remitted_within_returned"  // nothing is remitted that did not come back
)

// Invariants lists the ledger's own invariants.
var Invariants = []string{EntriesBalance, EntriesTwoSided, BalancesRunning, NothingOverdrawn, SequenceWhole, ChainUnbroken,
	MoneyOnRoads, ReservedWithinAllotment, ChannelAccounted, RemittedWithinReturned}

// Proof is the result of recomputing the books.
type Proof struct {
	Balanced   bool            `json:"balanced"`   // all invariants hold
	Invariants map[string]bool `json:"invariants"` // by name
	Entries    int64           `json:"entries"`
	Problems   []string        `json:"problems,omitempty"` // what was found, by entry
}

// NewProof returns a proof in which the named invariants hold so far.
func NewProof(invariants ...string) *Proof {
	p := &Proof{Balanced: true, Invariants: map[string]bool{}}
	for _, name := range invariants {
		p.Invariants[name] = true
	}
	return p
}

// Fail records that an invariant does not hold.
func (p *Proof) Fail(invariant, format string, args ...any) {
	const enough = 100
	p.Balanced = false
	p.Invariants[invariant] = false
	if len(p.Problems) < enough {
		p.Problems = append(p.Problems, invariant+": "+fmt.Sprintf(format, args...))
	}
}

// Prove recomputes every invariant from the lines alone. It needs access.SeeMoney.
func (b *Book) Prove(ctx context.Context) (*Proof, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, err
	}
	w := walker{proof: NewProof(Invariants...), held: map[string]money.Rupiah{}, keys: map[string]bool{}, flows: map[string]flows{}}
	err := b.unit.Read(ctx, func(ctx context.Context) error {
		if err := b.store.Rows(ctx, w.row); err != nil {
			return err
		}
		w.close()
		loose, head, err := b.store.Loose(ctx)
		if loose > 0 {
			w.proof.Fail(EntriesTwoSided, "%d lines have no entry", loose)
		}
		if head != w.proof.Entries {
			w.proof.Fail(SequenceWhole, "the head says %d entries, there are %d", head, w.proof.Entries)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("ledger: proving: %w", err)
	}
	return w.proof, nil
}

// walker goes through the lines in order and remembers what they add up to.
type walker struct {
	proof *Proof
	held  map[string]money.Rupiah
	keys  map[string]bool
	flows map[string]flows // by fund
	last  Entry            // the entry whose lines are being read
	chain [32]byte
}

func (w *walker) row(r *Row) error {
	if r.Head {
		w.close()
		w.last = r.Entry
		w.last.Lines = nil
		w.proof.Entries++
		if r.Entry.Seq != w.proof.Entries {
			w.proof.Fail(SequenceWhole, "entry %d stands where %d should", r.Entry.Seq, w.proof.Entries)
		}
		if w.keys[r.Entry.Key] {
			w.proof.Fail(SequenceWhole, "entry %d has the key of another", r.Entry.Seq)
		}
		w.keys[r.Entry.Key] = true
	}
	if r.Empty {
		return nil
	}
	account, err := ParseAccount(r.Account)
	if err != nil {
		w.proof.Fail(EntriesBalance, "entry %d: account %q", r.Entry.Seq, r.Account)
	}
	sum, fits := w.held[r.Account].Add(r.Amount)
	if !fits || sum != r.Balance {
		w.proof.Fail(BalancesRunning, "entry %d leaves %s in %s, it says %s", r.Entry.Seq, sum, r.Account, r.Balance)
	}
	if sum < 0 && !account.mayOverdraw() {
		w.proof.Fail(NothingOverdrawn, "entry %d leaves %s in %s", r.Entry.Seq, sum, r.Account)
	}
	w.held[r.Account] = sum
	w.last.Lines = append(w.last.Lines, Line{account, r.Amount})
	return nil
}

// close judges the entry whose lines have all been read.
func (w *walker) close() {
	e := w.last
	if e.Seq == 0 {
		return
	}
	var sum money.Rupiah
	for _, l := range e.Lines {
		sum += l.Amount
	}
	if sum != 0 {
		w.proof.Fail(EntriesBalance, "entry %d sums to %s", e.Seq, sum)
	}
	if len(e.Lines) < 2 {
		w.proof.Fail(EntriesTwoSided, "entry %d has %d lines", e.Seq, len(e.Lines))
	}
	if !e.onRoads() {
		w.proof.Fail(MoneyOnRoads, "entry %d goes where no road is", e.Seq)
	}
	w.flow(e)
	body, chain := e.digest(), e.chain(w.chain)
	if !slices.Equal(body[:], e.Body[:]) || !slices.Equal(chain[:], e.Chain[:]) {
		w.proof.Fail(ChainUnbroken, "entry %d is not what was digested", e.Seq)
	}
	w.chain = e.Chain
}

// flow adds an entry to what has gone through the stages of its fund, and
// holds that to the invariants which compare one stage with another.
func (w *walker) flow(e Entry) {
	for _, l := range e.Lines {
		f, ok := w.flows[l.Account.Fund]
		if !ok {
			f = flows{in: map[Kind]money.Rupiah{}, out: map[Kind]money.Rupiah{}}
			w.flows[l.Account.Fund] = f
		}
		f.in[l.Account.Kind] += max(l.Amount, 0)
		f.out[l.Account.Kind] += max(-l.Amount, 0)
	}
	for _, l := range e.Lines {
		f := w.flows[l.Account.Fund]
		for _, c := range []struct {
			invariant string
			holds     bool
		}{{ReservedWithinAllotment, f.reservedWithin()}, {ChannelAccounted, f.channelAccounted()}, {RemittedWithinReturned, f.remittedWithin()}} {
			if !c.holds && w.proof.Invariants[c.invariant] {
				w.proof.Fail(c.invariant, "after entry %d of fund %s", e.Seq, l.Account.Fund)
			}
		}
	}
}
