package registry

import (
	"context"

	"gotong/internal/access"
	"gotong/internal/run"
)

// Validate reads both files and checks them against each other: all of an
// import that needs no register.
func (s *Service) Validate(ctx context.Context, files Files) (*Report, error) {
	actor, err := access.Require(ctx, access.Import)
	if err != nil {
		return nil, err
	}
	in, err := s.readIn(ctx, &job{actor, files, Options{DryRun: true}, run.Silent{}, false})
	if err != nil {
		return nil, err
	}
	defer in.close()
	return &Report{Counts: in.found.counts, Problems: in.found.problems}, nil
}
