CREATE TABLE identity_dismissal (
	family_id BLOB NOT NULL,
	mark TEXT NOT NULL,
	subject BLOB,
	dismissed_by TEXT NOT NULL,
	at INTEGER NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (family_id, mark)
) STRICT, WITHOUT ROWID;

CREATE TABLE not_same (
	a BLOB NOT NULL,
	b BLOB NOT NULL,
	a_family BLOB NOT NULL,
	b_family BLOB NOT NULL,
	said_by TEXT NOT NULL,
	at INTEGER NOT NULL,
	reason TEXT NOT NULL,
	PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
