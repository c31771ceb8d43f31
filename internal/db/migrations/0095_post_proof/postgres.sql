CREATE TABLE post_proof (
	file_id UUID NOT NULL,
	line BIGINT NOT NULL,
	list_id UUID NOT NULL REFERENCES pay_list (id),
	line_no BIGINT NOT NULL,
	at BIGINT NOT NULL,
	lat TEXT NOT NULL,
	lon TEXT NOT NULL,
	photo BYTEA NOT NULL,
	signature BYTEA NOT NULL,
	digest BYTEA NOT NULL CHECK (octet_length(digest) = 32),
	PRIMARY KEY (file_id, line),
	FOREIGN KEY (file_id, line) REFERENCES return_line (file_id, line)
);
CREATE INDEX post_proof_line ON post_proof (list_id, line_no);
CREATE TRIGGER post_proof_no_delete BEFORE DELETE ON post_proof
	FOR EACH ROW
	EXECUTE FUNCTION refuse('post_proof: nothing is removed');
CREATE TRIGGER post_proof_no_update BEFORE UPDATE ON post_proof
	FOR EACH ROW
	EXECUTE FUNCTION refuse('post_proof: nothing is changed');
