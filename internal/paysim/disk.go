package paysim

import (
	"context"
	"errors"

	"gotong/internal/audit"
	"gotong/internal/delivery"
	"gotong/internal/work"
)

// errDisk is what every write says that a failing disk refuses.
var errDisk = errors.New("no space left on device")

// crash is what a step panics with when the process dies in it.
type crash struct{ at string }

// accident is what is to happen within one step: at the so many-th write the
// disk fails, at the so many-th point the process dies or somebody else acts.
// 0 is never.
type accident struct {
	disk, die, race int
	failed          bool
}

// down counts one of them down, and reports whether it is due.
func down(n *int) bool {
	if *n == 0 {
		return false
	}
	*n--
	return *n == 0
}

// unit runs transactions on a database whose disk may fail: when a
// transaction begins, when it commits, or so late that it is committed
// although it says otherwise. The process may die before it or after it.
type unit struct {
	work.Unit
	e     *episode
	depth int // of transactions, so that nobody else acts within one
}

func (u *unit) Write(ctx context.Context, fn func(ctx context.Context) error) error {
	if u.depth > 0 {
		return u.Unit.Write(ctx, fn)
	}
	u.e.at("write.begin")
	u.depth++
	defer func() { u.depth = 0 }()
	lost := u.e.chance.IntN(2) == 0
	full := u.e.full()
	if full && lost && u.e.chance.IntN(2) == 0 {
		return errDisk
	}
	err := u.Unit.Write(ctx, func(ctx context.Context) error {
		if err := fn(ctx); err != nil {
			return err
		}
		if full && lost {
			return errDisk
		}
		return nil
	})
	u.depth = 0
	if err != nil {
		return err
	}
	u.e.at("write.committed")
	if full {
		return errDisk
	}
	return nil
}

func (u *unit) Read(ctx context.Context, fn func(ctx context.Context) error) error {
	u.depth++
	defer func() { u.depth-- }()
	return u.Unit.Read(ctx, fn)
}

// outbox is a folder on the same disk.
type outbox struct {
	delivery.Outbox
	e *episode
}

func (o outbox) Put(name string, b []byte, at delivery.Failpoint) error {
	if o.e.full() {
		if o.e.chance.IntN(2) == 0 {
			return errDisk
		}
		// It is there whole, and says otherwise: the folder could not be synced.
		return errors.Join(o.Outbox.Put(name, b, at), errDisk)
	}
	return o.Outbox.Put(name, b, at)
}

func (o outbox) Read(name string) ([]byte, error) {
	if o.e.full() {
		return nil, errDisk
	}
	return o.Outbox.Read(name)
}

// diary is an audit log on the same disk.
type diary struct {
	delivery.Log
	e *episode
}

func (d diary) Append(ctx context.Context, acts ...audit.Act) error {
	if d.e.full() {
		return errDisk
	}
	d.e.appended += int64(len(acts))
	return d.Log.Append(ctx, acts...)
}

// full reports whether this write is the one that the disk refuses.
func (e *episode) full() bool {
	if down(&e.accident.disk) {
		e.accident.failed = true
		e.result.Disk++
		return true
	}
	return false
}

// at is called between any two steps of the program. There the process dies,
// or somebody else acts before it goes on.
func (e *episode) at(step string) {
	if e.quiet {
		return
	}
	if down(&e.accident.die) {
		panic(crash{step})
	}
	if e.unit != nil && e.unit.depth == 0 && e.nested == 0 && down(&e.accident.race) {
		e.nested++
		defer func() { e.nested-- }()
		e.note("meanwhile at %s", step)
		e.meanwhile()
	}
}
