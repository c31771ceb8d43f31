package audit

import (
	"context"
	"fmt"
	"sync"
)

// looks are those of one request that wait to be put on record
// together.
type looks struct {
	mu      sync.Mutex
	entries []Entry
	over    bool
}

type gatheringKey struct{}

// Gather returns a context in which looks, which are what is recorded in a
// Read, wait for settle. It puts them on record in one go, in the order in
// which they came, and returns when they are durable: a page that looks into a
// dozen places waits for the disk once. What changes something is recorded with
// its change, as ever.
//
// Whoever gathers settles before anything that was read leaves, and serves
// nothing when that fails. After settle each look is recorded by itself.
func (s *Service) Gather(ctx context.Context) (gathering context.Context, settle func() error) {
	g := new(looks)
	inside := context.WithValue(ctx, gatheringKey{}, g)
	return inside, func() error {
		entries := g.take()
		if len(entries) == 0 {
			return nil
		}
		// Who closed the page has looked all the same.
		err := s.unit.Read(context.WithoutCancel(ctx), func(ctx context.Context) error { return s.store.Append(ctx, entries) })
		if err != nil {
			return fmt.Errorf("audit: the log cannot be written, so nothing is served: %w", err)
		}
		return nil
	}
}

// take returns what waits, and ends the gathering.
func (g *looks) take() []Entry {
	g.mu.Lock()
	defer g.mu.Unlock()
	entries := g.entries
	g.over, g.entries = true, nil
	return entries
}

// Gathered reports whether looks wait for the one who gathers in ctx; a Store
// keeps those of which it is false itself.
func Gathered(ctx context.Context, entries []Entry) bool {
	g, ok := ctx.Value(gatheringKey{}).(*looks)
	if !ok {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.over {
		return false
	}
	g.entries = append(g.entries, entries...)
	return true
}
