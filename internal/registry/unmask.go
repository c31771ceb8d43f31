package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/fault"
	"gotong/internal/ident"
)

// Unmasking is one opening of a number in clear.
type Unmasking struct {
	ID       ident.ID
	Area     string
	Family   ident.ID
	Subject  ident.ID
	Kind     IdentifierKind
	Login    string
	At       time.Time
	Purpose  access.Purpose
	Reason   string
	Namesake bool // a member of the family has a name of whoever opened it
}

// Lift allows somebody to open more numbers than the quota, for a while.
type Lift struct {
	ID      ident.ID
	Login   string
	Extra   int
	At      time.Time
	Until   time.Time
	Reason  string
	GivenBy string
}

// UnmaskStore is the part of the store that the quota uses. It counts over all
// areas.
type UnmaskStore interface {
	KeepUnmasking(ctx context.Context, u *Unmasking) error
	// Opened counts the numbers somebody opened since two instants, and what
	// lifts allow at a third.
	Opened(ctx context.Context, login string, hour, day, now time.Time) (Opened, error)
	// Unmaskings returns the openings from one instant until before another
	// in the actor's area, newest first.
	Unmaskings(ctx context.Context, from, until time.Time) ([]Unmasking, error)
	KeepLift(ctx context.Context, l *Lift) error
	Lifts(ctx context.Context, since time.Time) ([]Lift, error)
}

// UnmaskPurposes are what a number may be opened for.
var UnmaskPurposes = []access.Purpose{access.PurposeService, access.PurposeVerification, access.PurposePayment, access.PurposeAudit}

// Unmask returns one number of a family in clear: its card number, a
// member's NIK (subject is the member) or an account's number (subject is
// the account). It is an act of its own, for a purpose and a reason in words,
// and counts against the actor's quota.
//
// It returns fault.Forbidden without the permission to unmask, fault.TooOften
// over the quota, fault.Invalid without a reason and fault.NotFound when there
// is no such number.
func (s *Service) Unmask(ctx context.Context, family ident.ID, kind IdentifierKind, subject ident.ID, purpose access.Purpose, reason string) (string, error) {
	actor, err := access.Require(ctx, access.Unmask)
	if err != nil {
		return "", err
	}
	reason = strings.TrimSpace(reason)
	switch {
	case purpose.Valid() && !slices.Contains(UnmaskPurposes, purpose):
		return "", fault.Invalid("registry.unmask.choose_purpose")
	case reason == "":
		return "", fault.Invalid("registry.unmask.reason_missing")
	case holdsNumber(reason):
		return "", fault.Invalid("registry.entry.holds_number")
	}
	var number string
	var over error
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		u := &Unmasking{ID: s.ids.New(), Family: family, Subject: subject, Kind: kind, Login: actor.Login, At: s.clock.Now(), Purpose: purpose, Reason: reason}
		label, sealed, err := s.sealedNumber(ctx, u, actor)
		if err != nil {
			return err
		}
		if sealed == nil {
			return fault.NotFound("registry.identifier_missing")
		}
		act := audit.Act{Purpose: purpose, Action: "identifier.unmask", Subject: family.String(), Area: u.Area, Fields: []string{string(kind)}, Count: 1}
		if over, err = s.overQuota(ctx, u); err != nil {
			return err
		}
		if over != nil {
			act.Action, act.Count = "identifier.refuse", 0
			return s.log.Append(ctx, act)
		}
		if number, err = s.keys.Open(label, sealed); err != nil {
			return err
		}
		if err := s.store.KeepUnmasking(ctx, u); err != nil {
			return err
		}
		return s.log.Append(ctx, act)
	})
	if err != nil {
		return "", fmt.Errorf("registry: unmasking: %w", err)
	}
	return number, over
}

// sealedNumber finds the number that is asked for, and notes where its family
// stands and whether the actor has a namesake in it.
func (s *Service) sealedNumber(ctx context.Context, u *Unmasking, actor access.Actor) (label string, sealed []byte, err error) {
	rec, err := s.store.Family(ctx, u.Family)
	if err != nil {
		return "", nil, err
	}
	u.Area = rec.Family.Area
	for i := range rec.Members {
		u.Namesake = u.Namesake || isNamesake(actor.Name, rec.Members[i].Name)
	}
	switch u.Kind {
	case KindKK:
		return LabelKK, rec.Family.KKSealed, nil
	case KindNIK:
		if m, ok := rec.Member(u.Subject); ok {
			return LabelNIK, m.NIKSealed, nil
		}
	case KindAccount:
		accounts, err := s.store.Accounts(ctx, []ident.ID{u.Family})
		for _, a := range accounts {
			if a.ID == u.Subject && len(a.Sealed) > 0 {
				return LabelAccount, a.Sealed, err
			}
		}
		return "", nil, err
	}
	return "", nil, nil
}

// isNamesake reports whether two names share their whole, or a last name of
// four letters or more.
func isNamesake(a, b string) bool {
	first, second := strings.Fields(SearchKey(a)), strings.Fields(SearchKey(b))
	if len(first) == 0 || len(second) == 0 {
		return false
	}
	last := first[len(first)-1]
	return slices.Equal(first, second) || len(first) > 1 && len(second) > 1 && len(last) >= 4 && last == second[len(second)-1]
}

func (s *Service) overQuota(ctx context.Context, u *Unmasking) (over, err error) {
	rule := s.rules.unmaskOn(s.Today())
	o, err := s.store.Opened(everywhere(ctx), u.Login, u.At.Add(-time.Hour), u.At.Add(-24*time.Hour), u.At)
	if err != nil || rule.PerHour == 0 || rule.left(o) > 0 {
		return nil, err
	}
	return fault.TooOften("registry.unmask.over_quota", "hour", rule.PerHour, "day", rule.PerDay), nil
}

// UnmaskLeft returns how many numbers the actor may still open now.
func (s *Service) UnmaskLeft(ctx context.Context) (int, error) {
	actor, err := access.Require(ctx, access.Unmask)
	if err != nil {
		return 0, err
	}
	left := 0
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		now := s.clock.Now()
		o, err := s.store.Opened(everywhere(ctx), actor.Login, now.Add(-time.Hour), now.Add(-24*time.Hour), now)
		left = s.rules.unmaskOn(s.Today()).left(o)
		return err
	})
	return left, err
}

// LiftQuota lets somebody else open as many numbers more as the rules allow,
// for as long as they allow.
//
// It returns fault.Forbidden without the permission to approve, or for
// oneself, and fault.Invalid without a login or a reason.
func (s *Service) LiftQuota(ctx context.Context, login, reason string) (Lift, error) {
	actor, err := access.Require(ctx, access.ApproveChanges)
	if err != nil {
		return Lift{}, err
	}
	login, reason = strings.ToLower(strings.TrimSpace(login)), strings.TrimSpace(reason)
	switch {
	case login == "":
		return Lift{}, fault.Invalid("registry.unmask.login_missing")
	case reason == "":
		return Lift{}, fault.Invalid("registry.unmask.reason_missing")
	case holdsNumber(reason):
		return Lift{}, fault.Invalid("registry.entry.holds_number")
	case login == actor.Login:
		return Lift{}, fault.Forbidden("registry.unmask.own_lift")
	}
	rule, now := s.rules.unmaskOn(s.Today()), s.clock.Now()
	l := Lift{ID: s.ids.New(), Login: login, Extra: rule.Lift.Extra, At: now, Until: now.Add(time.Duration(rule.Lift.Hours) * time.Hour),
		Reason: reason, GivenBy: actor.Login}
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		if err := s.store.KeepLift(ctx, &l); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeSystem, Action: "identifier.lift", Subject: login, Count: int64(l.Extra)})
	})
	return l, err
}

// Oddity is why an opening is shown to the auditor.
type Oddity string

// The oddities.
const (
	OddVolume   Oddity = "volume"   // many by one person in a day
	OddHours    Oddity = "hours"    // outside the office's hours
	OddNamesake Oddity = "namesake" // in a family with the opener's own name
)

// OddUnmasking is an opening with what is odd about it.
type OddUnmasking struct {
	Unmasking
	Odd []Oddity
}

// Unmaskings returns the openings of some days in the auditor's area, newest
// first, each with what is odd about it, and the lifts and the allowed exports
// of that time.
func (s *Service) Unmaskings(ctx context.Context, days int) ([]OddUnmasking, []Lift, []Allowance, error) {
	actor, err := access.Require(ctx, access.SeeAudit)
	if err != nil {
		return nil, nil, nil, err
	}
	var all []Unmasking
	var lifts []Lift
	var exports []Allowance
	now := s.clock.Now()
	since := now.AddDate(0, 0, -days)
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if all, err = s.store.Unmaskings(ctx, since, now.Add(time.Second)); err != nil {
			return err
		}
		if lifts, err = s.store.Lifts(ctx, since); err != nil {
			return err
		}
		if exports, err = s.store.Allowances(ctx, since); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeAudit, Action: "audit.unmaskings", Area: actor.Scope.String(), Count: int64(len(all))})
	})
	if err != nil {
		return nil, nil, nil, fmt.Errorf("registry: unmaskings: %w", err)
	}
	return s.rules.unmaskOn(s.Today()).odd(all), lifts, exports, nil
}

// odd says of each opening what is odd about it.
func (r unmaskRule) odd(all []Unmasking) []OddUnmasking {
	type who struct {
		login string
		day   int64
	}
	of := func(u *Unmasking) who {
		return who{u.Login, (u.At.Unix() + int64(r.OfficeHours.UTCOffset)*3600) / 86400}
	}
	volume := map[who]int{}
	for i := range all {
		volume[of(&all[i])]++
	}
	out := make([]OddUnmasking, len(all))
	for i := range all {
		out[i].Unmasking = all[i]
		if volume[of(&all[i])] >= r.UnusualPerDay {
			out[i].Odd = append(out[i].Odd, OddVolume)
		}
		if r.outOfHours(all[i].At) {
			out[i].Odd = append(out[i].Odd, OddHours)
		}
		if all[i].Namesake {
			out[i].Odd = append(out[i].Odd, OddNamesake)
		}
	}
	return out
}
