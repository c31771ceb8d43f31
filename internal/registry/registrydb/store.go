// Package registrydb keeps the register in the database: SQL, and nothing
// else. One text serves SQLite and PostgreSQL.
package registrydb

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/indicator"
	"gotong/internal/registry"
)

// Store keeps the register in the transaction of each call's context.
type Store struct{}

// New returns a Store.
func New() *Store { return &Store{} }

var _ registry.Store = (*Store)(nil)

const familyColumns = `f.id, f.area, f.local_key, f.kk_sealed, f.kk_blind, f.address, f.rt, f.rw,
	f.status, f.head_name, f.size, f.facts, f.observed_on, f.version`

const personColumns = `p.id, p.family_id, p.area, p.name, p.name_key, p.born, p.female, p.relation,
	p.mother_name, p.nik_sealed, p.nik_blind, p.status, p.facts, p.observed_on`

// scanFamily reads familyColumns into f, in the room of its old facts.
func scanFamily(rows *sql.Rows, f *registry.Family) error {
	var packed sql.RawBytes
	err := rows.Scan(&f.ID, &f.Area, &f.LocalKey, &f.KKSealed, &f.KKBlind, &f.Address, &f.RT, &f.RW,
		&f.Status, &f.HeadName, &f.Size, &packed, &f.ObservedOn, &f.Version)
	if err != nil {
		return err
	}
	f.Facts, err = indicator.UnpackInto(f.Facts, packed)
	return err
}

// scanPerson reads personColumns into p, in the room of its old facts.
func scanPerson(rows *sql.Rows, p *registry.Person) error {
	var packed sql.RawBytes
	var born sql.Null[civil.Date]
	err := rows.Scan(&p.ID, &p.FamilyID, &p.Area, &p.Name, &p.NameKey, &born, &p.Female, &p.Relation,
		&p.MotherName, &p.NIKSealed, &p.NIKBlind, &p.Status, &packed, &p.ObservedOn)
	if err != nil {
		return err
	}
	p.Born = nil
	if born.Valid {
		p.Born = &born.V
	}
	p.Facts, err = indicator.UnpackInto(p.Facts, packed)
	return err
}

// in is the argument list of an IN: places from $from on, and the values. The
// list is filled up to a power of two with its last value, so that only a
// few statements exist for any number of values.
func in[T any](from int, values []T) (places string, args []any) {
	n := 1
	for n < len(values) {
		n *= 2
	}
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
		args = append(args, values[min(i, len(values)-1)])
	}
	return b.String(), args
}

// chunk is how many values one IN takes.
const chunk = 256

// chunks calls fn with at most chunk values at a time.
func chunks[T any](values []T, fn func([]T) error) error {
	for len(values) > 0 {
		n := min(chunk, len(values))
		if err := fn(values[:n]); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// each runs a query and scans its rows.
func each(ctx context.Context, query string, args []any, scan func(rows *sql.Rows) error) error {
	rows, err := db.From(ctx).Query(ctx, query, args...)
	return db.Each(rows, err, scan)
}
