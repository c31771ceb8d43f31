package condition

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
	Unit       Unit
	Store      Store
	Log        Log
	Decisions  Decisions
	Programmes Programmes
	People     People
	Letters    Letters
	Staff      Staff
	Villages   Villages
	Vault      Vault
	Folder     Folder
	Policy     Policy
	Clock      clock.Clock
	IDs        *ident.Maker
	Refusal    func(error) bool // whether an error of the store is a broken rule of the database
}

// Service follows duties.
type Service struct{ Config }

// New returns a Service.
func New(c Config) *Service { return &Service{c} }

func (s *Service) now() time.Time { return s.Clock.Now().Truncate(time.Millisecond) }

// Today is the day at which it is, in western Indonesian time.
func (s *Service) Today() civil.Date { return civil.OfTime(s.Clock.Now().In(jakarta)) }

// Rules returns the rules in force today.
func (s *Service) Rules() (Rules, error) { return s.Policy.On(s.Today()) }

// act is an entry of the audit log.
func act(action string, subject ident.ID, area, detail string) audit.Act {
	a := audit.Act{Purpose: access.PurposeService, Action: "duty." + action, Area: area, Count: 1, Detail: detail}
	if !subject.IsZero() {
		a.Subject = subject.String()
	}
	return a
}

// write carries out a change and records it, all or nothing. What the
// database refuses is a conflict: somebody was first.
func (s *Service) write(ctx context.Context, fn func(ctx context.Context) (audit.Act, error)) error {
	err := s.Unit.Write(ctx, func(ctx context.Context) error {
		a, err := fn(ctx)
		if err != nil || a.Action == "" {
			return err
		}
		return s.Log.Append(ctx, a)
	})
	if err != nil && fault.KindOf(err) == fault.KindInternal && s.Refusal(err) {
		return fault.Conflict("condition.refused").Because(err)
	}
	return err
}

// read reads without personal data.
func (s *Service) read(ctx context.Context, fn func(ctx context.Context) error) error {
	if _, err := access.Require(ctx, access.SeeDuties); err != nil {
		return err
	}
	return s.Unit.Read(ctx, fn)
}

// look reads personal data: what was looked at is on record before it is
// handed out.
func (s *Service) look(ctx context.Context, fn func(ctx context.Context) (audit.Act, error)) error {
	if _, err := access.Require(ctx, access.SeeDuties); err != nil {
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
