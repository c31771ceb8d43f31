package condition

import (
	"context"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/ident"
	"gotong/internal/work"
)

// Config is what the Service is made of.
type Config struct {
	Unit       work.Unit
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
func (s *Service) Today() civil.Date { return civil.InWest(s.Clock.Now()) }

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

// desk is where what people do here is carried out and recorded.
func (s *Service) desk() audit.Desk {
	return audit.Desk{Unit: s.Unit, Log: s.Log, Sees: access.SeeDuties, Refusal: s.Refusal, Refused: "condition.refused"}
}

// write carries out a change and records it, all or nothing.
func (s *Service) write(ctx context.Context, fn func(ctx context.Context) (audit.Act, error)) error {
	return s.desk().Write(ctx, fn)
}

// read reads without personal data.
func (s *Service) read(ctx context.Context, fn func(ctx context.Context) error) error {
	return s.desk().Read(ctx, fn)
}

// look reads personal data, once that is on record.
func (s *Service) look(ctx context.Context, fn func(ctx context.Context) (audit.Act, error)) error {
	return s.desk().Look(ctx, fn)
}
