CREATE TABLE snapshot (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	as_of TEXT NOT NULL,
	scope TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	families INTEGER NOT NULL CHECK (families >= 0),
	members INTEGER NOT NULL CHECK (members >= 0),
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_created ON snapshot (created_at);
