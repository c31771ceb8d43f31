package registrydb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gotong/internal/access"
	"gotong/internal/db"
	"gotong/internal/registry"
)

// conditions is the WHERE of a list and its arguments.
type conditions struct {
	texts []string
	args  []any
}

// arg adds an argument and returns its place.
func (c *conditions) arg(v any) string {
	c.args = append(c.args, v)
	return "$" + strconv.Itoa(len(c.args))
}

func (c *conditions) add(text string) { c.texts = append(c.texts, text) }

func (c *conditions) String() string {
	return strings.Join(append([]string{"{scope f.area}"}, c.texts...), " AND ")
}

// within limits a column of area codes to an area.
func (c *conditions) within(column, area string) string {
	// A colon sorts right behind the digits.
	return fmt.Sprintf("%s >= %s AND %s < %s", column, c.arg(area), column, c.arg(area+":"))
}

// suspended is true of a family that asked not to be processed.
const suspended = "EXISTS (SELECT 1 FROM suspension x WHERE x.family_id = f.id AND x.ended_at IS NULL)"

func filtered(ctx context.Context, f registry.Filter) *conditions {
	c := &conditions{}
	if f.Area != "" {
		c.add(c.within("f.area", f.Area))
	}
	switch {
	case f.Status == registry.FamilySuspended:
		c.add(suspended)
	case f.Status != "":
		c.add("f.status = " + c.arg(f.Status))
	}
	if f.Processed || f.Status == registry.FamilyActive { // who asked not to be processed does not count as active
		c.add("NOT " + suspended)
	}
	if key := registry.SearchKey(f.Name); key != "" {
		c.add(c.named(few(ctx, f.Area), key))
	}
	return c
}

// districtDigits is how long the code of a district is.
const districtDigits = 6

// few reports whether those who are asked about live in one district, or in
// the districts or villages of who asks: few enough rows to be looked through.
func few(ctx context.Context, area string) bool {
	if len(area) >= districtDigits {
		return true
	}
	actor, ok := access.From(ctx)
	if !ok || actor.Scope.IsNation() {
		return false
	}
	return !slices.ContainsFunc(actor.Scope.Prefixes(), func(p string) bool { return len(p) < districtDigits })
}

// named matches the beginning of a name by the index of names or, among few,
// the beginning of any word of the name.
func (c *conditions) named(few bool, key string) string {
	if few {
		return "EXISTS (SELECT 1 FROM person p WHERE {scope p.area} AND p.family_id = f.id AND ' ' || p.name_key LIKE " + c.arg("% "+key+"%") + ")"
	}
	// A brace sorts right behind the letters, which is all a key is made of.
	return "f.id IN (SELECT p.family_id FROM person p WHERE {scope p.area} AND p.name_key >= " + c.arg(key) + " AND p.name_key < " + c.arg(key+"{") + ")"
}

// List returns at most limit families, by area and id, after a place or
// before it.
func (s *Store) List(ctx context.Context, f registry.Filter, from registry.Cursor, limit int) ([]registry.Row, error) {
	c := filtered(ctx, f)
	beyond, order := ">", "f.area, f.id"
	if from.Back {
		beyond, order = "<", "f.area DESC, f.id DESC"
	}
	if !from.ID.IsZero() {
		c.add("(f.area, f.id) " + beyond + " (" + c.arg(from.Area) + ", " + c.arg(from.ID) + ")")
	}
	query := `SELECT f.id, f.area, f.local_key, f.head_name, f.address, f.rt, f.rw, f.size,
		CASE WHEN ` + suspended + ` THEN '` + string(registry.FamilySuspended) + `' ELSE f.status END, f.observed_on
		FROM family f WHERE ` + c.String() + " ORDER BY " + order + " LIMIT " + c.arg(limit)
	var list []registry.Row
	err := each(ctx, query, c.args, func(rows *sql.Rows) error {
		var r registry.Row
		err := rows.Scan(&r.ID, &r.Area, &r.LocalKey, &r.HeadName, &r.Address, &r.RT, &r.RW, &r.Size, &r.Status, &r.ObservedOn)
		list = append(list, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("registrydb: listing families: %w", err)
	}
	if from.Back {
		slices.Reverse(list)
	}
	return list, nil
}

// Count counts the families that the filter lets through.
func (s *Store) Count(ctx context.Context, f registry.Filter) (int64, error) {
	c := filtered(ctx, f)
	var n int64
	err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM family f WHERE "+c.String(), c.args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("registrydb: counting families: %w", err)
	}
	return n, nil
}
