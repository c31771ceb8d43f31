package registry

import (
	"context"

	"gotong/internal/ident"
	"gotong/internal/run"
)

// ImportRun is the kind of run that checks or imports an upload.
const ImportRun run.Kind = "import"

// RunArgs ask for the check or the import of an upload. A dry run is a check.
type RunArgs struct {
	Upload          ident.ID `json:"upload"`
	OnlyGood        bool     `json:"only_good,omitempty"`
	QueueDuplicates bool     `json:"queue_duplicates,omitempty"`
}

// RunResult is what a run keeps of a check or an import: counts, and where
// the rest is.
type RunResult struct {
	Import    ident.ID `json:"import,omitzero"` // zero when nothing was written
	Upload    ident.ID `json:"upload"`
	Families  int64    `json:"families"`
	Persons   int64    `json:"persons"`
	Added     int64    `json:"added"`
	Changed   int64    `json:"changed"`
	Unchanged int64    `json:"unchanged"`
	Rejected  int64    `json:"rejected"`
	Errors    int64    `json:"errors"`
}

// RunImport does the work of a run of kind ImportRun. It is safe to repeat.
func (s *Service) RunImport(ctx context.Context, args RunArgs, dry bool, p run.Progress) (RunResult, error) {
	r, err := s.ImportUpload(ctx, args.Upload, Options{OnlyGood: args.OnlyGood, QueueDuplicates: args.QueueDuplicates, DryRun: dry}, p)
	if err != nil {
		return RunResult{}, err
	}
	c := r.Counts
	return RunResult{Import: r.ID, Upload: args.Upload, Families: c.Families, Persons: c.Persons, Added: c.New,
		Changed: c.Changed, Unchanged: c.Same, Rejected: c.Held, Errors: c.Errors}, nil
}
