CREATE TABLE disposal (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	class TEXT NOT NULL CHECK (class IN ('family', 'person', 'request', 'letter', 'picture')),
	area TEXT NOT NULL,
	as_of TEXT NOT NULL,
	rule_from TEXT NOT NULL,
	years INTEGER NOT NULL CHECK (years > 0),
	status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'rejected', 'done')),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at INTEGER,
	note TEXT NOT NULL,
	done_at INTEGER,
	CHECK ((status = 'waiting') = (decided_at IS NULL)),
	CHECK (decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX disposal_area ON disposal (area, proposed_at);

CREATE TABLE disposal_item (
	disposal_id BLOB NOT NULL REFERENCES disposal (id),
	no INTEGER NOT NULL,
	class TEXT NOT NULL,
	subject BLOB NOT NULL,
	family_id BLOB NOT NULL,
	area TEXT NOT NULL,
	since TEXT NOT NULL,
	until TEXT NOT NULL,
	fate TEXT NOT NULL CHECK (fate IN ('due', 'held', 'destroyed')),
	reason TEXT NOT NULL,
	PRIMARY KEY (disposal_id, no),
	CHECK ((fate = 'held') = (reason <> ''))
) STRICT, WITHOUT ROWID;

CREATE INDEX disposal_item_class ON disposal_item (class, area, subject);

CREATE TABLE retention_hold (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	basis TEXT NOT NULL,
	why BLOB NOT NULL,
	by_login TEXT NOT NULL,
	at INTEGER NOT NULL,
	ended_by TEXT NOT NULL,
	ended_at INTEGER,
	CHECK ((ended_at IS NULL) = (ended_by = ''))
) STRICT, WITHOUT ROWID;

CREATE INDEX retention_hold_family ON retention_hold (family_id);
