package registrydb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// Family returns a family and its members.
func (s *Store) Family(ctx context.Context, id ident.ID) (*registry.Record, error) {
	found, err := s.records(ctx, "f.id = $1", []any{id})
	if err != nil {
		return nil, fmt.Errorf("registrydb: family: %w", err)
	}
	if len(found) == 0 {
		return nil, fault.NotFound("registry.family_not_found")
	}
	return found[0], nil
}

// FamilyOf returns the family of a person.
func (s *Store) FamilyOf(ctx context.Context, person ident.ID) (ident.ID, error) {
	var family ident.ID
	row := db.From(ctx).QueryRow(ctx, "SELECT p.family_id FROM person p WHERE {scope p.area} AND p.id = $1", person)
	if err := row.Scan(&family); err != nil {
		return family, fmt.Errorf("registrydb: family of a person: %w", db.NoRows(err, "registry.person_not_found"))
	}
	return family, nil
}

// Records returns those of the families that are on record, by id.
func (s *Store) Records(ctx context.Context, ids []ident.ID) ([]*registry.Record, error) {
	var all []*registry.Record
	err := chunks(ids, func(part []ident.ID) error {
		places, args := in(1, part)
		found, err := s.records(ctx, "f.id IN ("+places+")", args)
		all = append(all, found...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: families: %w", err)
	}
	slices.SortFunc(all, func(a, b *registry.Record) int { return slices.Compare(a.Family.ID[:], b.Family.ID[:]) })
	return all, nil
}

// records returns the families of a condition, by id, with their members.
func (s *Store) records(ctx context.Context, where string, args []any) ([]*registry.Record, error) {
	var all []*registry.Record
	query := "SELECT " + familyColumns + " FROM family f WHERE {scope f.area} AND " + where + " ORDER BY f.id"
	err := each(ctx, query, args, func(rows *sql.Rows) error {
		r := &registry.Record{}
		all = append(all, r)
		return scanFamily(rows, &r.Family)
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	byID := make(map[ident.ID]*registry.Record, len(all))
	familyIDs := make([]ident.ID, len(all))
	for i, r := range all {
		byID[r.Family.ID], familyIDs[i] = r, r.Family.ID
	}
	err = chunks(familyIDs, func(part []ident.ID) error {
		places, args := in(1, part)
		query := "SELECT " + personColumns + " FROM person p WHERE {scope p.area} AND p.family_id IN (" + places + ") ORDER BY p.family_id, p.id"
		return each(ctx, query, args, func(rows *sql.Rows) error {
			var p registry.Person
			if err := scanPerson(rows, &p); err != nil {
				return err
			}
			r := byID[p.FamilyID]
			r.Members = append(r.Members, p)
			return nil
		})
	})
	return all, err
}

// Find returns the families that carry an identifier, by id.
func (s *Store) Find(ctx context.Context, kind registry.IdentifierKind, blind []byte) ([]ident.ID, error) {
	var families []ident.ID
	err := db.From(ctx).Under(ctx, carriesOne[kind], blind, func(scan db.Scanner) error {
		var id ident.ID
		err := scan(&id)
		if n := len(families); n == 0 || families[n-1] != id {
			families = append(families, id)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: finding by %s: %w", kind, err)
	}
	return families, nil
}

// carriesOne say who carries a single number of a kind: families in their
// order, one as often as the number is in it.
var carriesOne = map[registry.IdentifierKind]db.Keyed{
	registry.KindKK: {Index: "family_card", Area: "family",
		Query: "SELECT f.id FROM family f WHERE {scope f.area} AND f.kk_blind = $1 ORDER BY f.id"},
	registry.KindNIK: {Index: "person_nik", Area: "person",
		Query: "SELECT p.family_id FROM person p WHERE {scope p.area} AND p.nik_blind = $1 ORDER BY p.family_id"},
	registry.KindAccount: {Index: "account_number", Area: "family",
		Query: `SELECT a.family_id FROM account a JOIN family f ON f.id = a.family_id
			WHERE {scope f.area} AND a.number_blind = $1 ORDER BY a.family_id`},
}

// carriers say who carries any of some numbers of a kind: rows of blind index and family.
var carriers = map[registry.IdentifierKind]string{
	registry.KindKK:  "SELECT f.kk_blind, f.id FROM family f WHERE {scope f.area} AND f.kk_blind IN (%s) ORDER BY 1, 2",
	registry.KindNIK: "SELECT DISTINCT p.nik_blind, p.family_id FROM person p WHERE {scope p.area} AND p.nik_blind IN (%s) ORDER BY 1, 2",
	registry.KindAccount: `SELECT DISTINCT a.number_blind, a.family_id FROM account a JOIN family f ON f.id = a.family_id
		WHERE {scope f.area} AND a.number_blind IN (%s) ORDER BY 1, 2`,
}

// Held returns which identifiers are on record, and with which families.
func (s *Store) Held(ctx context.Context, kind registry.IdentifierKind, blinds [][]byte) (map[string][]ident.ID, error) {
	held := map[string][]ident.ID{}
	err := chunks(blinds, func(part [][]byte) error {
		places, args := in(1, part)
		return each(ctx, fmt.Sprintf(carriers[kind], places), args, func(rows *sql.Rows) error {
			var blind sql.RawBytes
			var id ident.ID
			if err := rows.Scan(&blind, &id); err != nil {
				return err
			}
			held[string(blind)] = append(held[string(blind)], id)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: finding by %s: %w", kind, err)
	}
	return held, nil
}

// Accounts returns the bank accounts of families, by family and id.
func (s *Store) Accounts(ctx context.Context, families []ident.ID) ([]registry.Account, error) {
	var all []registry.Account
	err := chunks(families, func(part []ident.ID) error {
		places, args := in(1, part)
		query := `SELECT a.family_id, a.id, a.person_id, a.bank, a.number_sealed, a.number_blind, a.holder, a.status
			FROM account a JOIN family f ON f.id = a.family_id
			WHERE {scope f.area} AND a.family_id IN (` + places + `) ORDER BY a.family_id, a.id`
		return each(ctx, query, args, func(rows *sql.Rows) error {
			var a registry.Account
			if err := rows.Scan(&a.FamilyID, &a.ID, &a.PersonID, &a.Bank, &a.Sealed, &a.Blind, &a.Holder, &a.Status); err != nil {
				return err
			}
			all = append(all, a)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: accounts: %w", err)
	}
	return all, nil
}

// Totals counts families and persons on record.
func (s *Store) Totals(ctx context.Context) (families, persons int64, err error) {
	tx := db.From(ctx)
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM family f WHERE {scope f.area}").Scan(&families); err != nil {
		return 0, 0, fmt.Errorf("registrydb: counting families: %w", err)
	}
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM person p JOIN family f ON f.id = p.family_id WHERE {scope f.area}").Scan(&persons); err != nil {
		return 0, 0, fmt.Errorf("registrydb: counting persons: %w", err)
	}
	return families, persons, nil
}
