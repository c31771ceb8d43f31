CREATE TABLE family_event (
	id UUID PRIMARY KEY,
	kind TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	area_to TEXT COLLATE "C" NOT NULL,
	family_id UUID NOT NULL,
	person_id UUID,
	other_id UUID,
	effective_on TEXT NOT NULL,
	evidence TEXT NOT NULL,
	note TEXT NOT NULL,
	request BYTEA NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('proposed', 'recorded', 'rejected', 'closed', 'undone')),
	proposed_by TEXT NOT NULL,
	proposed_at BIGINT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	decision TEXT NOT NULL,
	changes TEXT NOT NULL
);

CREATE INDEX family_event_family ON family_event (family_id, id);

CREATE INDEX family_event_waiting ON family_event (status, area, id);

CREATE TABLE carried_observation (
	family_id UUID NOT NULL,
	version INTEGER NOT NULL,
	subject UUID NOT NULL,
	no INTEGER NOT NULL,
	source TEXT NOT NULL,
	observed_on TEXT NOT NULL,
	recorded_at BIGINT NOT NULL,
	facts BYTEA NOT NULL,
	PRIMARY KEY (family_id, version, subject, no)
);

CREATE TABLE change_undone (
	family_id UUID NOT NULL,
	version INTEGER NOT NULL,
	by_version INTEGER NOT NULL,
	PRIMARY KEY (family_id, version)
);

CREATE TRIGGER carried_observation_append_only BEFORE UPDATE OR DELETE ON carried_observation
	FOR EACH ROW EXECUTE FUNCTION append_only();
