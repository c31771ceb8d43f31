// Package authoritydb keeps the lists of authorities and their matches in the
// database: SQL, and nothing else.
package authoritydb

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
	"gotong/internal/linkage/authority"
	"gotong/internal/registry"
)

// Store keeps lists and matches in the transaction of each call's context.
type Store struct{}

// New returns a Store.
func New() *Store { return &Store{} }

var _ authority.Store = (*Store)(nil)

const matchColumns = `m.kind, m.person_id, m.fingerprint, m.id, m.list_id, m.family_id, m.area, m.row_no, m.score, m.probability, m.same,
	m.pieces, m.entry, m.found_at, m.status, m.decided_by, m.decided_at, m.note, m.event_id, m.fact_before`

// sideColumns are what is shown of the person on record: p, of family f.
const sideColumns = `p.name, p.mother_name, p.born, p.female, p.status, p.nik_sealed, p.observed_on,
	f.local_key, f.head_name, f.address, f.rt, f.rw, f.status, f.size`

// withPerson joins the person where the actor may see them now.
const withPerson = ` FROM authority_match m
	LEFT JOIN person p ON p.family_id = m.family_id AND p.id = m.person_id AND {scope p.area}
	LEFT JOIN family f ON f.id = m.family_id AND {scope f.area}`

func matchInto(m *authority.Match) (targets []any, finish func() error) {
	var ppm, found, decided int64
	var pieces string
	var event sql.Null[ident.ID]
	return []any{&m.Kind, &m.Person, &m.Fingerprint, &m.ID, &m.List, &m.Family, &m.Area, &m.Row, &m.Score, &ppm, &m.Same,
			&pieces, &m.Sealed, &found, &m.Status, &m.By, &decided, &m.Note, &event, &m.Before}, func() error {
			m.Event = event.V
			m.Probability = float64(ppm) / 1e6
			m.FoundAt = time.UnixMilli(found).UTC()
			if decided != 0 {
				m.At = time.UnixMilli(decided).UTC()
			}
			var err error
			m.Pieces, err = linkage.DecodePieces([]byte(pieces))
			return err
		}
}

// side is what sideColumns hold, NULL where the person is not shown.
type side struct {
	name, mother, status, localKey, head, address, rt, rw, familyStatus sql.NullString
	born, observed                                                      sql.Null[civil.Date]
	female                                                              sql.NullBool
	nik                                                                 []byte
	size                                                                sql.NullInt64
}

func (s *side) targets() []any {
	return []any{&s.name, &s.mother, &s.born, &s.female, &s.status, &s.nik, &s.observed,
		&s.localKey, &s.head, &s.address, &s.rt, &s.rw, &s.familyStatus, &s.size}
}

func (s *side) into(m *authority.Match) {
	o := &m.Ours
	o.Person, o.Family, o.Area = m.Person, m.Family, m.Area
	if !s.name.Valid {
		return
	}
	o.Shown = true
	o.Name, o.Mother, o.Female = s.name.String, s.mother.String, s.female.Bool
	if s.born.Valid {
		o.Born = &s.born.V
	}
	o.Status, o.NIKSealed, o.ObservedOn = registry.PersonStatus(s.status.String), s.nik, s.observed.V
	o.LocalKey, o.HeadName, o.Address, o.RT, o.RW = s.localKey.String, s.head.String, s.address.String, s.rt.String, s.rw.String
	o.FamilyStatus, o.FamilySize = registry.FamilyStatus(s.familyStatus.String), int(s.size.Int64)
}

// Known returns the matches of a kind, without the people's data.
func (s *Store) Known(ctx context.Context, kind string) ([]authority.Match, error) {
	var all []authority.Match
	rows, err := db.From(ctx).Query(ctx, "SELECT "+matchColumns+" FROM authority_match m WHERE {scope m.area} AND m.kind = $1", kind)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var m authority.Match
		targets, finish := matchInto(&m)
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		all = append(all, m)
		return finish()
	})
	if err != nil {
		return nil, fmt.Errorf("authoritydb: known matches: %w", err)
	}
	return all, nil
}

// Add adds matches.
func (s *Store) Add(ctx context.Context, found []authority.Match) error {
	b := db.From(ctx).NewBulk("authority_match", "kind", "person_id", "fingerprint", "id", "list_id", "family_id", "area", "row_no",
		"score", "probability", "same", "pieces", "entry", "found_at", "status", "decided_by", "decided_at", "note")
	for i := range found {
		m := &found[i]
		pieces, err := linkage.EncodePieces(m.Pieces)
		if err != nil {
			return err
		}
		err = b.Add(ctx, m.Kind, m.Person, m.Fingerprint, m.ID, m.List, m.Family, m.Area, int64(m.Row), int64(m.Score), linkage.Millionths(m.Probability),
			db.Flag(m.Same), pieces, m.Sealed, m.FoundAt.UnixMilli(), string(authority.Open), "", int64(0), "")
		if err != nil {
			return fmt.Errorf("authoritydb: adding matches: %w", err)
		}
	}
	if err := b.Flush(ctx); err != nil {
		return fmt.Errorf("authoritydb: adding matches: %w", err)
	}
	return nil
}

// Renew replaces what was found of an open match.
func (s *Store) Renew(ctx context.Context, m *authority.Match) error {
	pieces, err := linkage.EncodePieces(m.Pieces)
	if err != nil {
		return err
	}
	_, err = db.From(ctx).Exec(ctx, `UPDATE authority_match SET list_id = $1, family_id = $2, area = $3, row_no = $4, score = $5, probability = $6,
		same = $7, pieces = $8, entry = $9, found_at = $10 WHERE id = $11 AND status = 'open' AND {scope area}`,
		m.List, m.Family, m.Area, m.Row, m.Score, linkage.Millionths(m.Probability), db.Flag(m.Same), pieces, m.Sealed, m.FoundAt.UnixMilli(), m.ID)
	if err != nil {
		return fmt.Errorf("authoritydb: renewing a match: %w", err)
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

func filtered(f authority.Filter) *conditions {
	c := &conditions{texts: []string{"{scope m.area}"}}
	if !f.List.IsZero() {
		c.add("m.list_id = " + c.arg(f.List))
	}
	if f.Kind != "" {
		c.add("m.kind = " + c.arg(f.Kind))
	}
	if f.Status != "" {
		c.add("m.status = " + c.arg(string(f.Status)))
	}
	if f.Least > 0 {
		c.add("m.probability >= " + c.arg(linkage.Millionths(f.Least)))
	}
	if f.Most > 0 {
		c.add("m.probability < " + c.arg(linkage.Millionths(f.Most)))
	}
	if f.Same {
		c.add("m.same = 1")
	}
	if f.Area != "" { // a colon sorts right behind the digits
		c.add("m.area >= " + c.arg(f.Area) + " AND m.area < " + c.arg(f.Area+":"))
	}
	return c
}

// Matches returns at most limit matches that the filter lets through, surest
// first.
func (s *Store) Matches(ctx context.Context, f authority.Filter, from linkage.Cursor, limit int) ([]authority.Match, error) {
	c := filtered(f)
	beyond, order := "<", "m.score DESC, m.id DESC"
	if from.Back {
		beyond, order = ">", "m.score, m.id"
	}
	if !from.ID.IsZero() {
		c.add("(m.score, m.id) " + beyond + " (" + c.arg(from.Score) + ", " + c.arg(from.ID) + ")")
	}
	all, err := matches(ctx, strings.Join(c.texts, " AND ")+" ORDER BY "+order+" LIMIT "+c.arg(limit), c.args...)
	if err != nil {
		return nil, fmt.Errorf("authoritydb: listing matches: %w", err)
	}
	if from.Back {
		slices.Reverse(all)
	}
	return all, nil
}

func matches(ctx context.Context, where string, args ...any) ([]authority.Match, error) {
	var all []authority.Match
	rows, err := db.From(ctx).Query(ctx, "SELECT "+matchColumns+", "+sideColumns+withPerson+" WHERE "+where, args...)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var m authority.Match
		var ours side
		targets, finish := matchInto(&m)
		if err := rows.Scan(append(targets, ours.targets()...)...); err != nil {
			return err
		}
		ours.into(&m)
		if err := finish(); err != nil {
			return err
		}
		all = append(all, m)
		return nil
	})
	return all, err
}

// Count counts the matches that the filter lets through.
func (s *Store) Count(ctx context.Context, f authority.Filter) (int64, error) {
	c := filtered(f)
	var n int64
	err := db.From(ctx).QueryRow(ctx, "SELECT count(*) FROM authority_match m WHERE "+strings.Join(c.texts, " AND "), c.args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("authoritydb: counting matches: %w", err)
	}
	return n, nil
}

// Match returns a match.
func (s *Store) Match(ctx context.Context, id ident.ID) (*authority.Match, error) {
	all, err := matches(ctx, "{scope m.area} AND m.id = $1", id)
	if err != nil {
		return nil, fmt.Errorf("authoritydb: reading a match: %w", err)
	}
	if len(all) == 0 {
		return nil, fault.NotFound("linkage.error.not_found")
	}
	return &all[0], nil
}

// Decide records the status and decision of m, when the match still has the
// status from.
func (s *Store) Decide(ctx context.Context, m *authority.Match, from authority.Status) (bool, error) {
	var at int64
	if !m.At.IsZero() {
		at = m.At.UnixMilli()
	}
	r, err := db.From(ctx).Exec(ctx, `UPDATE authority_match SET status = $1, decided_by = $2, decided_at = $3, note = $4,
		event_id = $5, fact_before = $6 WHERE id = $7 AND status = $8 AND {scope area}`,
		string(m.Status), m.By, at, m.Note, sql.Null[ident.ID]{V: m.Event, Valid: !m.Event.IsZero()}, m.Before, m.ID, string(from))
	if err != nil {
		return false, fmt.Errorf("authoritydb: deciding a match: %w", err)
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

// Villages counts the matches of a list by village, by area.
func (s *Store) Villages(ctx context.Context, list ident.ID) ([]authority.Village, error) {
	var all []authority.Village
	rows, err := db.From(ctx).Query(ctx, `SELECT m.area, count(CASE WHEN m.status = 'open' THEN 1 END), count(CASE WHEN m.status = 'accepted' THEN 1 END),
		count(CASE WHEN m.status = 'rejected' THEN 1 END) FROM authority_match m WHERE {scope m.area} AND m.list_id = $1 GROUP BY m.area ORDER BY m.area`, list)
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var v authority.Village
		if err := rows.Scan(&v.Area, &v.Open, &v.Accepted, &v.Rejected); err != nil {
			return err
		}
		all = append(all, v)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("authoritydb: villages: %w", err)
	}
	return all, nil
}

// Forget empties what was noted on matches of persons who are erased, and
// returns the sealed rows of the lists that matched them.
func (s *Store) Forget(ctx context.Context, persons []ident.ID) ([][]byte, error) {
	var sealed [][]byte
	tx := db.From(ctx)
	for _, p := range persons {
		rows, err := tx.Query(ctx, "SELECT m.entry FROM authority_match m WHERE {scope m.area} AND m.person_id = $1", p)
		err = db.Each(rows, err, func(rows *sql.Rows) error {
			var b []byte
			err := rows.Scan(&b)
			sealed = append(sealed, b)
			return err
		})
		if err == nil {
			_, err = tx.Exec(ctx, "UPDATE authority_match SET note = '' WHERE {scope area} AND person_id = $1", p)
		}
		if err != nil {
			return nil, fmt.Errorf("authoritydb: forgetting: %w", err)
		}
	}
	return sealed, nil
}
