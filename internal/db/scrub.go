package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gotong/internal/fault"
	"gotong/internal/intact"
)

// Scrub leaves nothing on disk of what was removed or written over. SQLite
// overwrites it as it goes (secure_delete), and only the write-ahead log still
// holds earlier pages; it is emptied. PostgreSQL keeps old rows until they are
// vacuumed, and in its log for as long as that is kept.
//
// Neither can be done to what somebody still reads, such as a copy under way:
// then the scrubbing stays owed, and Scrub is called again later. What was owed
// before is done with it.
func (d *DB) Scrub(ctx context.Context) error {
	debts, err := d.debts()
	if err != nil {
		return err
	}
	read, err := d.scrub(ctx)
	if err != nil {
		return fmt.Errorf("db: scrubbing: %w", err)
	}
	if read {
		if len(debts) == 0 {
			return d.OweScrub()
		}
		return nil
	}
	for _, debt := range debts {
		if err := os.Remove(debt); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("db: scrubbing: %w", err)
		}
	}
	return nil
}

// debtFile begins the names of the files that say that scrubbing is owed.
const debtFile = engineFile + "-scrub-"

// OweScrub notes on the disk that Scrub is owed. Called in the transaction that
// writes over what must leave no trace, it outlives the process that dies
// between that and Scrub; and nobody else's Scrub, which waits for those who
// write, takes the note for done before.
func (d *DB) OweScrub() error {
	if d.dir == "" { // a database without a data folder, as tools open one
		return nil
	}
	f, err := os.CreateTemp(d.dir, debtFile)
	if err != nil {
		return fault.Disk(fmt.Errorf("db: noting what is to be scrubbed: %w", err))
	}
	return errors.Join(f.Close(), intact.SyncFolder(d.dir))
}

// ScrubOwed returns since when scrubbing is owed; the zero time when nothing is.
func (d *DB) ScrubOwed() (since time.Time, err error) {
	debts, err := d.debts()
	if err != nil {
		return since, err
	}
	for _, debt := range debts {
		info, err := os.Stat(debt)
		if errors.Is(err, fs.ErrNotExist) { // done this moment
			continue
		}
		if err != nil {
			return since, err
		}
		if at := info.ModTime().UTC(); since.IsZero() || at.Before(since) {
			since = at
		}
	}
	return since, nil
}

func (d *DB) debts() ([]string, error) {
	if d.dir == "" {
		return nil, nil
	}
	found, err := os.ReadDir(d.dir)
	if err != nil {
		return nil, fmt.Errorf("db: what is to be scrubbed: %w", err)
	}
	var all []string
	for _, e := range found {
		if ok, _ := filepath.Match(debtFile+"*", e.Name()); ok {
			all = append(all, filepath.Join(d.dir, e.Name()))
		}
	}
	return all, nil
}

// scrubPatience is how long scrubbing waits for those who read. Whoever writes
// waits as long.
const scrubPatience = time.Second

// scrub reports whether somebody still reads what was to go.
func (d *DB) scrub(ctx context.Context) (read bool, err error) {
	if d.dialect == Postgres {
		return d.vacuum(ctx)
	}
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", scrubPatience.Milliseconds())); err != nil {
		return false, err
	}
	var busy, log, moved int
	err = conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
	_, after := conn.ExecContext(context.WithoutCancel(ctx), fmt.Sprintf("PRAGMA busy_timeout = %d", busyTimeout.Milliseconds()))
	return busy != 0, errors.Join(err, after)
}

// vacuum reports whether a view was open that began before it: PostgreSQL then
// keeps the rows that it sees, and does not say so.
func (d *DB) vacuum(ctx context.Context) (read bool, err error) {
	var now time.Time // by the server's clock, as is when views began
	if err := d.write.QueryRowContext(ctx, "SELECT clock_timestamp()").Scan(&now); err != nil {
		return false, err
	}
	for began := time.Now(); ; {
		err := d.write.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
			AND backend_type = 'client backend' AND backend_xmin IS NOT NULL AND xact_start <= $1)`, now).Scan(&read)
		if err != nil {
			return false, err
		}
		if !read || time.Since(began) > scrubPatience {
			break
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(scrubPatience / 50):
		}
	}
	_, err = d.write.ExecContext(ctx, "VACUUM")
	return read, err
}
