CREATE TABLE outcome_measure (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	digest TEXT NOT NULL UNIQUE,
	content TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE outcome_row (
	measure_id BLOB NOT NULL CHECK (length(measure_id) = 16),
	list TEXT NOT NULL,
	area TEXT NOT NULL,
	family_id BLOB NOT NULL CHECK (length(family_id) = 16),
	subject_id BLOB NOT NULL CHECK (length(subject_id) = 16),
	programme TEXT NOT NULL,
	road TEXT NOT NULL,
	detail TEXT NOT NULL,
	PRIMARY KEY (measure_id, list, area, family_id, subject_id, programme, road)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_row_family ON outcome_row (family_id, measure_id);
CREATE TABLE outcome_tally (
	measure_id BLOB NOT NULL CHECK (length(measure_id) = 16),
	list TEXT NOT NULL,
	programme TEXT NOT NULL,
	road TEXT NOT NULL,
	area TEXT NOT NULL,
	families INTEGER NOT NULL,
	annual INTEGER NOT NULL,
	PRIMARY KEY (measure_id, list, programme, road, area)
) STRICT, WITHOUT ROWID;
CREATE TABLE graduation (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	family_id BLOB NOT NULL CHECK (length(family_id) = 16),
	person_id BLOB,
	subject_id BLOB NOT NULL CHECK (length(subject_id) = 16),
	area TEXT NOT NULL,
	programme TEXT NOT NULL,
	exit TEXT NOT NULL,
	measure_id BLOB,
	valid_from TEXT NOT NULL,
	reason TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
	proposed_at INTEGER NOT NULL,
	proposed_by TEXT NOT NULL,
	decided_at INTEGER,
	decided_by TEXT,
	note TEXT NOT NULL,
	CHECK ((decided_by IS NULL) = (state = 'proposed')),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX graduation_once ON graduation (subject_id, programme) WHERE state <> 'rejected';
CREATE INDEX graduation_family ON graduation (family_id);
CREATE INDEX graduation_state ON graduation (state, programme, area);
CREATE TRIGGER graduation_decided BEFORE UPDATE ON graduation
WHEN OLD.decided_by IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'a decided graduation is never changed');
END;
CREATE TRIGGER graduation_no_delete BEFORE DELETE ON graduation
BEGIN
	SELECT RAISE(ABORT, 'graduations are never removed');
END;
