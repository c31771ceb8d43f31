package db

import (
	"context"
	"fmt"
)

// Scrub leaves nothing on disk of what was removed or written over. SQLite
// overwrites it as it goes (secure_delete), and only the write-ahead log still
// holds earlier pages; it is emptied. PostgreSQL keeps old rows until they are
// vacuumed, and in its log for as long as that is kept.
func (d *DB) Scrub(ctx context.Context) error {
	if d.dialect == Postgres {
		if _, err := d.write.ExecContext(ctx, "VACUUM"); err != nil {
			return fmt.Errorf("db: scrubbing: %w", err)
		}
		return nil
	}
	var busy, log, moved int
	if err := d.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved); err != nil {
		return fmt.Errorf("db: scrubbing: %w", err)
	}
	if busy != 0 {
		return fmt.Errorf("db: scrubbing: a reader keeps the log of writes open")
	}
	return nil
}
