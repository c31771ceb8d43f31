package access

import (
	"context"
	"sync"
	"time"
)

// touchPatience is how long a request waits until its session's use is on
// record. Where somebody writes for longer, it goes on, and the record follows.
const touchPatience = 200 * time.Millisecond

// touches are uses of sessions, by digest, that are on their way into the
// store. The zero value is ready.
type touches struct {
	mu      sync.Mutex
	pending map[string]time.Time
}

// begin notes a use, and reports whether it is for the caller to store it.
func (t *touches) begin(digest []byte, at time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, underway := t.pending[string(digest)]
	if t.pending == nil {
		t.pending = map[string]time.Time{}
	}
	t.pending[string(digest)] = at
	return !underway
}

// latest returns when a session was last used, as far as that is on its way;
// the zero time where nothing is.
func (t *touches) latest(digest []byte) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pending[string(digest)]
}

// end reports whether all that was noted is stored; what came meanwhile is not.
func (t *touches) end(digest []byte, stored time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pending[string(digest)].After(stored) {
		return false
	}
	delete(t.pending, string(digest))
	return true
}

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// touch stores that a session is used. It fails nobody's request: what is not
// stored now is at the next.
func (s *Service) touch(ctx context.Context, digest []byte, now time.Time) {
	if !s.touches.begin(digest, now) {
		return
	}
	stored := make(chan struct{})
	go func() {
		defer close(stored)
		for all := false; !all; {
			at := s.touches.latest(digest)
			_ = s.unit.Write(context.WithoutCancel(ctx), func(ctx context.Context) error { return s.store.TouchSession(ctx, digest, at) })
			all = s.touches.end(digest, at)
		}
	}()
	select {
	case <-stored:
	case <-time.After(touchPatience):
	}
}
