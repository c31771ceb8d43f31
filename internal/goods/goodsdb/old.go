package goodsdb

import (
	"context"
	"time"

	"gotong/internal/civil"
	"gotong/internal/db"
	"gotong/internal/ident"
)

// Shown is a handing over of which there is a picture.
type Shown struct {
	ID     ident.ID
	Family ident.ID
	Area   string
	At     time.Time
}

// OldPictures returns the handings over of an area by a day of which there
// are pictures, in order of their ids.
func (Store) OldPictures(ctx context.Context, area string, by civil.Date) ([]Shown, error) {
	return db.All(ctx, "goodsdb: old pictures", `SELECT h.id, r.family_id, h.area, h.at FROM goods_handover h JOIN goods_recipient r ON r.list_id = h.list_id AND r.no = h.no
		WHERE {scope h.area} AND h.area >= $1 AND h.area < $2 AND h.at < $3 AND (h.photo_id IS NOT NULL OR h.signature_id IS NOT NULL) ORDER BY h.id`,
		func(scan db.Scanner, x *Shown) error {
			var at int64
			err := scan(&x.ID, &x.Family, &x.Area, &at)
			x.At = time.UnixMilli(at).UTC()
			return err
		}, area, area+":", by.AddDays(1).Time().UnixMilli())
}

// Pictures returns the pictures of a handing over.
func (Store) Pictures(ctx context.Context, handover ident.ID) ([]ident.ID, error) {
	return db.All(ctx, "goodsdb: pictures of a handover", `SELECT p.id FROM goods_proof p JOIN goods_handover h ON h.photo_id = p.id OR h.signature_id = p.id
		WHERE h.id = $1 AND {scope p.area} ORDER BY p.id`, func(scan db.Scanner, id *ident.ID) error { return scan(id) }, handover)
}
