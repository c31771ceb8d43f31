package registrydb

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/db"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// scanPage is how many families are held in memory during a scan.
const scanPage = 1000

// Scan calls fn for every family with its members, by area and id. It reads
// a page of families, then their members by the same order: one query at a
// time, as a transaction on PostgreSQL allows no more.
func (s *Store) Scan(ctx context.Context, fn func(*registry.Record) error) error {
	page := make([]registry.Record, scanPage)
	var after registry.Place
	for {
		n, err := s.scanFamilies(ctx, page, after)
		if err != nil {
			return fmt.Errorf("registrydb: scanning families: %w", err)
		}
		if n == 0 {
			return nil
		}
		if err := s.scanMembers(ctx, page[:n]); err != nil {
			return fmt.Errorf("registrydb: scanning members: %w", err)
		}
		for i := range n {
			if err := fn(&page[i]); err != nil {
				return err
			}
		}
		after = placeOf(&page[n-1])
	}
}

func placeOf(r *registry.Record) registry.Place {
	return registry.Place{Area: r.Family.Area, ID: r.Family.ID}
}

// before is an id that no record has, smaller than all: the zero id is
// stored as NULL, which compares with nothing.
var before = ident.ID{15: 1}

func (s *Store) scanFamilies(ctx context.Context, page []registry.Record, after registry.Place) (int, error) {
	if after.ID.IsZero() {
		after.ID = before
	}
	rows, err := db.From(ctx).Query(ctx, "SELECT "+familyColumns+` FROM family f
		WHERE {scope f.area} AND (f.area, f.id) > ($1, $2) ORDER BY f.area, f.id LIMIT $3`, after.Area, after.ID, len(page))
	n := 0
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		n++
		return scanFamily(rows, &page[n-1].Family)
	})
	return n, err
}

func (s *Store) scanMembers(ctx context.Context, page []registry.Record) error {
	for i := range page {
		page[i].Members = page[i].Members[:0]
	}
	from, to := placeOf(&page[0]), placeOf(&page[len(page)-1])
	rows, err := db.From(ctx).Query(ctx, "SELECT "+personColumns+` FROM family f JOIN person p ON p.family_id = f.id
		WHERE {scope f.area} AND (f.area, f.id) >= ($1, $2) AND (f.area, f.id) <= ($3, $4)
		ORDER BY f.area, f.id, p.id`, from.Area, from.ID, to.Area, to.ID)
	at := 0
	var next registry.Person
	return db.Each(rows, err, func(rows *sql.Rows) error {
		if err := scanPerson(rows, &next); err != nil {
			return err
		}
		for page[at].Family.ID != next.FamilyID {
			if at++; at == len(page) {
				return fmt.Errorf("a member of family %s, which is not on record in its area", next.FamilyID)
			}
		}
		push(&page[at].Members, &next)
		return nil
	})
}

// push appends p to members and leaves p the room of the facts that lay there.
func push(members *[]registry.Person, p *registry.Person) {
	m := *members
	if len(m) < cap(m) {
		m = m[:len(m)+1]
	} else {
		m = append(m, registry.Person{})
	}
	room := m[len(m)-1].Facts
	m[len(m)-1] = *p
	p.Facts = room[:0]
	*members = m
}
