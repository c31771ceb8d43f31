package goodsdb

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/ident"
	"gotong/internal/registry"
)

// Named is what the records of goods and meals hold of a family beside what
// was given and when.
type Named struct {
	Pictures []ident.ID // that show them
	Lists    []ident.ID // on which they stand
	Meals    int        // clients of meals
}

// Forget blanks who of a family received what, in the transaction of an
// erasure, and returns what else shows them.
func (Store) Forget(ctx context.Context, family ident.ID) (Named, error) {
	var n Named
	id := func(scan db.Scanner, id *ident.ID) error { return scan(id) }
	handed, err := db.All(ctx, "goodsdb: looking for pictures of a family", `SELECT p.id FROM goods_proof p JOIN goods_handover h ON h.photo_id = p.id OR h.signature_id = p.id
		JOIN goods_recipient r ON r.list_id = h.list_id AND r.no = h.no WHERE r.family_id = $1 AND {scope p.area} ORDER BY p.id`, id, family)
	if err != nil {
		return n, err
	}
	carried, err := db.All(ctx, "goodsdb: looking for pictures of meals", `SELECT p.id FROM goods_proof p JOIN meal_delivery m ON m.photo_id = p.id
		JOIN meal_client c ON c.id = m.client_id WHERE c.family_id = $1 AND {scope p.area} ORDER BY p.id`, id, family)
	if err != nil {
		return n, err
	}
	n.Pictures = slices.Concat(handed, carried)
	slices.SortFunc(n.Pictures, func(a, b ident.ID) int { return slices.Compare(a[:], b[:]) })
	n.Pictures = slices.Compact(n.Pictures)
	if n.Lists, err = db.All(ctx, "goodsdb: looking for lists of a family", `SELECT DISTINCT r.list_id FROM goods_recipient r WHERE r.family_id = $1 AND {scope r.area} ORDER BY r.list_id`, id, family); err != nil {
		return n, err
	}
	clients, err := db.All(ctx, "goodsdb: looking for meals of a family", "SELECT c.id FROM meal_client c WHERE c.family_id = $1 AND {scope c.area}", id, family)
	n.Meals = len(clients)
	if err != nil {
		return n, err
	}
	for _, statement := range []string{
		`UPDATE goods_proof SET latitude = NULL, longitude = NULL WHERE {scope area} AND $2 <> ''
			AND id IN (SELECT h.photo_id FROM goods_handover h JOIN goods_recipient r ON r.list_id = h.list_id AND r.no = h.no WHERE r.family_id = $1
				UNION SELECT m.photo_id FROM meal_delivery m JOIN meal_client c ON c.id = m.client_id WHERE c.family_id = $1)`,
		`UPDATE goods_handover SET receiver = $2, letter = CASE WHEN letter = '' THEN '' ELSE $2 END, note = '', latitude = NULL, longitude = NULL
			WHERE {scope area} AND EXISTS (SELECT 1 FROM goods_recipient r WHERE r.list_id = goods_handover.list_id AND r.no = goods_handover.no AND r.family_id = $1)`,
		`UPDATE goods_recipient SET name = $2, name_key = '', address = '' WHERE {scope area} AND family_id = $1`,
		`UPDATE meal_delivery SET latitude = NULL, longitude = NULL, witness = CASE WHEN photo_id IS NULL AND witness <> '' THEN $2 ELSE '' END
			WHERE {scope area} AND client_id IN (SELECT c.id FROM meal_client c WHERE c.family_id = $1)`,
		`UPDATE meal_complaint SET text = $2, answer = CASE WHEN answer = '' THEN '' ELSE $2 END
			WHERE {scope area} AND client_id IN (SELECT c.id FROM meal_client c WHERE c.family_id = $1)`,
		`UPDATE meal_client SET name = $2, address = '', why = CASE WHEN why = '' THEN '' ELSE $2 END WHERE {scope area} AND family_id = $1`,
	} {
		if _, err := db.From(ctx).Exec(ctx, statement, family, registry.Nobody); err != nil {
			return n, err
		}
	}
	return n, nil
}

// LastGiven returns the day on which a family last received goods or a meal (nil:
// never), and whether it still stands on a list or is still served.
func (Store) LastGiven(ctx context.Context, family ident.ID) (last *civil.Date, open bool, err error) {
	at, err := db.All(ctx, "goodsdb: what a family was given", `SELECT MAX(h.at) FROM goods_handover h JOIN goods_recipient r ON r.list_id = h.list_id AND r.no = h.no
		WHERE r.family_id = $1 AND {scope r.area}`, func(scan db.Scanner, n *sql.NullInt64) error { return scan(n) }, family)
	if err != nil {
		return nil, false, err
	}
	meals, err := db.All(ctx, "goodsdb: what a family was brought", `SELECT MAX(m.day) FROM meal_delivery m JOIN meal_client c ON c.id = m.client_id
		WHERE c.family_id = $1 AND {scope c.area} AND m.outcome = 'delivered'`, func(scan db.Scanner, s *sql.NullString) error { return scan(s) }, family)
	if err != nil {
		return nil, false, err
	}
	for _, n := range at {
		if n.Valid {
			day := civil.OfTime(time.UnixMilli(n.Int64).UTC())
			last = &day
		}
	}
	for _, s := range meals {
		if day, err := date(s); err != nil {
			return nil, false, err
		} else if day != nil && (last == nil || *day > *last) {
			last = day
		}
	}
	n, err := db.All(ctx, "goodsdb: what a family waits for", `SELECT (SELECT COUNT(*) FROM goods_recipient r JOIN goods_list l ON l.id = r.list_id
			WHERE r.family_id = $1 AND r.status = 'waiting' AND l.status IN ('draft', 'open') AND {scope r.area})
		+ (SELECT COUNT(*) FROM meal_client c WHERE c.family_id = $1 AND c.status <> 'stopped' AND {scope c.area})`, func(scan db.Scanner, n *int64) error { return scan(n) }, family)
	return last, len(n) > 0 && n[0] > 0, err
}
