package audit

import (
	"context"
	"time"

	"gotong/internal/access"
	"gotong/internal/work"
)

// Many is how often one member of staff did one thing to many at once, such
// as reading a list, in an area or in one around it.
type Many struct {
	Actor   string
	Action  string
	Area    string
	Times   int64
	Last    time.Time
	Roles   []access.Role
	Purpose access.Purpose
	Fields  []string // of the last time
}

// Around returns what was done to many at once in the areas that hold area,
// for whoever asks who saw their data.
func (s *Service) Around(ctx context.Context, area string) ([]Many, error) {
	return work.Read(ctx, s.unit, func(ctx context.Context) ([]Many, error) { return s.store.Around(ctx, area) })
}
