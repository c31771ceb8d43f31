CREATE TABLE post_proof (
	file_id BLOB NOT NULL,
	line INTEGER NOT NULL,
	list_id BLOB NOT NULL REFERENCES pay_list (id),
	line_no INTEGER NOT NULL,
	at INTEGER NOT NULL,
	lat TEXT NOT NULL,
	lon TEXT NOT NULL,
	photo BLOB NOT NULL,
	signature BLOB NOT NULL,
	digest BLOB NOT NULL CHECK (length(digest) = 32),
	PRIMARY KEY (file_id, line),
	FOREIGN KEY (file_id, line) REFERENCES return_line (file_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX post_proof_line ON post_proof (list_id, line_no);
CREATE TRIGGER post_proof_no_delete BEFORE DELETE ON post_proof
BEGIN
	SELECT RAISE(ABORT, 'post_proof: nothing is removed');
END;
CREATE TRIGGER post_proof_no_update BEFORE UPDATE ON post_proof
BEGIN
	SELECT RAISE(ABORT, 'post_proof: nothing is changed');
END;
