CREATE TABLE breach (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	at INTEGER NOT NULL,
	due INTEGER NOT NULL CHECK (due > at),
	by_login TEXT NOT NULL,
	what BLOB NOT NULL,
	measure BLOB NOT NULL,
	suspect TEXT NOT NULL,
	from_at INTEGER,
	until_at INTEGER,
	agency_at INTEGER,
	receipt TEXT NOT NULL,
	closed_at INTEGER,
	CHECK ((agency_at IS NULL) = (receipt = '')),
	CHECK (closed_at IS NULL OR agency_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE TABLE breach_family (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	breach_id BLOB NOT NULL REFERENCES breach (id),
	family_id BLOB NOT NULL,
	area TEXT NOT NULL,
	told_at INTEGER,
	UNIQUE (breach_id, family_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX breach_family_area ON breach_family (breach_id, area);
CREATE INDEX breach_family_family ON breach_family (family_id);
