CREATE TABLE unmasking (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	area TEXT NOT NULL,
	family_id BLOB NOT NULL,
	subject BLOB NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('nik', 'kk', 'account')),
	login TEXT NOT NULL,
	at INTEGER NOT NULL,
	purpose TEXT NOT NULL,
	reason TEXT NOT NULL,
	namesake INTEGER NOT NULL CHECK (namesake IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX unmasking_login ON unmasking (login, at);
CREATE INDEX unmasking_at ON unmasking (at);

CREATE TABLE unmask_lift (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	login TEXT NOT NULL,
	extra INTEGER NOT NULL CHECK (extra > 0),
	at INTEGER NOT NULL,
	until INTEGER NOT NULL CHECK (until > at),
	reason TEXT NOT NULL CHECK (reason <> ''),
	given_by TEXT NOT NULL,
	CHECK (given_by <> login)
) STRICT, WITHOUT ROWID;

CREATE INDEX unmask_lift_login ON unmask_lift (login, until);

CREATE INDEX audit_entry_many ON audit_entry (area, action, actor) WHERE subject = '';
