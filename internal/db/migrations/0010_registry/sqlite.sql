CREATE TABLE family (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL CHECK (length(area) = 10),
	local_key TEXT NOT NULL,
	kk_sealed BLOB,
	kk_blind BLOB,
	address TEXT NOT NULL,
	rt TEXT NOT NULL,
	rw TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('active', 'dormant', 'moved', 'duplicate', 'dissolved')),
	head_name TEXT NOT NULL,
	size INTEGER NOT NULL,
	facts BLOB NOT NULL,
	observed_on TEXT NOT NULL,
	version INTEGER NOT NULL CHECK (version > 0),
	CHECK ((kk_sealed IS NULL) = (kk_blind IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX family_area ON family (area, id);
CREATE INDEX family_local_key ON family (local_key);

CREATE TABLE person (
	family_id BLOB NOT NULL,
	id BLOB NOT NULL CHECK (length(id) = 16),
	area TEXT NOT NULL,
	name TEXT NOT NULL,
	name_key TEXT NOT NULL,
	born TEXT,
	female INTEGER NOT NULL CHECK (female IN (0, 1)),
	relation INTEGER NOT NULL,
	mother_name TEXT NOT NULL,
	nik_sealed BLOB,
	nik_blind BLOB,
	status TEXT NOT NULL CHECK (status IN ('active', 'dead', 'moved', 'duplicate', 'not_found')),
	facts BLOB NOT NULL,
	observed_on TEXT NOT NULL,
	PRIMARY KEY (family_id, id),
	CHECK ((nik_sealed IS NULL) = (nik_blind IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX person_area ON person (area, family_id, id);
CREATE INDEX person_name ON person (name_key);

CREATE TABLE identifier (
	blind BLOB NOT NULL CHECK (length(blind) = 16),
	kind TEXT NOT NULL CHECK (kind IN ('nik', 'kk', 'account')),
	family_id BLOB NOT NULL,
	subject BLOB NOT NULL,
	PRIMARY KEY (blind, kind, family_id, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
	family_id BLOB NOT NULL,
	id BLOB NOT NULL CHECK (length(id) = 16),
	person_id BLOB NOT NULL,
	bank TEXT NOT NULL,
	number_sealed BLOB NOT NULL,
	number_blind BLOB NOT NULL,
	holder TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('unchecked', 'verified', 'rejected', 'closed')),
	PRIMARY KEY (family_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE family_change (
	family_id BLOB NOT NULL,
	version INTEGER NOT NULL CHECK (version > 0),
	kind TEXT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at INTEGER NOT NULL,
	evidence TEXT NOT NULL,
	reason TEXT NOT NULL,
	approved_by TEXT NOT NULL,
	approved_at INTEGER NOT NULL,
	effective_on TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (family_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE observation (
	family_id BLOB NOT NULL,
	version INTEGER NOT NULL,
	subject BLOB NOT NULL,
	source TEXT NOT NULL,
	observed_on TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	facts BLOB NOT NULL,
	PRIMARY KEY (family_id, version, subject)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER family_change_no_update BEFORE UPDATE ON family_change
BEGIN
	SELECT RAISE(ABORT, 'changes are never altered');
END;

CREATE TRIGGER family_change_no_delete BEFORE DELETE ON family_change
BEGIN
	SELECT RAISE(ABORT, 'changes are never removed');
END;

CREATE TRIGGER observation_no_update BEFORE UPDATE ON observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never altered');
END;

CREATE TRIGGER observation_no_delete BEFORE DELETE ON observation
BEGIN
	SELECT RAISE(ABORT, 'observations are never removed');
END;
