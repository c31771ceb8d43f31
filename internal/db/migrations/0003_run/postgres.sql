CREATE TABLE run (
	id uuid PRIMARY KEY,
	kind TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
	dry BIGINT NOT NULL CHECK (dry IN (0, 1)),
	args TEXT NOT NULL,
	actor TEXT NOT NULL,
	progress TEXT NOT NULL,
	result TEXT NOT NULL,
	failure TEXT NOT NULL,
	cancel BIGINT NOT NULL CHECK (cancel IN (0, 1)),
	attempt BIGINT NOT NULL,
	asked_at BIGINT NOT NULL,
	started_at BIGINT NOT NULL,
	beat_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL
);
CREATE INDEX run_asked ON run (asked_at, id);
CREATE INDEX run_state ON run (state, beat_at);
