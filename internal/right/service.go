package right

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/clock"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
	"gotong/internal/seal"
	"gotong/internal/work"
)

// Register is what rights are exercised on. registry.Service is one.
type Register interface {
	Family(ctx context.Context, id ident.ID, purpose access.Purpose) (*registry.Dossier, error)
	Suspend(ctx context.Context, family ident.ID) error
	Resume(ctx context.Context, family ident.ID) error
	Today() civil.Date
	Do(ctx context.Context, req registry.Request) (registry.Outcome, error)
	Erasings(ctx context.Context, family ident.ID) ([]registry.Erasing, error)
}

// Letters find the family that a NIK and a letter's code open together.
type Letters interface {
	FamilyOf(ctx context.Context, number, code string) (family ident.ID, found bool, err error)
}

// Deps is what a Service is made of.
type Deps struct {
	Unit     work.Unit
	Store    Store
	Register Register
	Letters  Letters
	Log      *audit.Log
	Keys     *seal.Keyring
	Clock    clock.Clock
	IDs      *ident.Maker
	Rules    Rules
}

// Service takes requests and answers them.
type Service struct{ Deps }

// NewService returns a Service.
func NewService(d Deps) *Service { return &Service{d} }

// Labels under which texts are sealed.
const (
	labelText  = "right.text"
	labelKnock = "right.knock"
)

// textMost is how long a text may be, in letters.
const textMost = 2000

func checkText(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", fault.Invalid("right.text_missing")
	case len([]rune(text)) > textMost:
		return "", fault.Invalid("right.text_long", "most", textMost)
	}
	return text, nil
}

// Take takes a request down at the counter. It returns fault.NotFound when the
// family is not in the actor's area, and fault.Invalid without a text.
func (s *Service) Take(ctx context.Context, k Kind, family ident.ID, text string) (*Request, error) {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Kinds, k) {
		return nil, fault.Invalid("right.choose_kind")
	}
	if text, err = checkText(text); err != nil {
		return nil, err
	}
	d, err := s.Register.Family(ctx, family, access.PurposeService)
	if err != nil {
		return nil, err
	}
	r := &Request{ID: s.IDs.New(), Area: d.Family.Area, Family: family, Kind: k, TakenBy: actor.Login, At: s.Clock.Now(), Text: text, Status: Open}
	r.Due = s.Rules.due(k, r.At)
	err = s.Unit.Write(ctx, func(ctx context.Context) error { return s.keep(ctx, r) })
	if err != nil {
		return nil, fmt.Errorf("right: taking a request: %w", err)
	}
	return r, nil
}

func (s *Service) keep(ctx context.Context, r *Request) error {
	if err := s.Store.Keep(ctx, r, s.Keys.Seal(labelText, r.Text)); err != nil {
		return err
	}
	return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "right.take", Subject: r.Family.String(), Area: r.Area, Count: 1, Detail: string(r.Kind)})
}

// knocked is what the public page was told.
type knocked struct {
	Number, Code, Text string
	Kind               Kind
}

// Ask keeps what somebody asks on the public page, sealed and without looking
// into it: right and wrong numbers and codes take the same steps.
func (s *Service) Ask(ctx context.Context, k Kind, number, code, text string) error {
	if !slices.Contains(Kinds, k) {
		return fault.Invalid("right.choose_kind")
	}
	text, err := checkText(text)
	if err != nil {
		return err
	}
	b, err := json.Marshal(knocked{clip(number), clip(code), text, k})
	if err != nil {
		return err
	}
	ctx = access.With(ctx, access.System("rights"))
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		if err := s.Store.KeepKnock(ctx, &Knock{ID: s.IDs.New(), At: s.Clock.Now(), Sealed: s.Keys.Seal(labelKnock, string(b))}); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "right.ask", Subject: "public", Count: 1, Detail: string(k)})
	})
}

func clip(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most]
	}
	return s
}

// admit looks into what the public page was told, and takes those requests
// down whose number and code are right, at the moment they were made.
func (s *Service) admit(ctx context.Context) error {
	const atOnce = 200
	ctx = access.With(ctx, access.System("rights"))
	waiting := false // mostly nobody does, and then the list waits for no writer
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		all, err := s.Store.Knocks(ctx, 1)
		waiting = len(all) > 0
		return err
	})
	if err != nil || !waiting {
		return err
	}
	return s.Unit.Write(ctx, func(ctx context.Context) error {
		all, err := s.Store.Knocks(ctx, atOnce)
		if err != nil || len(all) == 0 {
			return err
		}
		var done []ident.ID
		for _, k := range all {
			done = append(done, k.ID)
			if err := s.admitOne(ctx, k); err != nil {
				return err
			}
		}
		return s.Store.DropKnocks(ctx, done)
	})
}

func (s *Service) admitOne(ctx context.Context, k Knock) error {
	text, err := s.Keys.Open(labelKnock, k.Sealed)
	if err != nil {
		return err
	}
	var x knocked
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		return err
	}
	family, found, err := s.Letters.FamilyOf(ctx, x.Number, x.Code)
	if err != nil || !found {
		return err
	}
	d, err := s.Register.Family(ctx, family, access.PurposeService)
	if err != nil {
		return err
	}
	r := &Request{ID: s.IDs.New(), Area: d.Family.Area, Family: family, Kind: x.Kind, Public: true, At: k.At, Text: x.Text, Status: Open}
	r.Due = s.Rules.due(r.Kind, r.At)
	return s.keep(ctx, r)
}

// List returns requests in the actor's area, those due first the first, and
// how many there are.
func (s *Service) List(ctx context.Context, f Filter, limit int) ([]Request, int64, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, 0, err
	}
	if err := s.admit(ctx); err != nil {
		return nil, 0, fmt.Errorf("right: looking into what was asked: %w", err)
	}
	var all []Request
	var n int64
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		if all, n, err = s.Store.List(ctx, f, limit); err != nil {
			return err
		}
		for i := range all {
			if r := &all[i]; r.Kind == Erasure && r.Status == Granted {
				if err := s.follow(ctx, r); err != nil {
					return err
				}
			}
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "right.list", Area: actor.Scope.String(), Fields: []string{"kind"}, Count: int64(len(all))})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("right: listing: %w", err)
	}
	return all, n, nil
}

// Waiting counts the requests in the actor's area that are open, and those
// among them whose time is over.
func (s *Service) Waiting(ctx context.Context) (open, late int64, err error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return 0, 0, err
	}
	if err := s.admit(ctx); err != nil {
		return 0, 0, fmt.Errorf("right: looking into what was asked: %w", err)
	}
	err = s.Unit.Read(ctx, func(ctx context.Context) error {
		if _, open, err = s.Store.List(ctx, Filter{Status: Open}, 0); err == nil {
			_, late, err = s.Store.List(ctx, Filter{Status: Open, DueBy: s.Clock.Now()}, 0)
		}
		return err
	})
	return open, late, err
}

// Request returns one in the actor's area. The look is recorded.
func (s *Service) Request(ctx context.Context, id ident.ID) (*Request, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil, err
	}
	var r *Request
	err := s.Unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if r, err = s.open(ctx, id); err != nil {
			return err
		}
		if err = s.follow(ctx, r); err != nil {
			return err
		}
		return s.Log.Append(ctx, audit.Act{Purpose: access.PurposeService, Action: "right.read", Subject: r.Family.String(), Area: r.Area, Fields: []string{"text"}, Count: 1})
	})
	return r, err
}

// open returns a request with its texts opened.
func (s *Service) open(ctx context.Context, id ident.ID) (*Request, error) {
	r, err := s.Store.Request(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.Text, err = s.Keys.Open(labelText, []byte(r.Text)); err != nil {
		return nil, err
	}
	r.Answer, err = s.Keys.Open(labelText, []byte(r.Answer))
	return r, err
}

// follow says of a request how far the family's erasure has come: the one that
// it asked for, or another by which the family is gone.
func (s *Service) follow(ctx context.Context, r *Request) error {
	all, err := s.Register.Erasings(ctx, r.Family)
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.Waits() && r.Status == Granted && e.RestsOn(r.ID) {
			r.Erasing, r.Waits = e.Event, true
		}
		if e.Whole() {
			r.Erasing, r.Waits, r.Erased = e.Event, false, true
			return nil
		}
	}
	return nil
}
