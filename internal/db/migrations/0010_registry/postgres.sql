CREATE TABLE family (
	id UUID PRIMARY KEY,
	area TEXT COLLATE "C" NOT NULL CHECK (length(area) = 10),
	local_key TEXT COLLATE "C" NOT NULL,
	kk_sealed BYTEA,
	kk_blind BYTEA,
	address TEXT NOT NULL,
	rt TEXT NOT NULL,
	rw TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('active', 'dormant', 'moved', 'duplicate', 'dissolved')),
	head_name TEXT NOT NULL,
	size INTEGER NOT NULL,
	facts BYTEA NOT NULL,
	observed_on TEXT NOT NULL,
	version INTEGER NOT NULL CHECK (version > 0),
	CHECK ((kk_sealed IS NULL) = (kk_blind IS NULL))
);

CREATE INDEX family_area ON family (area, id);
CREATE INDEX family_local_key ON family (local_key);

CREATE TABLE person (
	family_id UUID NOT NULL,
	id UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	name TEXT NOT NULL,
	name_key TEXT COLLATE "C" NOT NULL,
	born TEXT,
	female SMALLINT NOT NULL CHECK (female IN (0, 1)),
	relation BIGINT NOT NULL,
	mother_name TEXT NOT NULL,
	nik_sealed BYTEA,
	nik_blind BYTEA,
	status TEXT NOT NULL CHECK (status IN ('active', 'dead', 'moved', 'duplicate', 'not_found')),
	facts BYTEA NOT NULL,
	observed_on TEXT NOT NULL,
	PRIMARY KEY (family_id, id),
	CHECK ((nik_sealed IS NULL) = (nik_blind IS NULL))
);

CREATE INDEX person_area ON person (area, family_id, id);
CREATE INDEX person_name ON person (name_key);

CREATE TABLE identifier (
	blind BYTEA NOT NULL CHECK (length(blind) = 16),
	kind TEXT NOT NULL CHECK (kind IN ('nik', 'kk', 'account')),
	family_id UUID NOT NULL,
	subject UUID NOT NULL,
	PRIMARY KEY (blind, kind, family_id, subject)
);

CREATE TABLE account (
	family_id UUID NOT NULL,
	id UUID NOT NULL,
	person_id UUID NOT NULL,
	bank TEXT NOT NULL,
	number_sealed BYTEA NOT NULL,
	number_blind BYTEA NOT NULL,
	holder TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('unchecked', 'verified', 'rejected', 'closed')),
	PRIMARY KEY (family_id, id)
);

CREATE TABLE family_change (
	family_id UUID NOT NULL,
	version INTEGER NOT NULL CHECK (version > 0),
	kind TEXT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at BIGINT NOT NULL,
	evidence TEXT NOT NULL,
	reason TEXT NOT NULL,
	approved_by TEXT NOT NULL,
	approved_at BIGINT NOT NULL,
	effective_on TEXT NOT NULL,
	recorded_at BIGINT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (family_id, version)
);

CREATE TABLE observation (
	family_id UUID NOT NULL,
	version INTEGER NOT NULL,
	subject UUID NOT NULL,
	source TEXT NOT NULL,
	observed_on TEXT NOT NULL,
	recorded_at BIGINT NOT NULL,
	facts BYTEA NOT NULL,
	PRIMARY KEY (family_id, version, subject)
);

CREATE TRIGGER family_change_append_only BEFORE UPDATE OR DELETE ON family_change
	FOR EACH ROW EXECUTE FUNCTION append_only();

CREATE TRIGGER observation_append_only BEFORE UPDATE OR DELETE ON observation
	FOR EACH ROW EXECUTE FUNCTION append_only();
