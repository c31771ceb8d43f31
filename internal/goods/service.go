package goods

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
	Unit      work.Unit
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

// Today is the day at which it is, in western Indonesian time.
func (s *Service) Today() civil.Date { return civil.InWest(s.Clock.Now()) }

// Rules returns the rules in force today.
func (s *Service) Rules() (Rules, error) { return s.Policy.On(s.Today()) }

// act is an entry of the audit log on something of an area.
func act(action string, subject ident.ID, area, detail string) audit.Act {
	return audit.Act{Purpose: access.PurposeService, Action: "goods." + action, Subject: subject.String(), Area: area, Count: 1, Detail: detail}
}

// desk is where what people do here is carried out and recorded.
func (s *Service) desk() audit.Desk {
	return audit.Desk{Unit: s.Unit, Log: s.Log, Sees: access.SeeGoods, Refusal: s.Refusal, Refused: "goods.refused"}
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
