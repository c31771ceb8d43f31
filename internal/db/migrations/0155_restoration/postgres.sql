CREATE TABLE erased_subject (
	subject UUID PRIMARY KEY,
	event UUID NOT NULL,
	at BIGINT NOT NULL
);

CREATE TABLE backup_copy (
	at BIGINT NOT NULL,
	actor TEXT NOT NULL,
	files BIGINT NOT NULL,
	bytes BIGINT NOT NULL,
	entries BIGINT NOT NULL
);

CREATE TABLE restoration (
	id UUID PRIMARY KEY,
	at BIGINT NOT NULL,
	copied_at BIGINT NOT NULL,
	entries BIGINT NOT NULL,
	known BIGINT NOT NULL,
	erased BIGINT NOT NULL
);

CREATE TABLE restoration_statement (
	id UUID PRIMARY KEY,
	restoration_id UUID NOT NULL REFERENCES restoration (id),
	area TEXT COLLATE "C" NOT NULL,
	gone TEXT NOT NULL,
	reason TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('waiting', 'approved', 'rejected')),
	proposed_by TEXT NOT NULL,
	proposed_at BIGINT NOT NULL,
	decided_by TEXT,
	decided_at BIGINT,
	CHECK ((status = 'waiting') = (decided_by IS NULL)),
	CHECK (decided_by IS NULL OR decided_by <> proposed_by)
);

CREATE FUNCTION restoration_unaltered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'a restoration is never altered';
END
$$;
CREATE TRIGGER restoration_unaltered BEFORE UPDATE OR DELETE ON restoration
	FOR EACH ROW EXECUTE FUNCTION restoration_unaltered();

CREATE FUNCTION restoration_statement_unaltered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND OLD.status = 'waiting'
		AND to_jsonb(NEW) - ARRAY['status', 'decided_by', 'decided_at'] = to_jsonb(OLD) - ARRAY['status', 'decided_by', 'decided_at'] THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'a statement is decided once and never altered';
END
$$;
CREATE TRIGGER restoration_statement_unaltered BEFORE UPDATE OR DELETE ON restoration_statement
	FOR EACH ROW EXECUTE FUNCTION restoration_statement_unaltered();
