CREATE TABLE saved_rule (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	name TEXT NOT NULL UNIQUE CHECK (name <> ''),
	rule TEXT NOT NULL CHECK (rule <> ''),
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
