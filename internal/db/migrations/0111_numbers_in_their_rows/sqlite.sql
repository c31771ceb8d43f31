DROP TABLE identifier;

CREATE TABLE family_new (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL CHECK (length(area) = 10),
	local_key TEXT NOT NULL,
	kk_sealed BLOB,
	kk_blind BLOB CHECK (length(kk_blind) = 16),
	address TEXT NOT NULL,
	rt TEXT NOT NULL,
	rw TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status = 'active' OR status IN ('dormant', 'moved', 'duplicate', 'dissolved')),
	head_name TEXT NOT NULL,
	size INTEGER NOT NULL,
	facts BLOB NOT NULL,
	observed_on TEXT NOT NULL,
	version INTEGER NOT NULL CHECK (version > 0),
	CHECK ((kk_sealed IS NULL) = (kk_blind IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO family_new (id, area, local_key, kk_sealed, kk_blind, address, rt, rw, status, head_name, size, facts, observed_on, version)
	SELECT id, area, local_key, kk_sealed, kk_blind, address, rt, rw, status, head_name, size, facts, observed_on, version FROM family;
DROP TABLE family;
ALTER TABLE family_new RENAME TO family;
CREATE INDEX family_area ON family (area, id);
CREATE INDEX family_local_key ON family (local_key);
CREATE INDEX family_card ON family (kk_blind) WHERE kk_blind IS NOT NULL;

CREATE TABLE person_new (
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
	nik_blind BLOB CHECK (length(nik_blind) = 16),
	status TEXT NOT NULL CHECK (status = 'active' OR status IN ('dead', 'moved', 'duplicate', 'not_found')),
	facts BLOB NOT NULL,
	observed_on TEXT NOT NULL,
	PRIMARY KEY (family_id, id),
	CHECK ((nik_sealed IS NULL) = (nik_blind IS NULL))
) STRICT, WITHOUT ROWID;
INSERT INTO person_new (family_id, id, area, name, name_key, born, female, relation, mother_name, nik_sealed, nik_blind, status, facts, observed_on)
	SELECT family_id, id, area, name, name_key, born, female, relation, mother_name, nik_sealed, nik_blind, status, facts, observed_on FROM person;
DROP TABLE person;
ALTER TABLE person_new RENAME TO person;
CREATE INDEX person_name ON person (name_key);
CREATE INDEX person_nik ON person (nik_blind) WHERE nik_blind IS NOT NULL;

CREATE TABLE account_new (
	family_id BLOB NOT NULL,
	id BLOB NOT NULL CHECK (length(id) = 16),
	person_id BLOB NOT NULL,
	bank TEXT NOT NULL,
	number_sealed BLOB NOT NULL,
	number_blind BLOB NOT NULL,
	holder TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status = 'unchecked' OR status IN ('verified', 'rejected', 'closed')),
	PRIMARY KEY (family_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO account_new (family_id, id, person_id, bank, number_sealed, number_blind, holder, status)
	SELECT family_id, id, person_id, bank, number_sealed, number_blind, holder, status FROM account;
DROP TABLE account;
ALTER TABLE account_new RENAME TO account;
CREATE INDEX account_number ON account (number_blind);
