CREATE TABLE disposal (
	id UUID PRIMARY KEY,
	class TEXT NOT NULL CHECK (class IN ('family', 'person', 'request', 'letter', 'picture')),
	area TEXT COLLATE "C" NOT NULL,
	as_of TEXT NOT NULL,
	rule_from TEXT NOT NULL,
	years INTEGER NOT NULL CHECK (years > 0),
	status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'rejected', 'done')),
	proposed_by TEXT NOT NULL,
	proposed_at BIGINT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at BIGINT,
	note TEXT NOT NULL,
	done_at BIGINT,
	CHECK ((status = 'waiting') = (decided_at IS NULL)),
	CHECK (decided_by <> proposed_by)
);

CREATE INDEX disposal_area ON disposal (area, proposed_at);

CREATE TABLE disposal_item (
	disposal_id UUID NOT NULL REFERENCES disposal (id),
	no INTEGER NOT NULL,
	class TEXT NOT NULL,
	subject UUID NOT NULL,
	family_id UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	since TEXT NOT NULL,
	until TEXT NOT NULL,
	fate TEXT NOT NULL CHECK (fate IN ('due', 'held', 'destroyed')),
	reason TEXT NOT NULL,
	PRIMARY KEY (disposal_id, no),
	CHECK ((fate = 'held') = (reason <> ''))
);

CREATE INDEX disposal_item_class ON disposal_item (class, area, subject);

CREATE TABLE retention_hold (
	id UUID PRIMARY KEY,
	area TEXT COLLATE "C" NOT NULL,
	family_id UUID NOT NULL,
	basis TEXT NOT NULL,
	why BYTEA NOT NULL,
	by_login TEXT NOT NULL,
	at BIGINT NOT NULL,
	ended_by TEXT NOT NULL,
	ended_at BIGINT,
	CHECK ((ended_at IS NULL) = (ended_by = ''))
);

CREATE INDEX retention_hold_family ON retention_hold (family_id);
