package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Note is something that a reader leaves behind, such as that it looked.
type Note struct {
	No    int64 // from 1 on, without a gap; 0 in PostgreSQL, where notes do not wait
	Bytes []byte
}

// Fold writes notes where they belong, in the transaction of its context.
type Fold func(ctx context.Context, notes []Note) error

// aside takes the notes of readers, who cannot write and do not wait for
// whoever does. Notes that come at once are kept by one sync of the disk, or
// one transaction. With the embedded engine they go into a file of their own,
// which only they are written to, and into the database when its writer has
// time; with PostgreSQL, where writers do not wait for each other, they go
// there at once. See docs/adr/0033.
type aside struct {
	d *DB

	joining sync.Mutex
	next    *notes     // whoever comes now joins these
	keeping sync.Mutex // one keeps at a time, while the next gather

	file *noteFile    // SQLite
	last atomic.Int64 // number that was kept
	done atomic.Int64 // number up to which all is folded

	stop   context.CancelFunc // ends the folding
	life   context.Context
	ring   chan Fold
	folded sync.WaitGroup
}

// notes are kept together.
type notes struct {
	bytes [][]byte
	done  chan struct{}
	err   error
}

// foldEvery is how long notes gather before the writer is asked to put them
// where they belong, and foldAgain how long after a failure it is asked again.
const (
	foldEvery = 100 * time.Millisecond
	foldAgain = time.Second
)

func newAside(d *DB, dir string) *aside {
	a := &aside{d: d, next: &notes{done: make(chan struct{})}, ring: make(chan Fold, 1)}
	a.life, a.stop = context.WithCancel(context.Background())
	if d.dialect == SQLite {
		a.file = &noteFile{dir: dir}
	}
	return a
}

// Writable reports whether the transaction may change the database: it is of
// a Write. In a Read, what must be kept goes aside.
func (tx *Tx) Writable() bool { return tx.writable }

// Aside keeps notes before it returns, though the transaction is of a Read;
// they stay when the Read fails later. fold puts them where they belong; it is
// called soon, with these or with more, or, with PostgreSQL, before Aside
// returns. floor tells up to which number notes have been folded.
func (tx *Tx) Aside(ctx context.Context, bytes [][]byte, floor func(context.Context) (int64, error), fold Fold) error {
	a := tx.db.aside
	if a.file != nil && a.last.Load() == 0 {
		n, err := floor(ctx)
		if err != nil {
			return err
		}
		if err := a.open(ctx, n); err != nil {
			return disk(fmt.Errorf("db: keeping notes: %w", err))
		}
	}
	// What was gathered is kept whole, whoever of those who brought it leaves.
	if err := a.keep(context.WithoutCancel(ctx), bytes, fold); err != nil {
		return disk(fmt.Errorf("db: keeping notes: %w", err))
	}
	return nil
}

// keep joins the notes that are gathering; the first to come keeps them.
func (a *aside) keep(ctx context.Context, bytes [][]byte, fold Fold) error {
	a.joining.Lock()
	group := a.next
	first := len(group.bytes) == 0
	group.bytes = append(group.bytes, bytes...)
	a.joining.Unlock()
	if !first {
		<-group.done
		return group.err
	}
	a.keeping.Lock()
	defer a.keeping.Unlock()
	a.joining.Lock()
	a.next = &notes{done: make(chan struct{})}
	a.joining.Unlock()
	defer close(group.done)
	group.err = errors.New("db: the keeper of notes fell") // unless it returns
	group.err = a.write(ctx, group.bytes, fold)
	return group.err
}

func (a *aside) write(ctx context.Context, bytes [][]byte, fold Fold) error {
	if a.file == nil {
		list := make([]Note, len(bytes))
		for i, b := range bytes {
			list[i].Bytes = b
		}
		return a.d.run(ctx, a.d.notes, &sql.TxOptions{}, func(ctx context.Context) error { return fold(ctx, list) })
	}
	last, err := a.file.add(ctx, a.last.Load(), bytes)
	if err != nil {
		return err
	}
	a.last.Store(last)
	select {
	case a.ring <- fold:
	default: // the folding is awake already
	}
	return nil
}

// open opens the file for writing and begins to fold.
func (a *aside) open(ctx context.Context, floor int64) error {
	a.keeping.Lock()
	defer a.keeping.Unlock()
	if a.last.Load() > 0 {
		return nil
	}
	last, err := a.file.open(ctx)
	if err != nil {
		return err
	}
	a.done.Store(floor)
	a.last.Store(max(last, floor))
	a.folded.Go(a.foldForever)
	return nil
}

// foldForever folds what was kept aside whenever there is some.
func (a *aside) foldForever() {
	for {
		select {
		case <-a.life.Done():
			select {
			case fold := <-a.ring:
				a.foldLast(fold)
			default:
			}
			return
		case fold := <-a.ring:
			a.pause(foldEvery)
			for a.life.Err() == nil && a.last.Load() > a.done.Load() {
				if err := a.fold(a.life, fold); err != nil {
					a.pause(foldAgain)
				}
			}
			if a.last.Load() > a.done.Load() {
				a.foldLast(fold)
			}
		}
	}
}

func (a *aside) fold(ctx context.Context, fold Fold) error {
	return a.d.Write(ctx, func(ctx context.Context) error { return fold(ctx, nil) })
}

// foldLast folds at the end, if the writer is free: what is left is folded by
// whoever opens the database next.
func (a *aside) foldLast(fold Fold) {
	ctx, cancel := context.WithTimeout(context.Background(), foldAgain)
	defer cancel()
	for a.last.Load() > a.done.Load() && a.fold(ctx, fold) == nil {
	}
}

func (a *aside) pause(long time.Duration) {
	select {
	case <-a.life.Done():
	case <-time.After(long):
	}
}

// Pending returns up to limit notes with numbers above n, in their order.
func (tx *Tx) Pending(ctx context.Context, n int64, limit int) ([]Note, error) {
	a := tx.db.aside
	if a.file == nil {
		return nil, nil
	}
	found, err := a.file.after(ctx, n, limit)
	if err != nil {
		return nil, disk(fmt.Errorf("db: reading notes: %w", err))
	}
	return found, nil
}

// Waits reports whether this process knows of notes above n.
func (tx *Tx) Waits(n int64) bool { return tx.db.aside.last.Load() > n }

// Folded takes notes up to n away once the transaction is committed. They are
// kept for a while longer, for those who read the database as it was before.
func (tx *Tx) Folded(n int64) {
	a := tx.db.aside
	tx.AfterCommit(func() {
		a.done.Store(max(n, a.done.Load()))
		a.file.drop(context.Background(), n)
	})
}

func (a *aside) close() error {
	a.stop()
	a.folded.Wait()
	if a.file == nil {
		return nil
	}
	return a.file.close()
}
