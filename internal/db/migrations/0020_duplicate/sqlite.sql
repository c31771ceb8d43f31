CREATE TABLE duplicate_pair (
	left_id BLOB NOT NULL CHECK (length(left_id) = 16),
	right_id BLOB NOT NULL CHECK (length(right_id) = 16),
	id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
	left_family BLOB NOT NULL,
	right_family BLOB NOT NULL,
	left_area TEXT NOT NULL,
	right_area TEXT NOT NULL,
	score INTEGER NOT NULL,
	probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 1000000),
	same INTEGER NOT NULL CHECK (same IN (0, 1)),
	pieces TEXT NOT NULL,
	found_at INTEGER NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('open', 'confirmed', 'rejected', 'settled')),
	dropped BLOB CHECK (dropped IS NULL OR dropped = left_id OR dropped = right_id),
	decided_by TEXT NOT NULL,
	decided_at INTEGER NOT NULL,
	note TEXT NOT NULL,
	settled_by BLOB,
	PRIMARY KEY (left_id, right_id),
	CHECK (left_id < right_id),
	CHECK ((status = 'confirmed') = (dropped IS NOT NULL)),
	CHECK ((status = 'settled') = (settled_by IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX duplicate_pair_desk ON duplicate_pair (status, score, id);
CREATE INDEX duplicate_pair_right ON duplicate_pair (right_id);
CREATE INDEX duplicate_pair_settled ON duplicate_pair (settled_by) WHERE settled_by IS NOT NULL;
