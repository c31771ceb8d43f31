package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"gotong/internal/access"
	"gotong/internal/fault"
)

// Once does work that a program asks for under a key of its own choosing, in
// one transaction with the key, what was asked and the answer. The same key
// with the same request returns the first answer and does nothing; with
// another request it is fault.Conflict. Work that failed left no key behind.
func Once[T any](ctx context.Context, s *Service, key string, request any, work func(ctx context.Context) (T, error)) (T, error) {
	var answer T
	actor, ok := access.From(ctx)
	const longest = 200
	switch {
	case !ok:
		return answer, fault.Forbidden("core.error.forbidden")
	case key == "" || len(key) > longest:
		return answer, fault.Invalid("delivery.idempotency_key")
	}
	asked, err := json.Marshal(request)
	if err != nil {
		return answer, fmt.Errorf("delivery: request under a key: %w", err)
	}
	body := sha256.Sum256(asked)
	err = s.Unit.Write(ctx, func(ctx context.Context) error {
		taken, was, stands, err := s.Store.Take(ctx, actor.Login, key, body, s.now())
		switch {
		case err != nil:
			return err
		case !taken && was != body:
			return fault.Conflict("delivery.idempotency_reused")
		case !taken:
			return json.Unmarshal(stands, &answer)
		}
		if answer, err = work(ctx); err != nil {
			return err
		}
		kept, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		return s.Store.Answer(ctx, actor.Login, key, kept)
	})
	return answer, err
}
