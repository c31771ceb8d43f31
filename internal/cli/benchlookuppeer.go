package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gotong/internal/app"
	"gotong/internal/db"
	"gotong/internal/nik"
	"gotong/internal/registry"
)

// peerRows is how many rows of the peer go in by one statement.
const peerRows = 20_000

// peer is what PostgreSQL answers alone, and while rows go in.
type peer struct{ alone, busy lookups }

// beside looks the same keys up in PostgreSQL for as long: a table of key and
// family with as many rows, one statement each, prepared.
func (b lookupBench) beside(ctx context.Context, a *app.App, numbers []nik.Number, alone, busy time.Duration) (l peer, err error) {
	d, err := db.Open(ctx, db.Config{URL: b.peer})
	if err != nil {
		return l, err
	}
	defer d.Close()
	pool := d.Pool()
	pool.SetMaxOpenConns(lookupReaders + 1) // a connection each, and one for what goes in
	pool.SetMaxIdleConns(lookupReaders + 1)
	const table = "bench_lookup"
	if _, err := pool.ExecContext(ctx, "CREATE TABLE "+table+" (nik_blind bytea PRIMARY KEY, family_id uuid NOT NULL)"); err != nil {
		return l, err
	}
	defer func() {
		if _, dropped := pool.ExecContext(context.WithoutCancel(ctx), "DROP TABLE "+table); err == nil {
			err = dropped
		}
	}()
	blinds := make([][]byte, len(numbers))
	for i, n := range numbers {
		blinds[i] = a.Keys.Blind(string(registry.KindNIK), string(n))
	}
	insert := func(ctx context.Context, keys [][]byte) error {
		_, err := pool.ExecContext(ctx, "INSERT INTO "+table+" SELECT k, gen_random_uuid() FROM unnest($1::bytea[]) AS k ON CONFLICT DO NOTHING", keys)
		return err
	}
	next := 0
	others := func(n int) [][]byte { // keys of those who are not looked up
		keys := make([][]byte, n)
		for i := range keys {
			keys[i] = a.Keys.Blind(string(registry.KindNIK), fmt.Sprintf("other %d", next))
			next++
		}
		return keys
	}
	if err := insert(ctx, blinds); err != nil {
		return l, err
	}
	for have := len(blinds); have < b.persons; have += peerRows {
		if err := insert(ctx, others(min(peerRows, b.persons-have))); err != nil {
			return l, err
		}
	}
	if _, err := pool.ExecContext(ctx, "VACUUM ANALYZE "+table); err != nil {
		return l, err
	}
	look, err := pool.PrepareContext(ctx, "SELECT family_id::text FROM "+table+" WHERE nik_blind = $1")
	if err != nil {
		return l, err
	}
	defer look.Close()
	find := func(i int) error {
		n := numbers[i%len(numbers)] // the key is made anew, as on this side
		var family string
		return look.QueryRowContext(ctx, a.Keys.Blind(string(registry.KindNIK), string(n))).Scan(&family)
	}
	if err := warm(len(numbers), find); err != nil {
		return l, err
	}
	reading, stop := context.WithTimeout(ctx, alone)
	l.alone, err = race(reading, lookupReaders, find)
	stop()
	if err != nil {
		return l, err
	}
	reading, stop = context.WithTimeout(ctx, busy)
	defer stop()
	writing := make(chan error, 1)
	go func() {
		var err error
		for err == nil && reading.Err() == nil {
			err = insert(ctx, others(peerRows/10))
		}
		writing <- err
	}()
	l.busy, err = race(reading, lookupReaders, find)
	stop()
	return l, errors.Join(err, <-writing)
}
