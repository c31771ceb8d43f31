ALTER TABLE import_upload ADD COLUMN family_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_upload ADD COLUMN member_size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_upload ADD COLUMN mapping TEXT NOT NULL DEFAULT '';

CREATE TABLE import_mapping (
	name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 60),
	body TEXT NOT NULL,
	saved_by TEXT NOT NULL,
	saved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

DELETE FROM import_upload_part;
DELETE FROM import_upload;
