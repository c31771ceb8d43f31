package registry

import (
	"context"

	"gotong/internal/ident"
	"gotong/internal/region"
)

// FamilyEntry is what is on record of a family beside its facts, as somebody
// writes it down.
type FamilyEntry struct {
	Area     string `json:"area,omitempty"`      // code of a village; of a correction "" keeps it
	LocalKey string `json:"local_key,omitempty"` // the office's own key; only of a new family, and may be empty
	KK       string `json:"kk,omitempty"`        // "" keeps the number on record, or says that there is none
	NoKK     bool   `json:"no_kk,omitempty"`     // takes the number off the record
	Address  string `json:"address,omitempty"`
	RT       string `json:"rt,omitempty"`
	RW       string `json:"rw,omitempty"`
}

// Fields of a family's entry: the columns of an import.
const (
	FieldArea     = "kode_wilayah"
	FieldLocalKey = "id_keluarga"
	FieldKK       = "no_kk"
	FieldAddress  = "alamat"
	FieldRT       = "rt"
	FieldRW       = "rw"
)

// CorrectFamily mends what is on record of a family: where it lives, and its
// card's number. Numbers that look wrong are warned of, never refused.
//
// Its errors are those of Observe.
func (s *Service) CorrectFamily(ctx context.Context, family ident.ID, e FamilyEntry, b Basis) (Outcome, error) {
	return s.Do(ctx, Request{Kind: Corrected, Family: family, Entry: &e, Basis: b})
}

// correct mends a member, or the family itself.
func (h *hand) correct(ctx context.Context) error {
	if err := h.first(ctx); err != nil {
		return err
	}
	switch {
	case h.req.Member != nil:
		return h.correctMember(ctx, *h.req.Member)
	case h.req.Entry != nil:
		return h.correctFamily(ctx, *h.req.Entry)
	}
	h.refuse("", "nothing_changed")
	return nil
}

func (h *hand) correctFamily(ctx context.Context, e FamilyEntry) error {
	f := &h.rev.Record.Family
	before := *f.core()
	if e.Area == "" {
		e.Area = f.Area
	}
	h.readFamily(e)
	after := f.core()
	if after.equal(before) && len(h.refused) == 0 {
		h.refuse("", "nothing_changed")
	}
	h.differing(before, *after)
	h.rev.Change.Body.Family = after
	h.seen()
	return h.lookForCard(ctx)
}

// readFamily sets the family's core to what was written.
func (h *hand) readFamily(e FamilyEntry) {
	f := &h.rev.Record.Family
	f.Area = h.village(e.Area)
	f.Address = h.free(FieldAddress, e.Address)
	f.RT, f.RW = h.block(FieldRT, e.RT), h.block(FieldRW, e.RW)
	switch n := h.number(FieldKK, e.KK); {
	case n != "":
		h.rev.setCard(h.s.keys, n)
	case e.NoKK && !h.wrong(FieldKK):
		h.rev.dropCard()
	}
}

// village reads the code of a village in the actor's area.
func (h *hand) village(text string) string {
	code, err := h.s.atlas.Parse(text)
	level, _ := region.LevelOf(code)
	if err != nil || level != region.Village || !h.actor.Scope.Covers(code) {
		h.refuse(FieldArea, "not_village")
		return ""
	}
	return code
}

// seen dates the family by a correction. Somebody looked at its data today,
// so a file of before does not undo what was mended.
func (h *hand) seen() { h.observe(ident.ID{}, Observation{ObservedOn: h.today}) }

// differing notes for the log which columns a correction alters.
func (h *hand) differing(a, b FamilyCore) {
	for field, differs := range map[string]bool{FieldArea: a.Area != b.Area, FieldAddress: a.Address != b.Address,
		FieldRT: a.RT != b.RT, FieldRW: a.RW != b.RW, FieldKK: string(a.KKBlind) != string(b.KKBlind)} {
		if differs {
			h.fields = append(h.fields, field)
		}
	}
}
