package work_test

import (
	"context"
	"errors"
	"testing"

	"gotong/internal/work"
)

// inside is the mark of a transaction in a context.
type inside struct{}

// table is a unit of one number, which a transaction that fails leaves as it was.
type table struct{ kept, written int }

func (t *table) Write(ctx context.Context, fn func(ctx context.Context) error) error {
	t.written = t.kept
	err := fn(context.WithValue(ctx, inside{}, "write"))
	if err == nil {
		t.kept = t.written
	}
	return err
}

func (t *table) Read(ctx context.Context, fn func(ctx context.Context) error) error {
	return fn(context.WithValue(ctx, inside{}, "read"))
}

// TestWhatIsGiven holds Read and Write to giving what was read or made within
// the transaction, with its error.
func TestWhatIsGiven(t *testing.T) {
	u := &table{kept: 1}
	got, err := work.Write(t.Context(), u, func(ctx context.Context) (int, error) {
		u.written++
		if ctx.Value(inside{}) != "write" {
			t.Error("not in the transaction")
		}
		return u.written, nil
	})
	if got != 2 || err != nil || u.kept != 2 {
		t.Errorf("wrote %d, %v, and kept %d", got, err, u.kept)
	}
	full := errors.New("full")
	if _, err := work.Write(t.Context(), u, func(context.Context) (int, error) { u.written++; return u.written, full }); !errors.Is(err, full) || u.kept != 2 {
		t.Errorf("failed with %v, and kept %d", err, u.kept)
	}
	got, err = work.Read(t.Context(), u, func(ctx context.Context) (int, error) {
		if ctx.Value(inside{}) != "read" {
			t.Error("not on the view")
		}
		return u.kept, full
	})
	if got != 2 || !errors.Is(err, full) {
		t.Errorf("read %d, %v", got, err)
	}
}
