CREATE TABLE determination (
	id UUID PRIMARY KEY,
	snapshot_id UUID NOT NULL REFERENCES snapshot (id),
	ranking_id UUID NOT NULL REFERENCES ranking (id),
	state TEXT NOT NULL CHECK (state IN ('computed', 'proposed', 'enacted', 'rejected')),
	created_at BIGINT NOT NULL,
	created_by TEXT NOT NULL,
	proposed_at BIGINT,
	proposed_by TEXT,
	decided_at BIGINT,
	decided_by TEXT,
	note TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	content TEXT NOT NULL,
	CHECK ((proposed_by IS NULL) = (state = 'computed')),
	CHECK ((decided_by IS NULL) = (state IN ('computed', 'proposed'))),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);
CREATE INDEX determination_enacted ON determination (state, decided_at);
CREATE TABLE outcome (
	determination_id UUID NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	family_id UUID NOT NULL,
	subject_id UUID NOT NULL,
	outcome SMALLINT NOT NULL CHECK (outcome BETWEEN 1 AND 4),
	answers BIGINT NOT NULL,
	queue BIGINT,
	uncertain SMALLINT NOT NULL CHECK (uncertain IN (0, 1)),
	annual BIGINT NOT NULL CHECK (annual >= 0),
	lines TEXT,
	PRIMARY KEY (determination_id, programme, area, family_id, subject_id)
);
CREATE INDEX outcome_family ON outcome (family_id, determination_id, programme, subject_id);
CREATE INDEX outcome_open ON outcome (determination_id, area, family_id, subject_id, programme) WHERE outcome = 4;
CREATE TABLE outcome_count (
	determination_id UUID NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	outcome SMALLINT NOT NULL,
	subjects BIGINT NOT NULL,
	annual BIGINT NOT NULL,
	PRIMARY KEY (determination_id, programme, area, outcome)
);
CREATE TABLE outcome_reason (
	determination_id UUID NOT NULL REFERENCES determination (id),
	programme TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	item SMALLINT NOT NULL,
	blocks BIGINT NOT NULL,
	still_open BIGINT NOT NULL,
	alone BIGINT NOT NULL,
	PRIMARY KEY (determination_id, programme, area, item)
);
CREATE TABLE notice (
	family_id UUID PRIMARY KEY,
	area TEXT COLLATE "C" NOT NULL,
	code_sealed BYTEA NOT NULL
);
CREATE TABLE notice_key (
	key BYTEA PRIMARY KEY CHECK (length(key) = 16),
	determination_id UUID NOT NULL REFERENCES determination (id),
	family_id UUID NOT NULL
);
CREATE TRIGGER outcome_append_only BEFORE UPDATE OR DELETE ON outcome
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER determination_append_only BEFORE DELETE ON determination
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER determination_decided BEFORE UPDATE ON determination
	FOR EACH ROW WHEN (OLD.decided_by IS NOT NULL OR NEW.digest <> OLD.digest OR NEW.content <> OLD.content)
	EXECUTE FUNCTION append_only();
