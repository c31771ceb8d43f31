package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"gotong/internal/civil"
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
	warnRegionUnknown = "region_unknown" // the first digits are of no district or regency, now or before
	warnRegionRetired = "region_retired" // they are a district of before; for information
	warnRegionFormer  = "region_former"  // they are no district of their regency today; for information
	warnRegionOther   = "region_other"   // they are a district of another regency; for information
	warnBornMissing   = "born_missing"   // the birth date is not known; the number says it
	warnBornNever     = "born_never"     // the birth date is not known; the number's is none
	warnBornCentury   = "born_century"   // the birth date is not known; the number says two that it can be
	warnCardDay       = "card_day"       // the card's digits are no day
	warnCardFuture    = "card_future"    // the card was issued on a day that has not come
)

// IdentityWarningCodes lists the codes of the warnings.
var IdentityWarningCodes = []string{string(nik.BornDiffers), string(nik.BornNoDate), string(nik.SexDiffers), warnRegionUnknown, warnRegionRetired, warnRegionFormer, warnRegionOther,
	warnBornMissing, warnBornCentury, warnBornNever, warnCardDay, warnCardFuture}

// identityWarnings compares the numbers of a family with the rest of it.
func (s *Service) identityWarnings(d *Dossier, card nik.Number, numbers map[ident.ID]nik.Number) []IdentityWarning {
	var all []IdentityWarning
	add := func(person ident.ID, compared, name string, says []remark) {
		for _, x := range says {
			sum := sha256.Sum256([]byte(person.String() + " " + x.code + " " + compared))
			all = append(all, IdentityWarning{Person: person, Code: x.code, Args: append(x.args, "name", name), Mark: hex.EncodeToString(sum[:8])})
		}
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
		}
		add(m.ID, compared, m.Name, s.nikSays(n, d.Family.Area, m.Born, m.Female))
	}
	if card != "" {
		add(ident.ID{}, fmt.Sprintf("%x", d.Family.KKBlind), "KK", s.cardSays(card))
	}
	return all
}

// remark is what a number says against what else is on record.
type remark struct {
	code string
	args []any
}

// nikSays compares a NIK with its holder's birth date and sex and with where
// they live. Both of a century's two days may be right where no birth date is
// known; that somebody was first registered elsewhere is for information.
func (s *Service) nikSays(n nik.Number, area string, born *civil.Date, female bool) []remark {
	var all []remark
	if born != nil {
		for _, w := range n.Check(*born, female) {
			all = append(all, remark{code: string(w)})
		}
	} else {
		e := n.Embedded()
		if e.Female != female {
			all = append(all, remark{code: string(nik.SexDiffers)})
		}
		switch early, late, ok := e.Born(s.Today()); {
		case !ok:
			all = append(all, remark{code: warnBornNever})
		case early == late:
			all = append(all, remark{warnBornMissing, []any{"a", early}})
		default:
			all = append(all, remark{warnBornCentury, []any{"a", early, "b", late}})
		}
	}
	if at := s.district(n); at.code != "" {
		return append(all, at)
	}
	if regency := n.District()[:regencyDigits]; area != "" && area[:regencyDigits] != regency {
		all = append(all, remark{warnRegionOther, []any{"place", s.atlas.Path(regency, ", ")}})
	}
	return all
}

// cardSays checks what a family card's number says of itself. Of its place
// only what never was one is told, since cards are issued anew.
func (s *Service) cardSays(card nik.Number) []remark {
	var all []remark
	switch issued, ok := card.CardIssued(); {
	case !ok:
		all = append(all, remark{code: warnCardDay})
	case issued > s.Today():
		all = append(all, remark{warnCardFuture, []any{"on", issued}})
	}
	if at := s.district(card); at.code == warnRegionUnknown {
		all = append(all, at)
	}
	return all
}

// district says whether a number begins with a district that is no more, or
// never was. Lists of retired districts do not reach back to the first NIK:
// a number without a district, of a regency that there is, is taken as one of
// before.
func (s *Service) district(n nik.Number) remark {
	code := n.District()
	if _, ok := s.atlas.Lookup(code); ok {
		return remark{}
	}
	if now, ok := s.atlas.Successor(code); ok {
		return remark{warnRegionRetired, []any{"code", region.Dotted(code), "now", s.atlas.Path(now, ", ")}}
	}
	regency := code[:regencyDigits]
	if now, ok := s.atlas.Successor(regency); ok {
		regency = now
	}
	if _, ok := s.atlas.Lookup(regency); ok && code[regencyDigits:] != "00" {
		return remark{warnRegionFormer, []any{"code", region.Dotted(code), "place", s.atlas.Path(regency, ", ")}}
	}
	return remark{warnRegionUnknown, []any{"code", region.Dotted(code)}}
}
