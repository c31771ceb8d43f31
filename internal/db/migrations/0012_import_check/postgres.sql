ALTER TABLE import_upload ADD COLUMN report BYTEA;
