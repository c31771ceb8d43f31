package deliverydb

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"time"

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

// ProofsOf returns the proofs of one line, oldest first.
func (s *Store) ProofsOf(ctx context.Context, list ident.ID, line int64) ([]delivery.PaymentSeen, error) {
	rows, err := db.From(ctx).Query(ctx, `SELECT f.name, p.line, r.verdict, p.at, p.lat, p.lon, p.photo, p.signature FROM post_proof p
		JOIN instruction i ON i.list_id = p.list_id AND i.line_no = p.line_no
		JOIN return_line r ON r.file_id = p.file_id AND r.line = p.line
		JOIN return_file f ON f.id = p.file_id
		WHERE p.list_id = $1 AND p.line_no = $2 AND {scope i.area} ORDER BY p.at, f.at, p.line`, list, line)
	var all []delivery.PaymentSeen
	err = db.Each(rows, err, func(rows *sql.Rows) error {
		var p delivery.PaymentSeen
		var at int64
		var photo, signature []byte
		err := rows.Scan(&p.File, &p.FileLine, &p.Verdict, &at, &p.Lat, &p.Lon, &photo, &signature)
		p.At, p.Photo, p.Signature = time.UnixMilli(at).UTC(), hex.EncodeToString(photo), hex.EncodeToString(signature)
		all = append(all, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("deliverydb: reading a line's proofs: %w", err)
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
