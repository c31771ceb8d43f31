// Package linkagedb keeps the pairs that may be one person in the database:
// SQL, and nothing else. What is shown of a person is read from the register's
// tables under the area scope of whoever looks, so that a person of another
// area comes back without a name.
package linkagedb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/fault"
	"gotong/internal/ident"
	"gotong/internal/linkage"
	"gotong/internal/money"
	"gotong/internal/registry"
)

// Store keeps pairs in the transaction of each call's context.
type Store struct{}

// New returns a Store.
func New() *Store { return &Store{} }

var _ linkage.Store = (*Store)(nil)

const pairColumns = `d.id, d.left_id, d.right_id, d.left_family, d.right_family, d.left_area, d.right_area,
	d.score, d.probability, d.same, d.pieces, d.found_at, d.status, d.dropped, d.decided_by, d.decided_at, d.note,
	d.left_aid, d.right_aid`

// sideColumns are what is shown of one side: p is its person, f its family.
const sideColumns = `p.name, p.mother_name, p.born, p.female, p.status, p.nik_sealed, length(p.facts), p.observed_on,
	f.local_key, f.head_name, f.address, f.rt, f.rw, f.status, f.size`

// seen is the condition that the actor may see a pair: by either person.
const seen = "({scope d.left_area} OR {scope d.right_area})"

// withSides joins both people and their families, each only where the actor
// may see them now.
const withSides = `duplicate_pair d
	LEFT JOIN person pl ON pl.family_id = d.left_family AND pl.id = d.left_id AND {scope pl.area}
	LEFT JOIN family fl ON fl.id = d.left_family AND {scope fl.area}
	LEFT JOIN person pr ON pr.family_id = d.right_family AND pr.id = d.right_id AND {scope pr.area}
	LEFT JOIN family fr ON fr.id = d.right_family AND {scope fr.area}`

var selectPairs = "SELECT " + pairColumns + ", " +
	strings.NewReplacer("p.", "pl.", "f.", "fl.").Replace(sideColumns) + ", " +
	strings.NewReplacer("p.", "pr.", "f.", "fr.").Replace(sideColumns) + " FROM " + withSides

func pairInto(c *linkage.Candidate) (targets []any, finish func() error) {
	var ppm, found, decided int64
	var pieces sql.RawBytes
	targets = []any{&c.ID, &c.Left.Person, &c.Right.Person, &c.Left.Family, &c.Right.Family, &c.Left.Area, &c.Right.Area,
		&c.Score, &ppm, &c.Same, &pieces, &found, &c.Status, &c.Dropped, &c.By, &decided, &c.Note, &c.Left.Aid, &c.Right.Aid}
	return targets, func() error {
		c.Probability = float64(ppm) / 1e6
		c.FoundAt = time.UnixMilli(found).UTC()
		if decided != 0 {
			c.At = time.UnixMilli(decided).UTC()
		}
		var err error
		c.Pieces, err = linkage.DecodePieces(pieces)
		return err
	}
}

// side is what sideColumns hold, each NULL for a person who is not shown.
type side struct {
	name, mother, status, localKey, head, address, rt, rw, familyStatus sql.NullString
	born, observed                                                      sql.Null[civil.Date]
	female                                                              sql.NullBool
	nik                                                                 []byte
	facts, size                                                         sql.NullInt64
}

func (s *side) targets() []any {
	return []any{&s.name, &s.mother, &s.born, &s.female, &s.status, &s.nik, &s.facts, &s.observed,
		&s.localKey, &s.head, &s.address, &s.rt, &s.rw, &s.familyStatus, &s.size}
}

func (s *side) into(o *linkage.Side) {
	if !s.name.Valid {
		o.Aid = 0
		return
	}
	o.Shown = true
	o.Name, o.Mother, o.Female = s.name.String, s.mother.String, s.female.Bool
	if s.born.Valid {
		o.Born = &s.born.V
	}
	o.Status, o.NIKSealed, o.Facts, o.ObservedOn = registry.PersonStatus(s.status.String), s.nik, int(s.facts.Int64), s.observed.V
	o.LocalKey, o.HeadName, o.Address, o.RT, o.RW = s.localKey.String, s.head.String, s.address.String, s.rt.String, s.rw.String
	o.FamilyStatus, o.FamilySize = registry.FamilyStatus(s.familyStatus.String), int(s.size.Int64)
}

// pairs runs a query that begins with selectPairs.
func pairs(ctx context.Context, query string, args ...any) ([]linkage.Candidate, error) {
	var all []linkage.Candidate
	rows, err := db.From(ctx).Query(ctx, query, args...)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var c linkage.Candidate
		var left, right side
		targets, finish := pairInto(&c)
		if err := rows.Scan(slices.Concat(targets, left.targets(), right.targets())...); err != nil {
			return err
		}
		if err := finish(); err != nil {
			return err
		}
		left.into(&c.Left)
		right.into(&c.Right)
		all = append(all, c)
		return nil
	})
	return all, err
}

// Known returns all pairs whose people are both in the actor's area.
func (s *Store) Known(ctx context.Context) ([]linkage.Candidate, error) {
	var all []linkage.Candidate
	rows, err := db.From(ctx).Query(ctx, "SELECT "+pairColumns+` FROM duplicate_pair d
		WHERE {scope d.left_area} AND {scope d.right_area} ORDER BY d.left_id, d.right_id`)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var c linkage.Candidate
		targets, finish := pairInto(&c)
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		if err := finish(); err != nil {
			return err
		}
		all = append(all, c)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("linkagedb: known pairs: %w", err)
	}
	return all, nil
}

// Add adds pairs.
func (s *Store) Add(ctx context.Context, found []linkage.Candidate) error {
	b := db.From(ctx).NewBulk("duplicate_pair", "left_id", "right_id", "id", "left_family", "right_family", "left_area", "right_area",
		"score", "probability", "same", "pieces", "found_at", "status", "decided_by", "decided_at", "note")
	for i := range found {
		c := &found[i]
		pieces, err := linkage.EncodePieces(c.Pieces)
		if err != nil {
			return err
		}
		err = b.Add(ctx, c.Left.Person, c.Right.Person, c.ID, c.Left.Family, c.Right.Family, c.Left.Area, c.Right.Area,
			int64(c.Score), linkage.Millionths(c.Probability), db.Flag(c.Same), pieces, c.FoundAt.UnixMilli(), string(linkage.Open), "", int64(0), "")
		if err != nil {
			return fmt.Errorf("linkagedb: adding pairs: %w", err)
		}
	}
	if err := b.Flush(ctx); err != nil {
		return fmt.Errorf("linkagedb: adding pairs: %w", err)
	}
	return nil
}

// Renew replaces what a run found of a pair.
func (s *Store) Renew(ctx context.Context, c *linkage.Candidate) error {
	pieces, err := linkage.EncodePieces(c.Pieces)
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, `UPDATE duplicate_pair SET score = $1, probability = $2, same = $3, pieces = $4, found_at = $5,
		left_family = $6, right_family = $7, left_area = $8, right_area = $9
		WHERE id = $10 AND ({scope left_area} OR {scope right_area})`,
		c.Score, linkage.Millionths(c.Probability), db.Flag(c.Same), pieces, c.FoundAt.UnixMilli(),
		c.Left.Family, c.Right.Family, c.Left.Area, c.Right.Area, c.ID)
	if err != nil {
		return fmt.Errorf("linkagedb: renewing a pair: %w", err)
	}
	return nil
}

// Value writes down what both records of an open pair get a year.
func (s *Store) Value(ctx context.Context, id ident.ID, left, right money.Rupiah) error {
	_, err := db.From(ctx).Exec(ctx, `UPDATE duplicate_pair SET left_aid = $1, right_aid = $2
		WHERE id = $3 AND status = 'open' AND ({scope left_area} OR {scope right_area})`, int64(left), int64(right), id)
	if err != nil {
		return fmt.Errorf("linkagedb: what a pair is worth: %w", err)
	}
	return nil
}

// Remove removes an open pair.
func (s *Store) Remove(ctx context.Context, id ident.ID) error {
	_, err := db.From(ctx).Exec(ctx, `DELETE FROM duplicate_pair
		WHERE id = $1 AND status = 'open' AND ({scope left_area} OR {scope right_area})`, id)
	if err != nil {
		return fmt.Errorf("linkagedb: removing a pair: %w", err)
	}
	return nil
}

// conditions is a WHERE and its arguments.
type conditions struct {
	texts []string
	args  []any
}

func (c *conditions) arg(v any) string {
	c.args = append(c.args, v)
	return "$" + strconv.Itoa(len(c.args))
}

func (c *conditions) add(text string) { c.texts = append(c.texts, text) }

func (c *conditions) String() string { return strings.Join(c.texts, " AND ") }

func filtered(f linkage.Filter) *conditions {
	c := &conditions{texts: []string{seen}}
	if f.Status != "" {
		c.add("d.status = " + c.arg(string(f.Status)))
	}
	if f.Least > 0 {
		c.add("d.probability >= " + c.arg(linkage.Millionths(f.Least)))
	}
	if f.Most > 0 {
		c.add("d.probability < " + c.arg(linkage.Millionths(f.Most)))
	}
	if f.Same {
		c.add("d.same = 1")
	}
	if f.Area != "" {
		// A colon sorts right behind the digits. The area must be one that
		// the actor sees: the other side's place is no filter.
		from, to := c.arg(f.Area), c.arg(f.Area+":")
		c.add(fmt.Sprintf("({scope d.left_area} AND d.left_area >= %s AND d.left_area < %s OR {scope d.right_area} AND d.right_area >= %s AND d.right_area < %s)",
			from, to, from, to))
	}
	return c
}

// What hangs on a pair, of what the actor may see: what both sides get, and
// how many people they are. worth is linkage.Candidate.Worth.
const (
	aid    = "(CASE WHEN pl.id IS NULL THEN 0 ELSE d.left_aid END + CASE WHEN pr.id IS NULL THEN 0 ELSE d.right_aid END)"
	people = "(COALESCE(fl.size, 0) + COALESCE(fr.size, 0))"
	worth  = "d.probability * (CASE WHEN " + aid + " > 0 THEN " + aid + " ELSE " + people + " END)"
)

// List returns at most limit pairs that the filter lets through, in its order.
func (s *Store) List(ctx context.Context, f linkage.Filter, from linkage.Cursor, limit int) ([]linkage.Candidate, error) {
	c := filtered(f)
	by := "d.score"
	if f.ByWorth {
		by = worth
	}
	beyond, order := "<", by+" DESC, d.id DESC"
	if from.Back {
		beyond, order = ">", by+", d.id"
	}
	if !from.ID.IsZero() {
		c.add("(" + by + ", d.id) " + beyond + " (" + c.arg(from.Score) + ", " + c.arg(from.ID) + ")")
	}
	all, err := pairs(ctx, selectPairs+" WHERE "+c.String()+" ORDER BY "+order+" LIMIT "+c.arg(limit), c.args...)
	if err != nil {
		return nil, fmt.Errorf("linkagedb: listing pairs: %w", err)
	}
	if from.Back {
		slices.Reverse(all)
	}
	return all, nil
}

// Count counts the pairs that the filter lets through.
func (s *Store) Count(ctx context.Context, f linkage.Filter) (int64, error) {
	c := filtered(f)
	var n int64
	err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM duplicate_pair d WHERE "+c.String(), c.args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("linkagedb: counting pairs: %w", err)
	}
	return n, nil
}

// Candidate returns a pair.
func (s *Store) Candidate(ctx context.Context, id ident.ID) (*linkage.Candidate, error) {
	all, err := pairs(ctx, selectPairs+" WHERE "+seen+" AND d.id = $1", id)
	if err != nil {
		return nil, fmt.Errorf("linkagedb: reading a pair: %w", err)
	}
	if len(all) == 0 {
		return nil, fault.NotFound("linkage.error.not_found")
	}
	return &all[0], nil
}

// Others returns the other pairs of a pair's two people, surest first.
func (s *Store) Others(ctx context.Context, c *linkage.Candidate) ([]linkage.Candidate, error) {
	all, err := pairs(ctx, selectPairs+" WHERE "+seen+` AND d.id <> $1
		AND (d.left_id IN ($2, $3) OR d.right_id IN ($2, $3)) ORDER BY d.score DESC, d.id DESC`,
		c.ID, c.Left.Person, c.Right.Person)
	if err != nil {
		return nil, fmt.Errorf("linkagedb: reading further pairs: %w", err)
	}
	return all, nil
}

// Decide records the status and decision of c, when the pair still has the
// status from.
func (s *Store) Decide(ctx context.Context, c *linkage.Candidate, from linkage.Status) (bool, error) {
	var at int64
	if !c.At.IsZero() {
		at = c.At.UnixMilli()
	}
	r, err := db.From(ctx).Exec(ctx, `UPDATE duplicate_pair SET status = $1, dropped = $2, decided_by = $3, decided_at = $4, note = $5
		WHERE id = $6 AND status = $7 AND ({scope left_area} OR {scope right_area})`,
		string(c.Status), c.Dropped, c.By, at, c.Note, c.ID, string(from))
	if err != nil {
		return false, fmt.Errorf("linkagedb: deciding a pair: %w", err)
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

// Settle closes the open pairs of a person, on account of a pair.
func (s *Store) Settle(ctx context.Context, person, by ident.ID) error {
	_, err := db.From(ctx).Exec(ctx, `UPDATE duplicate_pair SET status = 'settled', settled_by = $1
		WHERE status = 'open' AND (left_id = $2 OR right_id = $2) AND ({scope left_area} OR {scope right_area})`, by, person)
	if err != nil {
		return fmt.Errorf("linkagedb: settling pairs: %w", err)
	}
	return nil
}

// Unsettle opens the pairs that were settled on account of a pair.
func (s *Store) Unsettle(ctx context.Context, by ident.ID) error {
	_, err := db.From(ctx).Exec(ctx, `UPDATE duplicate_pair SET status = 'open', settled_by = NULL
		WHERE settled_by = $1 AND ({scope left_area} OR {scope right_area})`, by)
	if err != nil {
		return fmt.Errorf("linkagedb: opening pairs: %w", err)
	}
	return nil
}

// Closed reports whether a confirmed pair has closed a person's record.
func (s *Store) Closed(ctx context.Context, person ident.ID) (bool, error) {
	var n int64
	err := db.From(ctx).QueryRow(ctx, `SELECT count(*) FROM duplicate_pair d
		WHERE d.dropped = $1 AND (d.left_id = $1 OR d.right_id = $1) AND `+seen, person).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("linkagedb: reading a closed record: %w", err)
	}
	return n > 0, nil
}

// Forget empties what was noted, in words, on pairs of persons who are erased.
// It reaches every area.
func (s *Store) Forget(ctx context.Context, persons []ident.ID) error {
	for _, p := range persons {
		_, err := db.From(ctx).Exec(ctx, `UPDATE duplicate_pair SET note = ''
			WHERE ({scope left_area} OR {scope right_area}) AND (left_id = $1 OR right_id = $1)`, p)
		if err != nil {
			return fmt.Errorf("linkagedb: forgetting: %w", err)
		}
	}
	return nil
}
