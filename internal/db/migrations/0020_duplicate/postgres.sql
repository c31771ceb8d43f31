CREATE TABLE duplicate_pair (
	left_id UUID NOT NULL,
	right_id UUID NOT NULL,
	id UUID NOT NULL UNIQUE,
	left_family UUID NOT NULL,
	right_family UUID NOT NULL,
	left_area TEXT COLLATE "C" NOT NULL,
	right_area TEXT COLLATE "C" NOT NULL,
	score INTEGER NOT NULL,
	probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 1000000),
	same SMALLINT NOT NULL CHECK (same IN (0, 1)),
	pieces TEXT NOT NULL,
	found_at BIGINT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'confirmed', 'rejected', 'settled')),
	dropped UUID CHECK (dropped IS NULL OR dropped = left_id OR dropped = right_id),
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	note TEXT NOT NULL,
	settled_by UUID,
	PRIMARY KEY (left_id, right_id),
	CHECK (left_id < right_id),
	CHECK ((status = 'confirmed') = (dropped IS NOT NULL)),
	CHECK ((status = 'settled') = (settled_by IS NOT NULL))
);

CREATE INDEX duplicate_pair_desk ON duplicate_pair (status, score, id);
CREATE INDEX duplicate_pair_right ON duplicate_pair (right_id);
CREATE INDEX duplicate_pair_settled ON duplicate_pair (settled_by) WHERE settled_by IS NOT NULL;
