package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/civil"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/nik"
	"gotong/internal/region"
)

// IdentityWarning says that a number and what else is on record differ. It is
// evidence and never proof, so it holds nothing up.
type IdentityWarning struct {
	Person    ident.ID // zero: the family's card
	Code      string   // last part of the key event.identity.CODE
	Args      []any    // of its sentence; no number is among them
	Mark      string   // of the warning and of what it compares
	Dismissed *Dismissal
}

// Dismissal says that somebody looked into a warning, and found it right as
// it is. It holds until what is compared changes.
type Dismissal struct {
	Mark    string
	Subject ident.ID
	By      string // login
	At      time.Time
	Reason  string
}

// The warnings beside those of package nik.
const (
	warnRegionUnknown = "region_unknown" // the first six digits are no district, now or before
	warnRegionRetired = "region_retired" // they are a district of before; for information
	warnBornCentury   = "born_century"   // the birth date is not known; the number says two that it can be
	warnCardDay       = "card_day"       // the card's digits are no day
	warnCardFuture    = "card_future"    // the card was issued on a day that has not come
)

// IdentityWarningCodes lists the codes of the warnings.
var IdentityWarningCodes = []string{string(nik.BornDiffers), string(nik.SexDiffers), warnRegionUnknown, warnRegionRetired, warnBornCentury, warnCardDay, warnCardFuture}

// identityWarnings compares the numbers of a family with the rest of it.
func (s *Service) identityWarnings(d *Dossier, card nik.Number, numbers map[ident.ID]nik.Number) []IdentityWarning {
	var all []IdentityWarning
	add := func(person ident.ID, code string, compared string, args ...any) {
		sum := sha256.Sum256([]byte(person.String() + " " + code + " " + compared))
		all = append(all, IdentityWarning{Person: person, Code: code, Args: args, Mark: hex.EncodeToString(sum[:8])})
	}
	for i := range d.Members {
		m := &d.Members[i]
		n, ok := numbers[m.ID]
		if !ok {
			continue
		}
		compared := fmt.Sprintf("%x %v %t", m.NIKBlind, m.Born, m.Female)
		if m.Born != nil {
			compared = fmt.Sprintf("%x %s %t", m.NIKBlind, *m.Born, m.Female)
			for _, w := range n.Check(*m.Born, m.Female) {
				add(m.ID, string(w), compared, "name", m.Name)
			}
		} else {
			e := n.Embedded()
			if e.Female != m.Female {
				add(m.ID, string(nik.SexDiffers), compared, "name", m.Name)
			}
			if early, late, ok := e.Born(s.Today()); ok {
				add(m.ID, warnBornCentury, compared, "name", m.Name, "a", early, "b", late)
			}
		}
		if code, args := s.district(n); code != "" {
			add(m.ID, code, compared, append(args, "name", m.Name)...)
		}
	}
	if card != "" {
		compared := fmt.Sprintf("%x", d.Family.KKBlind)
		switch issued, ok := card.CardIssued(); {
		case !ok:
			add(ident.ID{}, warnCardDay, compared)
		case issued > s.Today():
			add(ident.ID{}, warnCardFuture, compared, "on", issued)
		}
		if code, args := s.district(card); code == warnRegionUnknown {
			add(ident.ID{}, code, compared, append(args, "name", "KK")...)
		}
	}
	return all
}

// district says whether a number begins with a district that is no more, or
// never was.
func (s *Service) district(n nik.Number) (string, []any) {
	code := n.District()
	if _, ok := s.atlas.Lookup(code); ok {
		return "", nil
	}
	if now, ok := s.atlas.Successor(code); ok {
		return warnRegionRetired, []any{"code", region.Dotted(code), "now", s.atlas.Path(now, ", ")}
	}
	return warnRegionUnknown, []any{"code", region.Dotted(code)}
}

// Warnings returns where the numbers of a family differ from what else is on
// record; nothing else of it is handed out, and no look is recorded.
func (s *Service) Warnings(ctx context.Context, family ident.ID) ([]IdentityWarning, error) {
	if _, err := access.Require(ctx, access.SeeFamilies); err != nil {
		return nil, err
	}
	d := &Dossier{}
	var dismissed map[string]Dismissal
	err := s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if d.Record, err = s.store.Family(ctx, family); err != nil {
			return err
		}
		dismissed, err = s.store.Dismissals(ctx, family)
		return err
	})
	if err == nil {
		err = s.mask(d, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("registry: warnings: %w", err)
	}
	for i := range d.Warnings {
		if said, ok := dismissed[d.Warnings[i].Mark]; ok {
			d.Warnings[i].Dismissed = &said
		}
	}
	return d.Warnings, nil
}

// DismissWarning records that a warning was looked into and is right as it
// is. It returns fault.NotFound when the family has no such warning, and
// fault.Invalid without a reason.
func (s *Service) DismissWarning(ctx context.Context, family ident.ID, mark, reason string) error {
	actor, err := access.Require(ctx, access.EditFamilies)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.Invalid("registry.reason_missing")
	}
	if holdsNumber(reason) {
		return fault.Invalid("registry.entry.holds_number")
	}
	d, err := s.Family(ctx, family, access.PurposeVerification)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(d.Warnings, func(w IdentityWarning) bool { return w.Mark == mark })
	if at < 0 {
		return fault.NotFound("event.identity.gone")
	}
	w := d.Warnings[at]
	err = s.unit.Write(ctx, func(ctx context.Context) error {
		if _, err := s.store.Family(ctx, family); err != nil {
			return err
		}
		one := &Dismissal{Mark: mark, Subject: w.Person, By: actor.Login, At: s.clock.Now(), Reason: reason}
		if err := s.store.Dismiss(ctx, family, one); err != nil {
			return err
		}
		return s.log.Append(ctx, audit.Act{Purpose: access.PurposeVerification, Action: "identity.dismiss", Subject: family.String(),
			Area: d.Family.Area, Fields: []string{w.Code}, Count: 1})
	})
	if err != nil {
		return fmt.Errorf("registry: dismissing: %w", err)
	}
	return nil
}

// Unnumbered is an active member without a NIK: a newborn, somebody without a
// home, somebody who is not on record with Dukcapil yet.
type Unnumbered struct {
	Family, Person ident.ID
	Area           string
	Name           string
	Born           *civil.Date
	Female         bool
	Relation       int64
	HeadName       string
	ObservedOn     civil.Date
}

// PersonPlace is a person's place in a list; the zero one is the beginning.
type PersonPlace struct {
	Area           string
	Family, Person ident.ID
}

// WithoutNIK returns active members without a NIK in an area, "" for all of
// the actor's, after a place, and how many there are in all.
func (s *Service) WithoutNIK(ctx context.Context, area string, after PersonPlace, limit int, purpose access.Purpose) ([]Unnumbered, int64, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, 0, err
	}
	var all []Unnumbered
	var n int64
	err = s.unit.Read(ctx, func(ctx context.Context) error {
		var err error
		if n, err = s.store.CountWithoutNIK(ctx, area); err != nil {
			return err
		}
		all, err = s.store.WithoutNIK(ctx, area, after, limit)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("registry: without NIK: %w", err)
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "person.without_nik", Area: actor.Scope.String(), Fields: []string{"name"}, Count: int64(len(all))})
	if err != nil {
		return nil, 0, err
	}
	return all, n, nil
}

// GiveNIK gives a member who has none a NIK, once Dukcapil has issued it or
// it was found. It is compared with birth date and sex, and by its blind
// index with all numbers in the actor's area.
//
// Its errors are those of Observe; fault.Conflict when the member has one.
func (s *Service) GiveNIK(ctx context.Context, family, person ident.ID, number string, b Basis) (Outcome, error) {
	d, err := s.Family(ctx, family, access.PurposeVerification)
	if err != nil {
		return Outcome{}, err
	}
	p, ok := d.Member(person)
	switch {
	case !ok:
		return Outcome{}, fault.NotFound("registry.person_not_found")
	case p.Erased():
		return Outcome{}, erased()
	case p.NIKBlind != nil:
		return Outcome{}, fault.Conflict("event.refused.has_nik")
	}
	e := s.entryOf(p)
	e.NIK = number
	if _, problem := nik.Parse(number); problem == nik.Empty {
		return Outcome{}, Refused{{FieldNIK, fault.Invalid("registry.entry.not_number")}}
	}
	if b.Version == 0 {
		b.Version = d.Family.Version
	}
	return s.CorrectMember(ctx, family, person, e, b)
}

// entryOf writes a member down as it is on record, but for the NIK.
func (s *Service) entryOf(p *Person) MemberEntry {
	sex := "male"
	if p.Female {
		sex = "female"
	}
	e := MemberEntry{Name: p.Name, Sex: sex, Relation: s.RelationCode(p.Relation), MotherName: p.MotherName}
	if p.Born != nil {
		e.Born = p.Born.String()
	}
	return e
}
