CREATE TABLE right_request (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('access', 'correction', 'suspension', 'withdrawal', 'erasure')),
	came TEXT NOT NULL CHECK (came IN ('office', 'public')),
	taken_by TEXT NOT NULL,
	at INTEGER NOT NULL,
	due INTEGER NOT NULL CHECK (due > at),
	text BLOB NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'granted', 'refused', 'ended')),
	decided_by TEXT NOT NULL,
	decided_at INTEGER,
	answer BLOB,
	CHECK ((status = 'open') = (decided_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX right_request_area ON right_request (area, due);
CREATE INDEX right_request_family ON right_request (family_id);

CREATE TABLE right_knock (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	at INTEGER NOT NULL,
	sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE suspension (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	since INTEGER NOT NULL,
	begun_by TEXT NOT NULL,
	ended_at INTEGER,
	ended_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX suspension_family ON suspension (family_id) WHERE ended_at IS NULL;
