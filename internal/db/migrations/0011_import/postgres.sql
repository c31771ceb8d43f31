CREATE TABLE import_file (
	id UUID PRIMARY KEY,
	digest BYTEA NOT NULL CHECK (length(digest) = 32),
	family_file TEXT NOT NULL,
	member_file TEXT NOT NULL,
	imported_by TEXT NOT NULL,
	at BIGINT NOT NULL,
	counts TEXT NOT NULL,
	problems BYTEA
);

CREATE INDEX import_file_digest ON import_file (digest, id);

CREATE TABLE import_upload (
	id UUID PRIMARY KEY,
	uploaded_by TEXT NOT NULL,
	family_file TEXT NOT NULL,
	member_file TEXT NOT NULL,
	expires_at BIGINT NOT NULL
);

CREATE TABLE import_upload_part (
	upload_id UUID NOT NULL,
	member SMALLINT NOT NULL CHECK (member IN (0, 1)),
	no INTEGER NOT NULL,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (upload_id, member, no)
);
