package registry

import (
	"bytes"
	"context"
	"slices"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/ident"
)

// lookForCard warns of other families that carry the family's new card
// number.
func (h *hand) lookForCard(ctx context.Context) error {
	for _, i := range h.rev.Identifiers {
		if i.Kind != KindKK || h.wrong(FieldKK) {
			continue
		}
		families, err := h.held(ctx, i, LabelKK, h.rev.Record.Family.KKSealed)
		if err != nil {
			return err
		}
		if len(families) > 0 {
			h.warn(FieldKK, "card_on_record", families)
		}
	}
	return nil
}

// lookForNamesake warns where a member's name and day of birth stand in the
// family already: the same birth, most often, recorded twice. Twins have two
// names.
func (h *hand) lookForNamesake(p *Person, field func(string) string) {
	if p.NameKey == "" || p.Born == nil {
		return
	}
	for i := range h.rev.Record.Members {
		if m := &h.rev.Record.Members[i]; m.NameKey == p.NameKey && m.Born != nil && *m.Born == *p.Born {
			h.warn(field(FieldName), "namesake", nil, "name", m.Name, "born", *m.Born)
			return
		}
	}
}

// lookForPerson warns of others who carry a member's new NIK, in this family
// or another one. Only families in the actor's area are looked at; the rest
// is left to duplicate finding, so that nothing leaks about other areas.
func (h *hand) lookForPerson(ctx context.Context, p *Person, before []byte, field func(string) string) error {
	if p.NIKBlind == nil || bytes.Equal(p.NIKBlind, before) {
		return nil
	}
	for i := range h.rev.Record.Members {
		if m := &h.rev.Record.Members[i]; m.ID != p.ID && bytes.Equal(m.NIKBlind, p.NIKBlind) {
			h.warn(field(FieldNIK), "nik_in_family", nil, "name", m.Name)
		}
	}
	families, err := h.held(ctx, Identifier{KindNIK, p.NIKBlind, p.ID}, LabelNIK, p.NIKSealed)
	if err == nil && len(families) > 0 {
		h.warn(field(FieldNIK), "nik_on_record", families)
	}
	return err
}

// held returns the other families that carry a number, and has the look
// recorded.
func (h *hand) held(ctx context.Context, i Identifier, label string, sealed []byte) ([]ident.ID, error) {
	number, err := h.s.keys.Open(label, sealed)
	if err != nil {
		return nil, err
	}
	held, err := h.s.store.Held(ctx, i.Kind, [][]byte{i.Blind})
	if err != nil {
		return nil, err
	}
	own := h.rev.Change.FamilyID
	families := slices.DeleteFunc(held[string(i.Blind)], func(id ident.ID) bool { return id == own })
	if len(families) > 0 {
		h.looked(string(i.Kind)+" "+number, string(i.Kind), len(families))
	}
	return families, nil
}

// looked notes a look at others' data, for the log.
func (h *hand) looked(at, field string, found int) {
	h.looks = append(h.looks, audit.Act{Purpose: access.PurposeVerification, Action: "family.lookup", Subject: h.s.keys.Pseudonym(at),
		Area: h.actor.Scope.String(), Fields: []string{field}, Count: int64(found)})
}
