package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
)

// server is a server's database as two programs see it.
type server struct {
	t        *testing.T
	d, other *db.DB
}

func twoPrograms(t *testing.T) server {
	t.Helper()
	url := dbtest.PostgresURL(t)
	s := server{t: t}
	for _, d := range []**db.DB{&s.d, &s.other} {
		var err error
		if *d, err = db.Open(context.Background(), db.Config{URL: url, Dir: t.TempDir()}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = (*d).Close() })
	}
	makeDeeds(t, s.d)
	return s
}

// cut ends all connections of the first program, as a server that is stopped
// does, and returns when they have ended.
func (s server) cut() {
	s.t.Helper()
	const all = " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
	err := s.other.Write(context.Background(), func(ctx context.Context) error {
		_, err := db.All(ctx, "ending", "SELECT pg_terminate_backend(pid)"+all, func(scan db.Scanner, done *bool) error { return scan(done) })
		return err
	})
	if err != nil {
		s.t.Error(err)
	}
	dbtest.Until(s.t, "all connections have ended", func() bool {
		n := -1
		err := s.other.Write(context.Background(), func(ctx context.Context) error {
			return db.From(ctx).QueryRow(ctx, "SELECT count(*)"+all).Scan(&n)
		})
		return err == nil && n == 0
	})
}

// TestAServerThatWasStartedAnew has all connections that wait in the pool be
// dead: whoever acts next is answered all the same.
func TestAServerThatWasStartedAnew(t *testing.T) {
	s := twoPrograms(t)
	most := s.d.Pool().Stats().MaxOpenConnections
	act := func(ctx context.Context, at int, then func()) {
		var all sync.WaitGroup
		for i := range most {
			all.Go(func() {
				err := s.d.Write(ctx, func(ctx context.Context) error {
					then()
					return deed(ctx, nil, at+i, "does")
				})
				if err != nil {
					t.Errorf("deed %d is answered %v", at+i, err)
				}
			})
		}
		all.Wait()
	}
	var here sync.WaitGroup
	here.Add(most)
	act(context.Background(), 0, func() { here.Done(); here.Wait() }) // so many connections at once
	s.cut()
	act(hurried(), most, func() {})
	if done := len(deedsDone(t, s.d)); done != 2*most {
		t.Errorf("%d of %d are on record", done, 2*most)
	}
}

// TestAServerThatGoesAway leaves somebody alone in the middle of an act, and
// another at its end: neither is told of a fault of their own, and the second
// to look first.
func TestAServerThatGoesAway(t *testing.T) {
	s := twoPrograms(t)
	for key, act := range map[string]func(ctx context.Context) error{
		"core.error.unavailable": func(ctx context.Context) error {
			if err := db.Exec(ctx, "deed", "INSERT INTO deed (no) VALUES (1)"); err != nil {
				return err
			}
			s.cut()
			return deed(ctx, nil, 2, "does")
		},
		"db.unsure": func(ctx context.Context) error {
			err := deed(ctx, nil, 3, "does")
			s.cut()
			return err
		},
	} {
		err := s.d.Write(hurried(), act)
		var told *fault.Error
		if !errors.As(err, &told) || told.Kind != fault.KindUnavailable || told.Key != key {
			t.Errorf("%s is answered %v", key, err)
		}
	}
	if done := deedsDone(t, s.d); len(done) != 0 {
		t.Errorf("on record: %v", done)
	}
}

// TestServersThatStartAtOnce opens a database that is empty many times at the
// same moment.
func TestServersThatStartAtOnce(t *testing.T) {
	url := dbtest.EmptyURL(t)
	const servers = 2
	if n := dbtest.Race(t, servers, func(int) error {
		d, err := db.Open(context.Background(), db.Config{URL: url})
		if err != nil {
			return err
		}
		return d.Close()
	}); n != servers {
		t.Errorf("%d of %d servers started", n, servers)
	}
}
