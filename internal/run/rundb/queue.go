package rundb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"gotong/internal/db"
	"gotong/internal/ident"
)

// job is the queue's entry: only the run's id, since the run itself is in
// its own table.
type job struct {
	RunID string `json:"run_id"`
}

// Kind names the job to river.
func (job) Kind() string { return "gotong_run" }

// Queue is river on the database in use.
type Queue struct {
	client *river.Client[*sql.Tx]
}

// NewQueue brings river's own tables up to date and returns a queue whose
// jobs execute works on, once it is started. Up to workers run at a time.
func NewQueue(ctx context.Context, d *db.DB, log *slog.Logger, workers int, execute func(ctx context.Context, id ident.ID) error) (*Queue, error) {
	var driver riverdriver.Driver[*sql.Tx] = riversqlite.New(d.Pool())
	if d.Dialect() == db.Postgres {
		driver = riverdatabasesql.New(d.Pool())
	}
	quiet := slog.New(warnings{log.Handler()})
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return nil, fmt.Errorf("rundb: %w", err)
	}
	// Tables that are there are only looked at: who starts a server waits for
	// nobody who writes.
	there, err := migrator.Validate(ctx)
	if err == nil && !there.OK {
		_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("rundb: the queue's tables: %w", err)
	}
	known := river.NewWorkers()
	river.AddWorker(known, river.WorkFunc(func(ctx context.Context, j *river.Job[job]) error {
		id, err := ident.Parse(j.Args.RunID)
		if err != nil {
			return river.JobCancel(err)
		}
		return execute(ctx, id)
	}))
	client, err := river.NewClient(driver, &river.Config{
		Logger:            quiet,
		JobTimeout:        -1, // a national run takes as long as it takes
		FetchPollInterval: 500 * time.Millisecond,
		PollOnly:          true,
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workers}},
		Workers:           known,
	})
	if err != nil {
		return nil, fmt.Errorf("rundb: %w", err)
	}
	return &Queue{client: client}, nil
}

// Enqueue adds a job in the caller's transaction.
func (q *Queue) Enqueue(ctx context.Context, id ident.ID) error {
	tx, err := db.From(ctx).Raw(ctx)
	if err != nil {
		return err
	}
	if _, err := q.client.InsertTx(ctx, tx, job{RunID: id.String()}, nil); err != nil {
		return fmt.Errorf("rundb: queueing a run: %w", err)
	}
	return nil
}

// Start begins to work on jobs until Stop.
func (q *Queue) Start(ctx context.Context) error { return q.client.Start(ctx) }

// Stop lets work in hand finish until ctx ends, then cancels it: it is taken
// up again at the next start.
func (q *Queue) Stop(ctx context.Context) error {
	err := q.client.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return q.client.StopAndCancel(hard)
	}
	return err
}

// warnings passes on only what an operator must know: river tells its
// routine at the info level.
type warnings struct{ slog.Handler }

// Enabled reports whether level is worth passing on.
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}
