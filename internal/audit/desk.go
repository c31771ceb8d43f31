package audit

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/fault"
	"gotong/internal/work"
)

// Desk carries out what the people of one subject do: each act stands on
// record in the transaction that it changes something in, or nothing happens.
type Desk struct {
	Unit work.Unit
	Log  interface {
		Append(ctx context.Context, acts ...Act) error
	}
	Sees    access.Permission // who may look
	Refusal func(error) bool  // whether an error is a broken rule of the database
	Refused string            // key of the conflict that such an error is to people
}

// Write carries out a change and records it, all or nothing; an act without a
// name changed nothing, and is not recorded. What the database refuses is
// fault.Conflict: somebody was first, or there is too little.
func (d Desk) Write(ctx context.Context, fn func(ctx context.Context) (Act, error)) error {
	err := d.Unit.Write(ctx, func(ctx context.Context) error {
		a, err := fn(ctx)
		if err != nil || a.Action == "" {
			return err
		}
		return d.Log.Append(ctx, a)
	})
	if err != nil && fault.KindOf(err) == fault.KindInternal && d.Refusal(err) {
		return fault.Conflict(d.Refused).Because(err)
	}
	return err
}

// Read reads without personal data.
func (d Desk) Read(ctx context.Context, fn func(ctx context.Context) error) error {
	if _, err := access.Require(ctx, d.Sees); err != nil {
		return err
	}
	return d.Unit.Read(ctx, fn)
}

// Look reads personal data: what was looked at is on record before it is
// handed out.
func (d Desk) Look(ctx context.Context, fn func(ctx context.Context) (Act, error)) error {
	if _, err := access.Require(ctx, d.Sees); err != nil {
		return err
	}
	return d.Unit.Read(ctx, func(ctx context.Context) error {
		a, err := fn(ctx)
		if err != nil {
			return err
		}
		return d.Log.Append(ctx, a)
	})
}
