CREATE TABLE authority_list_part (
	list_id UUID NOT NULL,
	no INTEGER NOT NULL,
	sealed BYTEA NOT NULL,
	kept_at BIGINT NOT NULL,
	PRIMARY KEY (list_id, no)
);

UPDATE authority_list SET done_at = brought_at, counts = '{"discarded":true}' WHERE data IS NOT NULL;
ALTER TABLE authority_list DROP COLUMN data;
ALTER TABLE authority_list ADD COLUMN size BIGINT NOT NULL DEFAULT 0;
