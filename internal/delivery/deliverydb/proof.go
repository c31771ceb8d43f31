package deliverydb

import (
	"context"
	"database/sql"
	"fmt"

	"gotong/internal/db"
	"gotong/internal/delivery"
	"gotong/internal/ident"
)

// Proofs returns the digest of each line's first proof of payment.
func (s *Store) Proofs(ctx context.Context, list ident.ID) (map[int64][32]byte, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT p.line_no, p.digest FROM post_proof p
		JOIN pay_list l ON l.id = p.list_id
		JOIN return_line r ON r.file_id = p.file_id AND r.line = p.line
		WHERE p.list_id = $1 AND r.verdict = 'matched' AND {scope l.area} ORDER BY p.line_no`, list)
	all := map[int64][32]byte{}
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var n int64
		var b []byte
		err := rows.Scan(&n, &b)
		var sum [32]byte
		copy(sum[:], b)
		all[n] = sum
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading proofs: %w", err)
	}
	return all, nil
}

// AddProofs keeps the proofs of a return file's lines.
func (s *Store) AddProofs(ctx context.Context, list, file ident.ID, proofs []delivery.Shown) error {
	if len(proofs) == 0 {
		return nil
	}
	rows := db.From(ctx).NewBulk("post_proof", "file_id", "line", "list_id", "line_no", "at", "lat", "lon", "photo", "signature", "digest")
	for _, p := range proofs {
		err := rows.Add(ctx, file, p.FileLine, list, p.LineNo, p.Proof.At.UnixMilli(), p.Proof.Lat, p.Proof.Lon, p.Photo, p.Signature, p.Digest[:])
		if err != nil {
			return err
		}
	}
	return rows.Flush(ctx)
}
