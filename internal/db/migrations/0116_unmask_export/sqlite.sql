CREATE TABLE unmask_export (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	login TEXT NOT NULL,
	area TEXT NOT NULL,
	at INTEGER NOT NULL,
	until INTEGER NOT NULL CHECK (until > at),
	reason TEXT NOT NULL CHECK (reason <> ''),
	given_by TEXT NOT NULL,
	used_at INTEGER,
	CHECK (given_by <> login)
) STRICT, WITHOUT ROWID;

CREATE INDEX unmask_export_login ON unmask_export (login, until);
