package goods

import (
	"context"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Config is what the Service is made of.
type Config struct {
	Unit      Unit
	Store     Store
	Log       Log
	Decisions Decisions
	People    People
	Vault     Vault
	Folder    Folder
	Policy    Policy
	Clock     clock.Clock
	IDs       *ident.Maker
	Refusal   func(error) bool // whether an error of the store is a broken rule of the database
}

// Service keeps stores, lists, meals and shop checks.
type Service struct{ Config }

// New returns a Service.
func New(c Config) *Service { return &Service{c} }

func (s *Service) now() time.Time { return s.Clock.Now().Truncate(time.Millisecond) }

// Jakarta is the time by which days begin, until an area says otherwise.
var jakarta = time.FixedZone("WIB", 7*60*60)

// Today is the day at which it is, in western Indonesian time.
func (s *Service) Today() civil.Date { return civil.OfTime(s.Clock.Now().In(jakarta)) }

// Rules returns the rules in force today.
func (s *Service) Rules() (Rules, error) { return s.Policy.On(s.Today()) }

// act is an entry of the audit log on something of an area.
func act(action string, subject ident.ID, area, detail string) audit.Act {
	return audit.Act{Purpose: access.PurposeService, Action: "goods." + action, Subject: subject.String(), Area: area, Count: 1, Detail: detail}
}

// write carries out a change and records it, all or nothing. What the
// database refuses is a conflict: somebody was first, or there is too little.
func (s *Service) write(ctx context.Context, fn func(ctx context.Context) (audit.Act, error)) error {
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		a, err := fn(ctx)
		if err != nil || a.Action == "" {
			return err
		}
		return s.Log.Append(ctx, a)
	})
	if err != nil && fault.KindOf(err) == fault.KindInternal && s.Refusal(err) {
		return fault.Conflict("goods.refused").Because(err)
	}
	return err
}

// read reads without personal data.
func (s *Service) read(ctx context.Context, fn func(ctx context.Context) error) error {
	if _, err := access.Require(ctx, access.SeeGoods); err != nil {
		return err
	}
	return s.Unit.Read(ctx, fn)
}

// look reads personal data: what was looked at is on record before it is
// handed out.
func (s *Service) look(ctx context.Context, fn func(ctx context.Context) (audit.Act, error)) error {
	if _, err := access.Require(ctx, access.SeeGoods); err != nil {
		return err
	}
	return s.Unit.Read(ctx, func(ctx context.Context) error {
		a, err := fn(ctx)
		if err != nil {
			return err
		}
		return s.Log.Append(ctx, a)
	})
}
