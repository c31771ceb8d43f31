CREATE TABLE determination (
	id BLOB PRIMARY KEY,
	snapshot_id BLOB NOT NULL REFERENCES snapshot (id),
	ranking_id BLOB NOT NULL REFERENCES ranking (id),
	state TEXT NOT NULL CHECK (state IN ('computed', 'proposed', 'enacted', 'rejected')),
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL,
	proposed_at INTEGER,
	proposed_by TEXT,
	decided_at INTEGER,
	decided_by TEXT,
	note TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	content TEXT NOT NULL,
	CHECK ((proposed_by IS NULL) = (state = 'computed')),
	CHECK ((decided_by IS NULL) = (state IN ('computed', 'proposed'))),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;
CREATE INDEX determination_enacted ON determination (state, decided_at);
CREATE TABLE outcome (
	determination_id BLOB NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	subject_id BLOB NOT NULL,
	outcome INTEGER NOT NULL CHECK (outcome BETWEEN 1 AND 4),
	answers INTEGER NOT NULL,
	queue INTEGER,
	uncertain INTEGER NOT NULL CHECK (uncertain IN (0, 1)),
	annual INTEGER NOT NULL CHECK (annual >= 0),
	lines TEXT,
	PRIMARY KEY (determination_id, programme, area, family_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_family ON outcome (family_id, determination_id, programme, subject_id);
CREATE INDEX outcome_open ON outcome (determination_id, area, family_id, subject_id, programme) WHERE outcome = 4;
CREATE TABLE outcome_count (
	determination_id BLOB NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT NOT NULL,
	outcome INTEGER NOT NULL,
	subjects INTEGER NOT NULL,
	annual INTEGER NOT NULL,
	PRIMARY KEY (determination_id, programme, area, outcome)
) STRICT, WITHOUT ROWID;
CREATE TABLE outcome_reason (
	determination_id BLOB NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT NOT NULL,
	item INTEGER NOT NULL,
	blocks INTEGER NOT NULL,
	still_open INTEGER NOT NULL,
	alone INTEGER NOT NULL,
	PRIMARY KEY (determination_id, programme, area, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE notice (
	family_id BLOB PRIMARY KEY,
	area TEXT NOT NULL,
	code_sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE notice_key (
	key BLOB PRIMARY KEY CHECK (length(key) = 16),
	determination_id BLOB NOT NULL REFERENCES determination (id),
	family_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER outcome_no_update BEFORE UPDATE ON outcome
BEGIN
	SELECT RAISE(ABORT, 'outcomes are never changed');
END;
CREATE TRIGGER outcome_no_delete BEFORE DELETE ON outcome
BEGIN
	SELECT RAISE(ABORT, 'outcomes are never removed');
END;
CREATE TRIGGER determination_decided BEFORE UPDATE ON determination
WHEN OLD.decided_by IS NOT NULL OR NEW.digest <> OLD.digest OR NEW.content <> OLD.content
BEGIN
	SELECT RAISE(ABORT, 'a decided determination is never changed');
END;
CREATE TRIGGER determination_no_delete BEFORE DELETE ON determination
BEGIN
	SELECT RAISE(ABORT, 'determinations are never removed');
END;
