CREATE TABLE authority_list_part (
	list_id BLOB NOT NULL CHECK (length(list_id) = 16),
	no INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	kept_at INTEGER NOT NULL,
	PRIMARY KEY (list_id, no)
) STRICT, WITHOUT ROWID;

UPDATE authority_list SET done_at = brought_at, counts = '{"discarded":true}' WHERE data IS NOT NULL;
ALTER TABLE authority_list DROP COLUMN data;
ALTER TABLE authority_list ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
