CREATE TABLE breach (
	id UUID PRIMARY KEY,
	at BIGINT NOT NULL,
	due BIGINT NOT NULL CHECK (due > at),
	by_login TEXT NOT NULL,
	what BYTEA NOT NULL,
	measure BYTEA NOT NULL,
	suspect TEXT NOT NULL,
	from_at BIGINT,
	until_at BIGINT,
	agency_at BIGINT,
	receipt TEXT NOT NULL,
	closed_at BIGINT,
	CHECK ((agency_at IS NULL) = (receipt = '')),
	CHECK (closed_at IS NULL OR agency_at IS NOT NULL)
);

CREATE TABLE breach_family (
	id UUID PRIMARY KEY,
	breach_id UUID NOT NULL REFERENCES breach (id),
	family_id UUID NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	told_at BIGINT,
	UNIQUE (breach_id, family_id)
);

CREATE INDEX breach_family_area ON breach_family (breach_id, area);
CREATE INDEX breach_family_family ON breach_family (family_id);
