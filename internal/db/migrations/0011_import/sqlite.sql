CREATE TABLE import_file (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	family_file TEXT NOT NULL,
	member_file TEXT NOT NULL,
	imported_by TEXT NOT NULL,
	at INTEGER NOT NULL,
	counts TEXT NOT NULL,
	problems BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX import_file_digest ON import_file (digest, id);

CREATE TABLE import_upload (
	id BLOB PRIMARY KEY CHECK (length(id) = 16),
	uploaded_by TEXT NOT NULL,
	family_file TEXT NOT NULL,
	member_file TEXT NOT NULL,
	expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE import_upload_part (
	upload_id BLOB NOT NULL,
	member INTEGER NOT NULL CHECK (member IN (0, 1)),
	no INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	PRIMARY KEY (upload_id, member, no)
) STRICT;
