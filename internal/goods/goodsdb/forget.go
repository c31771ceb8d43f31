package goodsdb

import (
	"context"

	"gotong/internal/db"
	"gotong/internal/ident"
)

// nobody stands where the name of somebody who was erased stood.
const nobody = "–"

// Forget blanks who of a family received what, in the transaction of an
// erasure, and returns the pictures that show them.
func (Store) Forget(ctx context.Context, family ident.ID) ([]ident.ID, error) {
	pictures, err := db.All(ctx, "goodsdb: looking for pictures of a family", `SELECT p.id FROM goods_proof p JOIN goods_handover h ON h.photo_id = p.id OR h.signature_id = p.id
		JOIN goods_recipient r ON r.list_id = h.list_id AND r.no = h.no WHERE r.family_id = $1 AND {scope p.area} ORDER BY p.id`,
		func(scan db.Scanner, id *ident.ID) error { return scan(id) }, family)
	if err != nil {
		return nil, err
	}
	for _, statement := range []string{
		`UPDATE goods_handover SET receiver = $2, letter = CASE WHEN letter = '' THEN '' ELSE $2 END, note = '', latitude = NULL, longitude = NULL
			WHERE {scope area} AND EXISTS (SELECT 1 FROM goods_recipient r WHERE r.list_id = goods_handover.list_id AND r.no = goods_handover.no AND r.family_id = $1)`,
		`UPDATE goods_recipient SET name = $2, name_key = '', address = '' WHERE {scope area} AND family_id = $1`,
	} {
		if _, err := db.From(ctx).Exec(ctx, statement, family, nobody); err != nil {
			return nil, err
		}
	}
	return pictures, nil
}
