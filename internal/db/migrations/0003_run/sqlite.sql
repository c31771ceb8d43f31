CREATE TABLE run (
	id BLOB PRIMARY KEY,
	kind TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
	dry INTEGER NOT NULL CHECK (dry IN (0, 1)),
	args TEXT NOT NULL,
	actor TEXT NOT NULL,
	progress TEXT NOT NULL,
	result TEXT NOT NULL,
	failure TEXT NOT NULL,
	cancel INTEGER NOT NULL CHECK (cancel IN (0, 1)),
	attempt INTEGER NOT NULL,
	asked_at INTEGER NOT NULL,
	started_at INTEGER NOT NULL,
	beat_at INTEGER NOT NULL,
	ended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX run_asked ON run (asked_at, id);
CREATE INDEX run_state ON run (state, beat_at);
