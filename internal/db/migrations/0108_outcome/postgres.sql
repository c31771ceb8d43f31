CREATE TABLE outcome_measure (
	id UUID PRIMARY KEY,
	digest TEXT NOT NULL UNIQUE,
	content TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	created_by TEXT NOT NULL
);
CREATE TABLE outcome_row (
	measure_id UUID NOT NULL,
	list TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	family_id UUID NOT NULL,
	subject_id UUID NOT NULL,
	programme TEXT COLLATE "C" NOT NULL,
	road TEXT COLLATE "C" NOT NULL,
	detail TEXT NOT NULL,
	PRIMARY KEY (measure_id, list, area, family_id, subject_id, programme, road)
);
CREATE INDEX outcome_row_family ON outcome_row (family_id, measure_id);
CREATE TABLE outcome_tally (
	measure_id UUID NOT NULL,
	list TEXT NOT NULL,
	programme TEXT COLLATE "C" NOT NULL,
	road TEXT COLLATE "C" NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	families BIGINT NOT NULL,
	annual BIGINT NOT NULL,
	PRIMARY KEY (measure_id, list, programme, road, area)
);
CREATE TABLE graduation (
	id UUID PRIMARY KEY,
	family_id UUID NOT NULL,
	person_id UUID,
	subject_id UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	programme TEXT NOT NULL,
	exit TEXT NOT NULL,
	measure_id UUID,
	valid_from TEXT NOT NULL,
	reason TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'rejected')),
	proposed_at BIGINT NOT NULL,
	proposed_by TEXT NOT NULL,
	decided_at BIGINT,
	decided_by TEXT,
	note TEXT NOT NULL,
	CHECK ((decided_by IS NULL) = (state = 'proposed')),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);
CREATE UNIQUE INDEX graduation_once ON graduation (subject_id, programme) WHERE state <> 'rejected';
CREATE INDEX graduation_family ON graduation (family_id);
CREATE INDEX graduation_state ON graduation (state, programme, area);
CREATE TRIGGER graduation_append_only BEFORE DELETE ON graduation
	FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER graduation_decided BEFORE UPDATE ON graduation
	FOR EACH ROW WHEN (OLD.decided_by IS NOT NULL)
	EXECUTE FUNCTION append_only();
