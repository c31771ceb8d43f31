CREATE TABLE audit_entry (
	seq BIGINT PRIMARY KEY,
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	area TEXT COLLATE "C" NOT NULL,
	record BYTEA NOT NULL
);
CREATE INDEX audit_entry_subject ON audit_entry (subject, seq);
CREATE INDEX audit_entry_actor ON audit_entry (actor, seq);
CREATE TABLE audit_hash (
	idx BIGINT PRIMARY KEY,
	hash BYTEA NOT NULL CHECK (length(hash) = 32)
);
CREATE TABLE audit_head (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	size BIGINT NOT NULL
);
INSERT INTO audit_head (one, size) VALUES (1, 0);
CREATE TABLE audit_checkpoint (
	size BIGINT PRIMARY KEY,
	at BIGINT NOT NULL,
	root BYTEA NOT NULL,
	signature BYTEA NOT NULL
);
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
	FOR EACH ROW EXECUTE FUNCTION append_only();
