package registry

import (
	"context"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/audit"
	"gotong/internal/ident"
	"gotong/internal/nik"
	"gotong/internal/work"
)

// RollEntry names one member of a family as a paper may: the NIK masked.
type RollEntry struct {
	FamilyID ident.ID
	PersonID ident.ID
	Head     bool // of the family; where none is head, its first member on record
	Name     string
	NIK      string // masked; empty where there is none
	Address  string
	RT, RW   string
	Area     string // village as on record now
}

// Roll returns the members of those of the families that are on record in
// the actor's area, for a paper that names them. The look is recorded before
// anything is returned.
func (s *Service) Roll(ctx context.Context, families []ident.ID, purpose access.Purpose) ([]RollEntry, error) {
	actor, err := access.Require(ctx, access.SeeFamilies)
	if err != nil {
		return nil, err
	}
	records, err := work.Read(ctx, s.unit, func(ctx context.Context) ([]*Record, error) { return s.store.Records(ctx, families) })
	if err != nil {
		return nil, fmt.Errorf("registry: roll: %w", err)
	}
	var roll []RollEntry
	for _, r := range records {
		entries, err := s.rollOf(r)
		if err != nil {
			return nil, fmt.Errorf("registry: roll: %w", err)
		}
		roll = append(roll, entries...)
	}
	err = s.looked(ctx, audit.Act{Purpose: purpose, Action: "family.roll", Area: actor.Scope.String(),
		Fields: []string{"name", "nik_masked", "address"}, Count: int64(len(roll))})
	if err != nil {
		return nil, err
	}
	return roll, nil
}

func (s *Service) rollOf(r *Record) ([]RollEntry, error) {
	f := &r.Family
	head := 0
	for i := range r.Members {
		if r.Members[i].Relation == RelationHead {
			head = i
			break
		}
	}
	entries := make([]RollEntry, 0, len(r.Members))
	for i := range r.Members {
		m := &r.Members[i]
		e := RollEntry{FamilyID: f.ID, PersonID: m.ID, Head: i == head, Name: m.Name, Address: f.Address, RT: f.RT, RW: f.RW, Area: f.Area}
		number, err := s.keys.Open(LabelNIK, m.NIKSealed)
		if err != nil {
			return nil, err
		}
		if number != "" {
			e.NIK = nik.Number(number).Mask()
		}
		entries = append(entries, e)
	}
	return entries, nil
}
