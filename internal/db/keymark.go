package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gotong/internal/fault"
)

// KeyMark returns the mark of the keys that the database's data are sealed
// under, "" where none has been bound yet.
func (d *DB) KeyMark(ctx context.Context) (string, error) {
	var mark string
	err := d.Read(ctx, func(ctx context.Context) error {
		err := From(ctx).QueryRow(ctx, `SELECT keys FROM installation WHERE one = 1`).Scan(&mark)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("db: key mark: %w", err)
	}
	return mark, nil
}

// BindKeys binds the database to the keys with this mark. It returns
// fault.Forbidden when it is bound to others.
func (d *DB) BindKeys(ctx context.Context, mark string) error {
	bound, err := d.KeyMark(ctx)
	if err != nil {
		return err
	}
	if bound == "" {
		err := d.Write(ctx, func(ctx context.Context) error {
			_, err := From(ctx).Exec(ctx, `INSERT INTO installation (one, keys) VALUES (1, $1) ON CONFLICT (one) DO NOTHING`, mark)
			return err
		})
		if err != nil {
			return fmt.Errorf("db: key mark: %w", err)
		}
		// Another program may have been first, with other keys.
		if bound, err = d.KeyMark(ctx); err != nil {
			return err
		}
	}
	if bound != mark {
		return fault.Forbidden("db.other_keys")
	}
	return nil
}
