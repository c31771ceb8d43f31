CREATE TABLE what_if (
	id BLOB PRIMARY KEY,
	name TEXT NOT NULL CHECK (name <> ''),
	determination_id BLOB NOT NULL REFERENCES determination (id),
	question TEXT NOT NULL,
	answer TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	created_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
