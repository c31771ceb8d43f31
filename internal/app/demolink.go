package app

import "context"

// link finds the people who were registered twice, holds what was found
// against what was planted, and has an officer confirm those that are beyond
// doubt.
func (d *demo) link(ctx context.Context) error { return ctx.Err() }
