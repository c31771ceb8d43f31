package deliverydb

import (
	"context"
	"fmt"
	"time"

	"gotong/internal/db"
)

// Take takes a key for an actor's request. Whoever asks under the same key at
// the same moment waits here until the first has ended.
func (s *Store) Take(ctx context.Context, actor, key string, body [32]byte, at time.Time) (bool, [32]byte, []byte, error) {
	var was [32]byte
	tx := db.From(ctx)
	result, err := tx.Exec(ctx, `INSERT INTO idempotency (actor, key, body, answer, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (actor, key) DO NOTHING`, actor, key, body[:], []byte{}, at.UnixMilli())
	if err != nil {
		return false, was, nil, fmt.Errorf("deliverydb: taking a key: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return n == 1, was, nil, err
	}
	var kept, answer []byte
	if err := tx.QueryRow(ctx, "SELECT body, answer FROM idempotency WHERE actor = $1 AND key = $2", actor, key).Scan(&kept, &answer); err != nil {
		return false, was, nil, fmt.Errorf("deliverydb: reading a key: %w", err)
	}
	copy(was[:], kept)
	return false, was, answer, nil
}

// Answer keeps the answer to a request.
func (s *Store) Answer(ctx context.Context, actor, key string, answer []byte) error {
	if _, err := db.From(ctx).Exec(ctx, "UPDATE idempotency SET answer = $3 WHERE actor = $1 AND key = $2", actor, key, answer); err != nil {
		return fmt.Errorf("deliverydb: keeping an answer: %w", err)
	}
	return nil
}
