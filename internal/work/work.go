// Package work is how those who know no database do several things as one: a
// unit of work. The transaction travels in the context (docs/adr/0003), so
// that slices which know nothing of each other write in one.
package work

import "context"

// Unit runs transactions. *db.DB is one.
type Unit interface {
	// Write runs fn in one transaction: all that fn writes is kept when it
	// returns nil, and nothing otherwise. Inside another Write it joins that one.
	Write(ctx context.Context, fn func(ctx context.Context) error) error
	// Read runs fn on one view, in which nothing changes meanwhile. Inside a
	// Write or another Read it joins that one.
	Read(ctx context.Context, fn func(ctx context.Context) error) error
}

// Read returns what one function reads on a view.
func Read[T any](ctx context.Context, u Unit, read func(ctx context.Context) (T, error)) (T, error) {
	return give(ctx, u.Read, read)
}

// Write returns what one function gives in a transaction. What it gives with
// an error was not kept.
func Write[T any](ctx context.Context, u Unit, write func(ctx context.Context) (T, error)) (T, error) {
	return give(ctx, u.Write, write)
}

func give[T any](ctx context.Context, in func(context.Context, func(context.Context) error) error, do func(context.Context) (T, error)) (T, error) {
	var given T
	err := in(ctx, func(ctx context.Context) error {
		var err error
		given, err = do(ctx)
		return err
	})
	return given, err
}
