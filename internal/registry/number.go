package registry

import (
	"bytes"

	"gotong/internal/nik"
	"gotong/internal/seal"
)

// setNIK gives a member a NIK, in place of another one. It reports whether it
// differs from the one on record.
func (r *Revision) setNIK(keys *seal.Keyring, p *Person, n nik.Number) bool {
	blind := keys.Blind(string(KindNIK), string(n))
	if bytes.Equal(blind, p.NIKBlind) {
		return false
	}
	p.NIKSealed, p.NIKBlind = keys.Seal(LabelNIK, string(n)), blind
	r.Identifiers = append(r.Identifiers, Identifier{KindNIK, blind, p.ID})
	return true
}

// dropNIK takes a member's NIK off the record.
func dropNIK(p *Person) {
	p.NIKSealed, p.NIKBlind = nil, nil
}

// setCard gives the family a card number, in place of another one. It reports
// whether it differs from the one on record.
func (r *Revision) setCard(keys *seal.Keyring, n nik.Number) bool {
	f := &r.Record.Family
	blind := keys.Blind(string(KindKK), string(n))
	if bytes.Equal(blind, f.KKBlind) {
		return false
	}
	f.KKSealed, f.KKBlind = keys.Seal(LabelKK, string(n)), blind
	r.Identifiers = append(r.Identifiers, Identifier{KindKK, blind, f.ID})
	return true
}

// dropCard takes the family's card number off the record.
func (r *Revision) dropCard() {
	f := &r.Record.Family
	f.KKSealed, f.KKBlind = nil, nil
}
