package registry

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Allowance lets somebody take one file with numbers in clear out of the
// register, of an area, for a while. Somebody else gives it.
type Allowance struct {
	ID      ident.ID
	Login   string
	Area    string // "" is everywhere
	At      time.Time
	Until   time.Time
	Reason  string
	GivenBy string
	UsedAt  time.Time // zero: not yet
}

// AllowanceStore is the part of the store that allowances use.
type AllowanceStore interface {
	KeepAllowance(ctx context.Context, a *Allowance) error
	// UseAllowance marks one that holds for a login and an area as used, the
	// oldest first, and returns it; fault.NotFound when there is none.
	UseAllowance(ctx context.Context, login, area string, now time.Time) (*Allowance, error)
	// Allowances returns those given since an instant, newest first.
	Allowances(ctx context.Context, since time.Time) ([]Allowance, error)
}

// AllowExport lets somebody else export an area, "" for all of the giver's,
// with numbers in clear: once, within the hours of the rule.
//
// It returns fault.Forbidden without the permission to approve, for oneself or
// beyond the giver's area, and fault.Invalid without a login or a reason.
func (s *Service) AllowExport(ctx context.Context, login, area, reason string) (Allowance, error) {
	actor, err := access.Require(ctx, access.ApproveChanges)
	if err != nil {
		return Allowance{}, err
	}
	login, reason = strings.ToLower(strings.TrimSpace(login)), strings.TrimSpace(reason)
	if area != "" {
		if area, err = s.atlas.Parse(area); err != nil {
			return Allowance{}, err
		}
	}
	switch {
	case login == "":
		return Allowance{}, fault.Invalid("registry.unmask.login_missing")
	case reason == "":
		return Allowance{}, fault.Invalid("registry.unmask.reason_missing")
	case holdsNumber(reason):
		return Allowance{}, fault.Invalid("registry.entry.holds_number")
	case login == actor.Login:
		return Allowance{}, fault.Forbidden("registry.unmask.own_lift")
	case area == "" && !actor.Scope.IsNation():
		return Allowance{}, fault.Invalid("registry.unmask.area_missing")
	case area != "" && !actor.Scope.Covers(area):
		return Allowance{}, fault.Forbidden("registry.unmask.other_area")
	}
	now := s.clock.Now()
	a := Allowance{ID: s.ids.New(), Login: login, Area: area, At: now, Reason: reason, GivenBy: actor.Login,
		Until: now.Add(time.Duration(s.rules.unmaskOn(s.Today()).Export.Hours) * time.Hour)}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.store.KeepAllowance(ctx, &a); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "identifier.allow_export", Subject: login, Area: area, Count: 1})
	})
	if err != nil {
		return Allowance{}, fmt.Errorf("registry: allowing an export: %w", err)
	}
	return a, nil
}

// spendAllowance uses up the allowance that an export with numbers in clear
// needs.
func (s *Service) spendAllowance(ctx context.Context, actor access.Actor, area string) error {
	if area == "" && !actor.Scope.IsNation() {
		if own := actor.Scope.Prefixes(); len(own) == 1 {
			area = own[0]
		} else {
			return fault.Invalid("registry.unmask.area_missing")
		}
	}
	_, err := s.store.UseAllowance(ctx, actor.Login, area, s.clock.Now())
	if fault.Is(err, fault.KindNotFound) {
		return fault.Forbidden("registry.unmask.not_allowed")
	}
	return err
}
