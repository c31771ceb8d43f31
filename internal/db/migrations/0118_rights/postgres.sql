CREATE TABLE right_request (
	id UUID PRIMARY KEY,
	area TEXT COLLATE "C" NOT NULL,
	family_id UUID NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('access', 'correction', 'suspension', 'withdrawal', 'erasure')),
	came TEXT NOT NULL CHECK (came IN ('office', 'public')),
	taken_by TEXT NOT NULL,
	at BIGINT NOT NULL,
	due BIGINT NOT NULL CHECK (due > at),
	text BYTEA NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'granted', 'refused', 'ended')),
	decided_by TEXT NOT NULL,
	decided_at BIGINT,
	answer BYTEA,
	CHECK ((status = 'open') = (decided_at IS NULL))
);

CREATE INDEX right_request_area ON right_request (area, due);
CREATE INDEX right_request_family ON right_request (family_id);

CREATE TABLE right_knock (
	id UUID PRIMARY KEY,
	at BIGINT NOT NULL,
	sealed BYTEA NOT NULL
);

CREATE TABLE suspension (
	id UUID PRIMARY KEY,
	area TEXT COLLATE "C" NOT NULL,
	family_id UUID NOT NULL,
	since BIGINT NOT NULL,
	begun_by TEXT NOT NULL,
	ended_at BIGINT,
	ended_by TEXT NOT NULL
);

CREATE UNIQUE INDEX suspension_family ON suspension (family_id) WHERE ended_at IS NULL;
