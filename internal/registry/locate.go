package registry

import (
	"bytes"
	"context"
	"strings"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/nik"
)

// Locate finds a second record by what people have at hand of it: a NIK, the
// number of a family card, or the address of a family's page. The person is
// zero unless a NIK was given. A number that several families carry is no
// answer.
//
// It returns fault.Invalid when nothing in the actor's area fits, or too much.
func (s *Service) Locate(ctx context.Context, text string, purpose access.Purpose) (*Dossier, ident.ID, error) {
	text = strings.TrimSpace(text)
	var none ident.ID
	if at := strings.LastIndexByte(text, '/'); at >= 0 {
		text = text[at+1:]
	}
	if id, err := ident.Parse(text); err == nil {
		d, err := s.Family(ctx, id, purpose)
		if fault.Is(err, fault.KindNotFound) {
			err = fault.Invalid("event.refused.other_missing")
		}
		return d, none, err
	}
	number, problem := nik.Parse(text)
	if problem != "" {
		return nil, none, fault.Invalid("event.refused.other_missing")
	}
	for _, kind := range []IdentifierKind{KindKK, KindNIK} {
		rows, err := s.Lookup(ctx, kind, string(number), purpose)
		switch {
		case err != nil:
			return nil, none, err
		case len(rows) > 1:
			return nil, none, fault.Invalid("event.refused.other_many")
		case len(rows) == 0:
			continue
		}
		d, err := s.Family(ctx, rows[0].ID, purpose)
		if err != nil || kind == KindKK {
			return d, none, err
		}
		blind := s.keys.Blind(string(KindNIK), string(number))
		for i := range d.Members {
			if bytes.Equal(d.Members[i].NIKBlind, blind) {
				return d, d.Members[i].ID, nil
			}
		}
		return d, none, nil
	}
	return nil, none, fault.Invalid("event.refused.other_missing")
}
