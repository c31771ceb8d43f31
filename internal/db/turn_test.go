package db_test

import (
	"context"
	"testing"
	"time"

	"gotong/internal/db"
	"gotong/internal/db/dbtest"
	"gotong/internal/fault"
)

// TestWhoOpensWaitsForNoWriter opens an installation, as another program, while
// somebody writes in it and does not end: it can be looked at.
func TestWhoOpensWaitsForNoWriter(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	makeDeeds(t, d)
	release := holdWriter(t, d)
	defer release()
	if done := deedsDone(t, open(t, dir)); len(done) != 0 {
		t.Errorf("it sees %v", done)
	}
}

// TestTurnsEnd has somebody wait behind a writer that takes long: they are
// told so, others can look meanwhile, and a run waits until it may write.
func TestTurnsEnd(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx := context.Background()
	writing, ended := make(chan struct{}), make(chan struct{})
	held := make(chan error, 1)
	go func() {
		held <- d.Write(ctx, func(context.Context) error {
			close(writing)
			<-ended
			return nil
		})
	}()
	<-writing
	hurried := db.WithPatience(ctx, time.Millisecond)
	err := d.Write(hurried, func(context.Context) error {
		t.Error("two write at once")
		return nil
	})
	if !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("whoever waits for a writer is told %v", err)
	}
	if err := d.Read(hurried, func(context.Context) error { return nil }); err != nil {
		t.Errorf("a look waits for a writer: %v", err)
	}
	gone, leave := context.WithCancel(hurried)
	leave()
	if err := d.Write(gone, nil); fault.Is(err, fault.KindUnavailable) || err == nil {
		t.Errorf("whoever has gone is told %v", err)
	}
	patient := make(chan error, 1)
	go func() { patient <- d.Write(ctx, func(context.Context) error { return nil }) }()
	close(ended)
	if err := <-held; err != nil {
		t.Error(err)
	}
	if err := <-patient; err != nil {
		t.Errorf("a run that waits: %v", err)
	}
}
