CREATE TABLE ranking (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	snapshot_id BLOB NOT NULL REFERENCES snapshot (id),
	model TEXT NOT NULL,
	model_digest TEXT NOT NULL,
	as_of TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	summary TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE family_rank (
	family_id BLOB NOT NULL CHECK (length(family_id) = 16),
	ranking_id BLOB NOT NULL REFERENCES ranking (id),
	area TEXT NOT NULL,
	score INTEGER,
	decile INTEGER CHECK (decile BETWEEN 1 AND 10),
	decile_region INTEGER CHECK (decile_region BETWEEN 1 AND 10),
	PRIMARY KEY (family_id, ranking_id),
	CHECK ((score IS NULL) = (decile IS NULL) AND (score IS NULL) = (decile_region IS NULL))
) STRICT, WITHOUT ROWID;
