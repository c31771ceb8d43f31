package delivery

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/ledger"
)

// The invariants that tie the ledger to the lines of the pay lists.
const (
	PaidOnce      = "paid_once"           // one living part per programme, period, beneficiary and component
	PartsAddUp    = "parts_add_up"        // every line is the sum of its parts
	AccountsMatch = "accounts_match"      // every account holds what the lines in its stage add up to
	EntriesTraced = "entries_traced"      // every entry of a list is the sum of the lines that it moved
	LinesFollow   = "lines_follow_events" // every line stands where its last event put it
	ThreeHands    = "three_hands"         // maker, checker and releaser are three people, and sealed what stands
	FilesMatch    = "files_match"         // every order file's count and total are those of its lines
	LineChains    = "line_chains"         // every line's steps follow each other, each with the whole of it
	ClaimsMatch   = "claims_match"        // the recoverable account is what is left of the claims
	AdjustedOnce  = "adjusted_once"       // every consequence is carried out once and paid back once, to the rupiah
	TwoHands      = "two_hands"           // every correction, route, claim and lifted hold is of two people
)

// Invariants lists delivery's own invariants.
var Invariants = []string{PaidOnce, PartsAddUp, AccountsMatch, EntriesTraced, LinesFollow, ThreeHands, FilesMatch, LineChains, ClaimsMatch, TwoHands, AdjustedOnce}

// Violation is something found that must not be.
type Violation struct {
	Invariant string
	What      string
}

// ProveLedger recomputes the ledger's invariants from its raw lines, and
// holds the accounts against every line of every pay list in the nation. It
// needs access.SeeMoney.
func (s *Service) ProveLedger(ctx context.Context) (*ledger.Proof, error) {
	if _, err := access.Require(ctx, access.SeeMoney); err != nil {
		return nil, err
	}
	// Sums over a part of the lists prove nothing, so the proof looks at all
	// of them; it tells counts and numbers of lists, never names.
	ctx = access.With(ctx, access.System("prove"))
	var proof *ledger.Proof
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if proof, err = s.Book.Prove(ctx); err != nil {
			return err
		}
		for _, name := range Invariants {
			proof.Invariants[name] = true
		}
		found, err := s.Store.Check(ctx)
		for _, v := range found {
			proof.Fail(v.Invariant, "%s", v.What)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("delivery: proving: %w", err)
	}
	return proof, nil
}
