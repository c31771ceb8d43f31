package delivery

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/bank"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/ledger"
	"gotong/internal/money"
	"gotong/internal/work"
)

// Config is what the Service is made of.
type Config struct {
	Unit       work.Unit
	Store      Store
	Book       *ledger.Book
	Log        Log
	Decisions  Decisions
	Programmes Programmes
	Payees     Payees
	Standing   Standing
	Places     Places
	// Consequences are those of duties that were not met; nil for none.
	Consequences Consequences
	// Restored says what going back to a copy of the database bars; nil for nothing.
	Restored Restored
	Channel  bank.Channel
	Post     bank.Channel // the post office; nil where an office has none
	Files    bank.Rules   // forms of the files that are exchanged; none is CSV alone
	Formats  bank.Formats // forms that return files come in; none is those of Files
	Rules    Rules
	Vault    Vault
	Outbox   Outbox
	Clock    clock.Clock
	IDs      *ident.Maker
	// Patience is how long after a hand-over an enquiry may be believed that
	// says nothing arrived: until then the file may still be on its way.
	// Zero is ten minutes.
	Patience time.Duration
	// Failpoint is told between any two steps; nil outside tests.
	Failpoint Failpoint
}

// Service makes pay lists and carries them through.
type Service struct {
	Config
}

// New returns a Service.
func New(c Config) *Service {
	if c.Failpoint == nil {
		c.Failpoint = func(string) {}
	}
	if c.Patience == 0 {
		c.Patience = 10 * time.Minute
	}
	return &Service{c}
}

// now is the time in the precision in which it is kept.
func (s *Service) now() time.Time { return s.Clock.Now().Truncate(time.Millisecond) }

// lock returns a list that nobody else moves until the transaction's end, for
// an actor who holds p in all of the list's area.
func (s *Service) lock(ctx context.Context, p access.Permission, id ident.ID) (access.Actor, *PayList, error) {
	actor, err := access.Require(ctx, p)
	if err != nil {
		return actor, nil, err
	}
	l, err := s.Store.Lock(ctx, id)
	if err != nil {
		return actor, nil, err
	}
	_, err = access.RequireArea(ctx, p, l.Area)
	return actor, l, err
}

// see returns a list whose area the caller acts for, to look at and not to
// change.
func (s *Service) see(ctx context.Context, p access.Permission, id ident.ID) (*PayList, error) {
	if _, err := access.Require(ctx, p); err != nil {
		return nil, err
	}
	l, err := s.Store.List(ctx, id)
	if err != nil {
		return nil, err
	}
	_, err = access.RequireArea(ctx, p, l.Area)
	return l, err
}

// expect refuses an act on a list that does not stand where it should.
func (l *PayList) expect(statuses ...ListStatus) error {
	for _, s := range statuses {
		if l.Status == s {
			return nil
		}
	}
	return fault.Conflict("delivery.wrong_status", "number", l.Number, "status", string(l.Status))
}

// act begins an act of the acting person on a list.
func (s *Service) act(actor access.Actor, l *PayList, kind ActKind) *Act {
	return &Act{ListID: l.ID, Kind: kind, Actor: actor.Login, At: s.now()}
}

// record ends an act: it enters the list's history and the audit log.
func (s *Service) record(ctx context.Context, l *PayList, a *Act) error {
	if err := s.Store.Record(ctx, a); err != nil {
		return err
	}
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposePayment, Action: "payment." + string(a.Kind), Subject: l.ID.String(),
		Area: l.Area, Count: a.Sum.Lines, Detail: fmt.Sprintf("%s %d", l.Number, a.Sum.Total)})
}

// account returns an account of the list's fund.
func (l *PayList) account(k ledger.Kind) ledger.Account { return ledger.Account{Kind: k, Fund: l.Fund} }

// move posts amount from one stage of the list's fund to another; nothing
// when it is zero. It returns the entry's number.
func (s *Service) move(ctx context.Context, l *PayList, key, document string, from, to ledger.Kind, amount money.Rupiah) (int64, error) {
	if amount == 0 {
		return 0, nil
	}
	kind := string(to)
	e, err := s.Book.Post(ctx, ledger.Move(key, kind, l.account(from), l.account(to), amount).Of(l.ID.String(), document))
	return e.Seq, err
}

// channel returns who pays a list out.
func (s *Service) channel(l *PayList) (bank.Channel, error) {
	switch {
	case l.Means == Post && s.Post != nil:
		return s.Post, nil
	case l.Means == ByBank:
		return s.Channel, nil
	default:
		return nil, fault.Conflict("delivery.no_channel", "number", l.Number)
	}
}
