package conditiondb

import (
	"context"
	"fmt"

	"gotong/internal/condition"
	"gotong/internal/db"
	"gotong/internal/ident"
	"gotong/internal/programme"
)

// AddFacility registers a facility.
func (Store) AddFacility(ctx context.Context, f condition.Facility) error {
	return db.Exec(ctx, "conditiondb: adding a facility", "INSERT INTO duty_facility (id, code, name, kind, area, address, contact, closed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		f.ID, f.Code, f.Name, string(f.Kind), f.Area, f.Address, f.Contact, db.Flag(f.Closed))
}

// SaveFacility writes what may change of a facility.
func (Store) SaveFacility(ctx context.Context, f condition.Facility) error {
	return db.Change(ctx, "conditiondb: saving a facility", "condition.no_facility", "UPDATE duty_facility AS f SET name = $2, area = $3, address = $4, contact = $5, closed = $6 WHERE f.id = $1 AND {scope f.area}",
		f.ID, f.Name, f.Area, f.Address, f.Contact, db.Flag(f.Closed))
}

const facilityQuery = `SELECT f.id, f.code, f.name, f.kind, f.area, f.address, f.contact, f.closed, COALESCE(n.owed, 0), COALESCE(n.answered, 0)
	FROM duty_facility f LEFT JOIN (SELECT d.facility_id, COUNT(*) AS owed, COUNT(CASE WHEN d.status <> 'open' THEN 1 END) AS answered FROM duty d WHERE d.due = $1 GROUP BY d.facility_id) n
		ON n.facility_id = f.id WHERE {scope f.area}`

func scanFacility(scan db.Scanner, f *condition.Facility) error {
	var closed int64
	err := scan(&f.ID, &f.Code, &f.Name, &f.Kind, &f.Area, &f.Address, &f.Contact, &closed, &f.Owed, &f.Answered)
	f.Closed = closed != 0
	return err
}

// Facility returns a facility.
func (Store) Facility(ctx context.Context, id ident.ID) (condition.Facility, error) {
	return db.One(ctx, "conditiondb: reading a facility", "condition.no_facility", facilityQuery+" AND f.id = $2", scanFacility, "", id)
}

// FacilityByCode returns a facility by its kind and code.
func (Store) FacilityByCode(ctx context.Context, kind programme.Facility, code string) (condition.Facility, error) {
	return db.One(ctx, "conditiondb: finding a facility", "condition.no_facility", facilityQuery+" AND f.kind = $2 AND f.code = $3", scanFacility, "", string(kind), code)
}

// Facilities lists facilities by name.
func (Store) Facilities(ctx context.Context, m condition.Month) ([]condition.Facility, error) {
	return db.All(ctx, "conditiondb: listing facilities", facilityQuery+" ORDER BY f.name, f.id", scanFacility, m)
}

// SetPlace says who sees a member's duties, those that are open too.
func (Store) SetPlace(ctx context.Context, p condition.Placement) error {
	err := db.Exec(ctx, "conditiondb: placing a member", `INSERT INTO duty_place (person_id, kind, family_id, facility_id, area) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (person_id, kind) DO UPDATE SET facility_id = excluded.facility_id, family_id = excluded.family_id, area = excluded.area`,
		p.PersonID, string(p.Kind), p.FamilyID, p.Facility, p.Area)
	if err != nil {
		return err
	}
	return db.Exec(ctx, "conditiondb: placing a member's duties", "UPDATE duty AS d SET facility_id = $3 WHERE d.person_id = $1 AND d.kind = $2 AND d.status = 'open' AND {scope d.area}",
		p.PersonID, string(p.Kind), p.Facility)
}

// Places returns who sees whose duties.
func (Store) Places(ctx context.Context) (map[condition.PlaceKey]ident.ID, error) {
	type placed struct {
		key      condition.PlaceKey
		facility ident.ID
	}
	list, err := db.All(ctx, "conditiondb: reading places", "SELECT p.person_id, p.kind, p.facility_id FROM duty_place p JOIN duty_facility f ON f.id = p.facility_id WHERE f.closed = 0 AND {scope p.area}",
		func(scan db.Scanner, x *placed) error { return scan(&x.key.Person, &x.key.Kind, &x.facility) })
	if err != nil {
		return nil, fmt.Errorf("conditiondb: %w", err)
	}
	places := make(map[condition.PlaceKey]ident.ID, len(list))
	for _, x := range list {
		places[x.key] = x.facility
	}
	return places, nil
}
