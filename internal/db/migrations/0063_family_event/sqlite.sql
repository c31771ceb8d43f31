CREATE TABLE family_event (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	kind TEXT NOT NULL,
	area TEXT NOT NULL,
	area_to TEXT NOT NULL,
	family_id BLOB NOT NULL,
	person_id BLOB,
	other_id BLOB,
	effective_on TEXT NOT NULL,
	evidence TEXT NOT NULL,
	note TEXT NOT NULL,
	request BLOB NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('proposed', 'recorded', 'rejected', 'closed', 'undone')),
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at INTEGER NOT NULL,
	decision TEXT NOT NULL,
	changes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX family_event_family ON family_event (family_id, id);

CREATE INDEX family_event_waiting ON family_event (status, area, id);

CREATE TABLE carried_observation (
	family_id BLOB NOT NULL,
	version INTEGER NOT NULL,
	subject BLOB NOT NULL,
	no INTEGER NOT NULL,
	source TEXT NOT NULL,
	observed_on TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	facts BLOB NOT NULL,
	PRIMARY KEY (family_id, version, subject, no)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER carried_observation_no_update BEFORE UPDATE ON carried_observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never altered');
END;

CREATE TRIGGER carried_observation_no_delete BEFORE DELETE ON carried_observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never removed');
END;

CREATE TABLE change_undone (
	family_id BLOB NOT NULL,
	version INTEGER NOT NULL,
	by_version INTEGER NOT NULL,
	PRIMARY KEY (family_id, version)
) STRICT, WITHOUT ROWID;
